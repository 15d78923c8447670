package dev.tombola.bench;

import dev.tombola.data.Dataset;
import dev.tombola.data.Images;
import dev.tombola.data.Published;
import dev.tombola.data.Scaling;
import dev.tombola.data.Split;
import dev.tombola.numeric.Stream;
import dev.tombola.train.TrainingData;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;

/// The images that benchmarks train on.
final class BenchImages {
    private static final int VALIDATION = 5_000;

    private BenchImages() {}

    /// `mnist`, found as `tombola run` finds it, or as many `random` bytes.
    static TrainingData named(String name) {
        Dataset dataset = switch (name) {
            case "mnist" -> Published.MNIST.load(null);
            case "random" -> new Dataset("random", true, 1, 28, 28, 10, random(60_000), random(10_000));
            default -> throw new IllegalArgumentException("images are mnist or random, not " + name);
        };
        return TrainingData.of(
                dataset,
                Scaling.uniform(0, 1, 1),
                Split.of(1, Stream.trial(0), dataset.train().count(), VALIDATION));
    }

    private static Images random(int count) {
        SplittableRandom random = new SplittableRandom(count);
        byte[] pixels = new byte[count * 784];
        random.nextBytes(pixels);
        byte[] labels = new byte[count];
        for (int i = 0; i < count; i++) {
            labels[i] = (byte) random.nextInt(10);
        }
        Arena arena = Arena.ofAuto();
        return new Images(
                arena.allocateFrom(ValueLayout.JAVA_BYTE, pixels),
                arena.allocateFrom(ValueLayout.JAVA_BYTE, labels),
                count,
                784,
                10);
    }
}
