package dev.tombola.train;

import dev.tombola.kernel.Kernels;
import dev.tombola.tensor.Batch;
import dev.tombola.tensor.Ints;
import dev.tombola.tensor.Pixels;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/// A fixed set of examples, gathered once into batches that every evaluation reads in place.
///
/// @param batches images `[K][N]`; all but the last have the same N
/// @param labels each batch's classes
record EvaluationSet(List<Batch> batches, List<Ints> labels) {
    /// Examples per batch: one full register tile of lanes, all its images side by side in the cache.
    /// Results do not depend on it.
    static final int SIZE = 64;

    static EvaluationSet of(Kernels kernels, Pixels images, int[] numbers) {
        return of(kernels, images, numbers, SIZE);
    }

    static EvaluationSet of(Kernels kernels, Pixels images, int[] numbers, int size) {
        Arena arena = Arena.ofAuto();
        Ints order = Ints.of(arena, numbers);
        List<Batch> batches = new ArrayList<>();
        List<Ints> labels = new ArrayList<>();
        for (int from = 0; from < numbers.length; from += size) {
            int count = Math.min(size, numbers.length - from);
            Batch batch = Batch.allocate(arena, images.features(), count);
            Ints classes = Ints.allocate(arena, count);
            kernels.gather(images, order, from, batch, classes);
            batches.add(batch);
            labels.add(classes);
        }
        return new EvaluationSet(List.copyOf(batches), List.copyOf(labels));
    }

    int examples() {
        return labels.stream().mapToInt(Ints::length).sum();
    }
}
