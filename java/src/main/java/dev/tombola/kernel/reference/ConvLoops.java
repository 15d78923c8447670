package dev.tombola.kernel.reference;

import dev.tombola.tensor.Batch;
import dev.tombola.tensor.Form;
import dev.tombola.tensor.Slab;
import dev.tombola.tensor.Span;
import dev.tombola.tensor.Weights;
import dev.tombola.tensor.Window;
import java.util.Arrays;

/// A convolution: one chain of fma per output value over (c, kh, kw), per input value over (m, kh, kw). Places outside
/// the image are left out; the dense form multiplies every weight, the compressed one its survivors. `acc + 0.0f` at
/// the end makes all agree.
final class ConvLoops {
    private ConvLoops() {}

    /// A weight, where it stands in values, and what it is a weight of.
    private interface Tap {
        void at(int m, int c, int kh, int kw, int index);
    }

    static void forward(Window window, Weights weights, Span bias, Batch x, Batch y) {
        int positions = window.positions();
        for (int i = 0; i < y.features(); i++) {
            fill(y, i, bias == null ? 0f : bias.get(i / positions));
        }
        byOutput(window, weights, (m, c, kh, kw, index) -> {
            float w = weights.values().get(index);
            for (int p = 0; p < positions; p++) {
                int read = read(window, p, c, kh, kw);
                if (read >= 0) {
                    add(w, x, read, y, m * positions + p);
                }
            }
        });
        finish(y);
    }

    static void backwardInput(Window window, Weights weights, Batch dy, Batch dx) {
        int positions = window.positions();
        for (int i = 0; i < dx.features(); i++) {
            fill(dx, i, 0f);
        }
        byInput(window, weights, (m, c, kh, kw, index) -> {
            float w = weights.values().get(index);
            for (int p = 0; p < positions; p++) {
                int read = read(window, p, c, kh, kw);
                if (read >= 0) {
                    add(w, dy, m * positions + p, dx, read);
                }
            }
        });
        finish(dx);
    }

    static void backwardWeight(Window window, Weights weights, Batch x, Batch dy, Span dw) {
        int positions = window.positions();
        float[] partials = new float[Partials.COUNT];
        dw.fill(0f);
        byOutput(window, weights, (m, c, kh, kw, index) -> {
            if (weights.form() == Form.DENSE && !weights.mask().alive(weights.place(index))) {
                return;
            }
            Arrays.fill(partials, 0f);
            for (int block = 0; block < dy.lanes(); block += Partials.COUNT) {
                for (int p = 0; p < positions; p++) {
                    int read = read(window, p, c, kh, kw);
                    for (int i = 0; i < Partials.COUNT && read >= 0; i++) {
                        partials[i] =
                                Math.fma(dy.get(m * positions + p, block + i), x.get(read, block + i), partials[i]);
                    }
                }
            }
            dw.set(index, Partials.join(partials));
        });
    }

    /// Every weight that is stored, for each output in the order of its inputs.
    private static void byOutput(Window window, Weights weights, Tap tap) {
        for (int m = 0; m < weights.outputs(); m++) {
            int output = m;
            if (weights.form() == Form.DENSE) {
                for (int k = 0; k < weights.inputs(); k++) {
                    visit(window, weights, m, k, Math.toIntExact(m * Slab.padded(weights.inputs()) + k), tap);
                }
            } else {
                weights.row(m, (k, index) -> visit(window, weights, output, k, index, tap));
            }
        }
    }

    /// Every weight that is stored, for each input channel in the order of its outputs.
    private static void byInput(Window window, Weights weights, Tap tap) {
        int taps = weights.taps();
        for (int c = 0; c < window.channels(); c++) {
            int channel = c;
            if (weights.form() == Form.DENSE) {
                for (int i = 0; i < weights.outputs() * taps; i++) {
                    int k = c * taps + i % taps;
                    long index = i / taps * Slab.padded(weights.inputs()) + k;
                    visit(window, weights, i / taps, k, Math.toIntExact(index), tap);
                }
            } else {
                weights.column(
                        c, (i, index) -> visit(window, weights, i / taps, channel * taps + i % taps, index, tap));
            }
        }
    }

    private static void visit(Window window, Weights weights, int m, int k, int index, Tap tap) {
        int place = k % weights.taps();
        tap.at(m, k / weights.taps(), place / window.kernelWidth(), place % window.kernelWidth(), index);
    }

    /// The feature that a tap reads for an output position; -1 outside the image.
    private static int read(Window window, int position, int c, int kh, int kw) {
        int h = position / window.outWidth() * window.stride() + kh - window.padding();
        int w = position % window.outWidth() * window.stride() + kw - window.padding();
        boolean inside = h >= 0 && h < window.height() && w >= 0 && w < window.width();
        return inside ? (c * window.height() + h) * window.width() + w : -1;
    }

    private static void fill(Batch y, int line, float value) {
        for (int n = 0; n < y.lanes(); n++) {
            y.set(line, n, value);
        }
    }

    /// `y[to] = w·x[from] + y[to]`, lane by lane.
    private static void add(float w, Batch x, int from, Batch y, int to) {
        for (int n = 0; n < y.lanes(); n++) {
            y.set(to, n, Math.fma(w, x.get(from, n), y.get(to, n)));
        }
    }

    private static void finish(Batch y) {
        for (int line = 0; line < y.features(); line++) {
            for (int n = 0; n < y.lanes(); n++) {
                y.set(line, n, y.get(line, n) + 0f);
            }
        }
    }
}
