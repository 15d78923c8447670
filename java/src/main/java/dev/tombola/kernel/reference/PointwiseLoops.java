package dev.tombola.kernel.reference;

import dev.tombola.numeric.Philox;
import dev.tombola.tensor.Batch;
import dev.tombola.tensor.Draws;
import dev.tombola.tensor.Dropout;

/// Operations of one value each: ReLU, sums, dropout.
final class PointwiseLoops {
    private PointwiseLoops() {}

    static void reluForward(Batch x, Batch y) {
        for (int m = 0; m < x.features(); m++) {
            for (int n = 0; n < x.lanes(); n++) {
                float value = x.get(m, n);
                y.set(m, n, value <= 0f ? 0f : value);
            }
        }
    }

    static void reluBackward(Batch y, Batch dy, Batch dx) {
        for (int m = 0; m < y.features(); m++) {
            for (int n = 0; n < y.lanes(); n++) {
                dx.set(m, n, y.get(m, n) > 0f ? dy.get(m, n) : 0f);
            }
        }
    }

    static void add(Batch a, Batch b, Batch y) {
        for (int k = 0; k < y.features(); k++) {
            for (int n = 0; n < y.lanes(); n++) {
                y.set(k, n, a.get(k, n) + b.get(k, n) + 0f);
            }
        }
    }

    static void dropout(Dropout dropout, int iteration, Batch x, Batch y) {
        Draws draws = dropout.draws();
        for (int l = 0; l < x.features(); l++) {
            for (int n = 0; n < x.lanes(); n++) {
                boolean kept = n < x.size()
                        && Integer.compareUnsigned(
                                        draw(draws, iteration, dropout.unit(l) * x.size() + n), dropout.threshold())
                                >= 0;
                y.set(l, n, kept ? x.get(l, n) * dropout.scale() : 0f);
            }
        }
    }

    /// Draw `index` of an iteration.
    static int draw(Draws draws, int iteration, int index) {
        return Philox.draw(draws.seed(), index, iteration, draws.purpose(), draws.stream());
    }
}
