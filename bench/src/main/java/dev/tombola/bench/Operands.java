package dev.tombola.bench;

import dev.tombola.tensor.Batch;
import dev.tombola.tensor.Mask;
import dev.tombola.tensor.Span;
import dev.tombola.tensor.Weights;
import java.lang.foreign.Arena;
import java.util.SplittableRandom;

/// What one layer's operations read and write: normal values, survivors at random places.
record Operands(Weights weights, Span bias, Batch x, Batch y, Batch dx, Batch dy, Span dw, Span m, Span v) {
    static Operands of(Arena arena, LayerWork work) {
        SplittableRandom random = new SplittableRandom(1);
        Mask mask = work.weights().mask();
        int inputs = work.weights().weights() / work.outputs();
        int entries = Weights.entries(work.weights().form(), work.outputs(), inputs, mask);
        Weights weights = new Weights(
                arena, work.weights().form(), work.outputs(), inputs, work.taps(), mask, Span.allocate(arena, entries));
        float[] values = new float[mask.length()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        weights.gather(values);
        return new Operands(
                weights,
                Span.allocate(arena, work.outputs()),
                drawn(arena, work.read(), work.batch(), random),
                Batch.allocate(arena, work.written(), work.batch()),
                Batch.allocate(arena, work.read(), work.batch()),
                drawn(arena, work.written(), work.batch(), random),
                Span.allocate(arena, entries),
                Span.allocate(arena, entries),
                Span.allocate(arena, entries));
    }

    private static Batch drawn(Arena arena, int features, int batch, SplittableRandom random) {
        Batch drawn = Batch.allocate(arena, features, batch);
        for (int feature = 0; feature < features; feature++) {
            for (int example = 0; example < batch; example++) {
                drawn.set(feature, example, (float) random.nextGaussian());
            }
        }
        return drawn;
    }
}
