package dev.tombola.kernel.reference;

import static dev.tombola.kernel.reference.Differences.SLACK;
import static dev.tombola.kernel.reference.Differences.batch;
import static dev.tombola.kernel.reference.Differences.dot;
import static dev.tombola.kernel.reference.Differences.draw;
import static dev.tombola.kernel.reference.Differences.gamma;
import static dev.tombola.kernel.reference.Differences.slope;
import static dev.tombola.kernel.reference.Differences.span;
import static dev.tombola.kernel.reference.Differences.weights;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tombola.kernel.Kernels;
import dev.tombola.tensor.Activation;
import dev.tombola.tensor.Batch;
import dev.tombola.tensor.Slab;
import dev.tombola.tensor.Span;
import dev.tombola.tensor.Window;
import java.lang.foreign.Arena;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A convolution and its gradients against a plain one in double, and its central differences. It is written as a
/// scatter of every input value, the kernels as a walk over outputs.
class ConvGradientTest {
    private static final int CHANNELS = 2;
    private static final int OUTPUTS = 3;
    private static final int HEIGHT = 5;
    private static final int WIDTH = 4;
    private static final int SIZE = 18;

    private final Arena arena = Arena.ofConfined();
    private final Kernels kernels = new ReferenceKernels();
    private Window window;
    private double[][] x;
    private double[][] w;
    private double[] b;
    private double[][] dy;

    @AfterEach
    void close() {
        arena.close();
    }

    @ParameterizedTest
    @CsvSource({"3,3,1,1", "1,1,1,0", "3,3,2,1", "2,2,2,0", "3,2,1,1", "5,4,3,2", "3,1,1,0", "1,1,2,0", "4,3,1,2"})
    void everyGradient(int kernelHeight, int kernelWidth, int stride, int padding) {
        window = new Window(arena, CHANNELS, HEIGHT, WIDTH, kernelHeight, kernelWidth, stride, padding);
        x = draw(1, window.features(), SIZE);
        w = draw(2, OUTPUTS, CHANNELS * window.taps());
        b = draw(3, 1, OUTPUTS)[0];
        dy = draw(4, OUTPUTS * window.positions(), SIZE);
        forward();
        backwardInput();
        backwardWeight();
        biasBackward();
    }

    private void forward() {
        Batch y = Batch.allocate(arena, dy.length, SIZE);
        kernels.convForward(
                window, weights(arena, w, window.taps()), span(arena, b), batch(arena, x), Activation.IDENTITY, y);
        double[][] wanted = conv(x, w, b);
        double[][] magnitude = conv(magnitudes(x), magnitudes(w), magnitudes(new double[][] {b})[0]);
        close(y, wanted, magnitude, w[0].length + 1);
    }

    /// What a value of x adds to, in magnitude, is the slope of the sum of all magnitudes.
    private void backwardInput() {
        Batch dx = Batch.allocate(arena, x.length, SIZE);
        kernels.convBackwardInput(window, weights(arena, w, window.taps()), batch(arena, dy), null, dx);
        double[][] wanted = new double[x.length][SIZE];
        double[][] magnitude = new double[x.length][SIZE];
        double[][] wide = magnitudes(x);
        for (int k = 0; k < x.length; k++) {
            for (int n = 0; n < SIZE; n++) {
                wanted[k][n] = slope(x[k], n, () -> dot(dy, conv(x, w, b)));
                magnitude[k][n] = slope(wide[k], n, () -> dot(magnitudes(dy), conv(wide, magnitudes(w), b)));
            }
        }
        close(dx, wanted, magnitude, OUTPUTS * window.taps());
    }

    private void backwardWeight() {
        Span dw = Span.allocate(arena, OUTPUTS * Slab.padded(w[0].length));
        kernels.convBackwardWeight(window, weights(arena, w, window.taps()), batch(arena, x), batch(arena, dy), dw);
        double[][] wide = magnitudes(w);
        for (int m = 0; m < OUTPUTS; m++) {
            for (int k = 0; k < w[m].length; k++) {
                double wanted = slope(w[m], k, () -> dot(dy, conv(x, w, b)));
                double magnitude = slope(wide[m], k, () -> dot(magnitudes(dy), conv(magnitudes(x), wide, b)));
                assertThat((double) dw.get(m * Slab.padded(w[m].length) + k))
                        .as("weight %d of output %d", k, m)
                        .isCloseTo(wanted, within(gamma(SIZE * window.positions()) * magnitude + SLACK));
            }
        }
    }

    private void biasBackward() {
        Span db = Span.allocate(arena, OUTPUTS);
        kernels.biasBackward(batch(arena, dy), db);
        int positions = window.positions();
        for (int m = 0; m < OUTPUTS; m++) {
            double magnitude = Arrays.stream(magnitudes(dy), m * positions, (m + 1) * positions)
                    .flatMapToDouble(Arrays::stream)
                    .sum();
            double wanted = slope(b, m, () -> dot(dy, conv(x, w, b)));
            assertThat((double) db.get(m)).isCloseTo(wanted, within(gamma(SIZE * positions) * magnitude + SLACK));
        }
    }

    /// Every input value is added to the outputs that read it.
    private double[][] conv(double[][] input, double[][] kernel, double[] bias) {
        double[][] y = new double[OUTPUTS * window.positions()][SIZE];
        for (int i = 0; i < y.length; i++) {
            Arrays.fill(y[i], bias[i / window.positions()]);
        }
        for (int k = 0; k < input.length; k++) {
            int c = k / (HEIGHT * WIDTH);
            int row = k / WIDTH % HEIGHT + window.padding();
            int column = k % WIDTH + window.padding();
            for (int tap = 0; tap < window.taps(); tap++) {
                int top = row - tap / window.kernelWidth();
                int left = column - tap % window.kernelWidth();
                int h = Math.floorDiv(top, window.stride());
                int v = Math.floorDiv(left, window.stride());
                if (top % window.stride() == 0
                        && left % window.stride() == 0
                        && h >= 0
                        && h < window.outHeight()
                        && v >= 0
                        && v < window.outWidth()) {
                    for (int m = 0; m < OUTPUTS; m++) {
                        double weight = kernel[m][c * window.taps() + tap];
                        double[] to = y[(m * window.outHeight() + h) * window.outWidth() + v];
                        for (int n = 0; n < SIZE; n++) {
                            to[n] += weight * input[k][n];
                        }
                    }
                }
            }
        }
        return y;
    }

    private static double[][] magnitudes(double[][] values) {
        return Arrays.stream(values)
                .map(line -> Arrays.stream(line).map(Math::abs).toArray())
                .toArray(double[][]::new);
    }

    private static void close(Batch found, double[][] wanted, double[][] magnitude, int terms) {
        for (int k = 0; k < wanted.length; k++) {
            for (int n = 0; n < SIZE; n++) {
                assertThat((double) found.get(k, n))
                        .as("line %d, example %d", k, n)
                        .isCloseTo(wanted[k][n], within(gamma(terms) * magnitude[k][n] + SLACK));
            }
        }
    }
}
