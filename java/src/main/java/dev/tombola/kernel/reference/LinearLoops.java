package dev.tombola.kernel.reference;

import dev.tombola.tensor.Batch;
import dev.tombola.tensor.Form;
import dev.tombola.tensor.Slab;
import dev.tombola.tensor.Span;
import dev.tombola.tensor.Weights;

/// A linear layer: one chain of fma per output, all lanes. The dense form multiplies every weight, the
/// compressed one its survivors; `acc + 0.0f` at the end makes both agree.
final class LinearLoops {
    private LinearLoops() {}

    static void forward(Weights weights, Span bias, Batch x, Batch y) {
        for (int m = 0; m < weights.outputs(); m++) {
            fill(y, m, bias.get(m));
            if (weights.form() == Form.DENSE) {
                for (int k = 0; k < weights.inputs(); k++) {
                    add(weights.values().get(dense(weights, m, k)), x, k, y, m);
                }
            } else {
                int row = m;
                weights.row(m, (k, entry) -> add(weights.values().get(entry), x, k, y, row));
            }
            finish(y, m);
        }
    }

    static void backwardInput(Weights weights, Batch dy, Batch dx) {
        for (int k = 0; k < weights.inputs(); k++) {
            fill(dx, k, 0f);
            if (weights.form() == Form.DENSE) {
                for (int m = 0; m < weights.outputs(); m++) {
                    add(weights.values().get(dense(weights, m, k)), dy, m, dx, k);
                }
            } else {
                int column = k;
                weights.column(k, (m, entry) -> add(weights.values().get(entry), dy, m, dx, column));
            }
            finish(dx, k);
        }
    }

    static void backwardWeight(Weights weights, Batch x, Batch dy, Span dw) {
        float[] partials = new float[Partials.COUNT];
        for (int m = 0; m < weights.outputs(); m++) {
            if (weights.form() == Form.DENSE) {
                for (int k = 0; k < Slab.padded(weights.inputs()); k++) {
                    boolean alive = k < weights.inputs() && weights.mask().alive(m * weights.inputs() + k);
                    dw.set(dense(weights, m, k), alive ? Partials.ofProducts(x, k, dy, m, partials) : 0f);
                }
            } else {
                int row = m;
                weights.row(m, (k, entry) -> dw.set(entry, Partials.ofProducts(x, k, dy, row, partials)));
            }
        }
    }

    static void biasBackward(Batch dy, Span db) {
        float[] partials = new float[Partials.COUNT];
        int positions = Math.toIntExact(dy.features() / db.length());
        for (int m = 0; m < db.length(); m++) {
            db.set(m, Partials.ofValues(dy, m * positions, positions, partials));
        }
    }

    /// The place of a weight among a dense form's values.
    private static long dense(Weights weights, int m, int k) {
        return m * Slab.padded(weights.inputs()) + k;
    }

    private static void fill(Batch y, int row, float value) {
        for (int n = 0; n < y.lanes(); n++) {
            y.set(row, n, value);
        }
    }

    /// `y[to] = w·x[from] + y[to]`, lane by lane.
    private static void add(float w, Batch x, int from, Batch y, int to) {
        for (int n = 0; n < y.lanes(); n++) {
            y.set(to, n, Math.fma(w, x.get(from, n), y.get(to, n)));
        }
    }

    private static void finish(Batch y, int row) {
        for (int n = 0; n < y.lanes(); n++) {
            y.set(row, n, y.get(row, n) + 0f);
        }
    }
}
