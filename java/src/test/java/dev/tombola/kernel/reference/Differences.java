package dev.tombola.kernel.reference;

import dev.tombola.numeric.Philox;
import dev.tombola.tensor.Batch;
import dev.tombola.tensor.Form;
import dev.tombola.tensor.Mask;
import dev.tombola.tensor.Span;
import dev.tombola.tensor.Weights;
import java.lang.foreign.Arena;
import java.util.function.DoubleSupplier;

/// Central differences of plain double code, and what a sum in float may be off by: γ(n) = n·u/(1 − n·u) of the sum of
/// n products' magnitudes, u = 2⁻²⁴. Tables are `[lines][columns]`: a line's examples, or an output's weights.
final class Differences {
    static final double STEP = 1e-3;
    /// Double rounding in the difference quotient of what is linear.
    static final double SLACK = 1e-9;

    private Differences() {}

    static double gamma(int n) {
        double u = n * 0x1p-24;
        return u / (1 - u);
    }

    /// The derivative of a loss by one value.
    static double slope(double[] values, int index, DoubleSupplier loss) {
        return slope(values, index, STEP, loss);
    }

    static double slope(double[] values, int index, double step, DoubleSupplier loss) {
        double value = values[index];
        values[index] = value + step;
        double above = loss.getAsDouble();
        values[index] = value - step;
        double below = loss.getAsDouble();
        values[index] = value;
        return (above - below) / (2 * step);
    }

    /// Floats of magnitude 2⁻⁸ to 1, so that conversion loses nothing.
    static double[][] draw(int stream, int lines, int columns) {
        double[][] values = new double[lines][columns];
        for (int i = 0; i < lines * columns; i++) {
            int draw = Philox.draw(17, i, 0, 0, stream);
            double magnitude = 0x1p-8 + (draw >>> 9) * 0x1p-23 * (1 - 0x1p-8);
            values[i / columns][i % columns] = (float) ((draw & 1) == 0 ? magnitude : -magnitude);
        }
        return values;
    }

    /// The scalar under test: Σ dy·y.
    static double dot(double[][] dy, double[][] y) {
        double sum = 0;
        for (int i = 0; i < y.length; i++) {
            for (int n = 0; n < y[i].length; n++) {
                sum += dy[i][n] * y[i][n];
            }
        }
        return sum;
    }

    static Batch batch(Arena arena, double[][] values) {
        Batch batch = Batch.allocate(arena, values.length, values[0].length);
        for (int k = 0; k < values.length; k++) {
            for (int n = 0; n < values[k].length; n++) {
                batch.set(k, n, (float) values[k][n]);
            }
        }
        return batch;
    }

    static Span span(Arena arena, double... values) {
        Span span = Span.allocate(arena, values.length);
        for (int i = 0; i < values.length; i++) {
            span.set(i, (float) values[i]);
        }
        return span;
    }

    /// All of `w[outputs][inputs]`, dense.
    static Weights weights(Arena arena, double[][] w, int taps) {
        int inputs = w[0].length;
        float[] dense = new float[w.length * inputs];
        for (int i = 0; i < dense.length; i++) {
            dense[i] = (float) w[i / inputs][i % inputs];
        }
        Mask mask = Mask.full(dense.length);
        Span values = Span.allocate(arena, Weights.entries(Form.DENSE, w.length, inputs, mask));
        Weights weights = new Weights(arena, Form.DENSE, w.length, inputs, taps, mask, values);
        weights.gather(dense);
        return weights;
    }
}
