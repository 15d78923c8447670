package dev.tombola.kernel.reference;

import static dev.tombola.kernel.reference.Differences.SLACK;
import static dev.tombola.kernel.reference.Differences.batch;
import static dev.tombola.kernel.reference.Differences.dot;
import static dev.tombola.kernel.reference.Differences.draw;
import static dev.tombola.kernel.reference.Differences.gamma;
import static dev.tombola.kernel.reference.Differences.slope;
import static dev.tombola.kernel.reference.Differences.span;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tombola.kernel.Kernels;
import dev.tombola.tensor.Activation;
import dev.tombola.tensor.Batch;
import dev.tombola.tensor.Draws;
import dev.tombola.tensor.Dropout;
import dev.tombola.tensor.Norm;
import dev.tombola.tensor.Span;
import dev.tombola.tensor.Window;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Pooling, batch normalisation, sums and dropout against plain forwards in double, and their central differences.
class ImageGradientTest {
    private static final int CHANNELS = 3;
    private static final int HEIGHT = 5;
    private static final int WIDTH = 4;
    private static final int POSITIONS = HEIGHT * WIDTH;
    private static final int SIZE = 18;

    private final Arena arena = Arena.ofConfined();
    private final Kernels kernels = new ReferenceKernels();
    private final double[][] x = draw(1, CHANNELS * POSITIONS, SIZE);
    private final double[][] dy = draw(2, CHANNELS * POSITIONS, SIZE);

    @AfterEach
    void close() {
        arena.close();
    }

    /// No rounding at all. Values of a window differ by more than the step, so that none overtakes another.
    @Test
    void maxPool() {
        Window window = new Window(arena, CHANNELS, HEIGHT, WIDTH, 2, 2, 2, 0);
        for (int k = 0; k < x.length; k++) {
            for (int n = 0; n < SIZE; n++) {
                x[k][n] = (k * 37 + n * 11) % 64 * 0x1p-6;
            }
        }
        double[][] slopes = draw(3, CHANNELS * 4, SIZE);
        Batch y = Batch.allocate(arena, CHANNELS * 4, SIZE);
        Batch dx = Batch.allocate(arena, x.length, SIZE);
        kernels.maxPoolForward(window, batch(arena, x), y);
        kernels.maxPoolBackward(window, batch(arena, x), batch(arena, slopes), null, dx);
        close(y, maxPooled(), 0);
        for (int k = 0; k < x.length; k++) {
            for (int n = 0; n < SIZE; n++) {
                double wanted = slope(x[k], n, () -> dot(slopes, maxPooled()));
                assertThat((double) dx.get(k, n)).as("line %d", k).isCloseTo(wanted, within(SLACK));
            }
        }
    }

    @Test
    void averagePool() {
        double[][] slopes = draw(3, CHANNELS, SIZE);
        Batch y = Batch.allocate(arena, CHANNELS, SIZE);
        Batch dx = Batch.allocate(arena, x.length, SIZE);
        kernels.averagePoolForward(batch(arena, x), y);
        kernels.averagePoolBackward(batch(arena, slopes), null, dx);
        close(y, averaged(), gamma(POSITIONS + 2));
        for (int k = 0; k < x.length; k++) {
            for (int n = 0; n < SIZE; n++) {
                double wanted = slope(x[k], n, () -> dot(slopes, averaged()));
                assertThat((double) dx.get(k, n)).as("line %d", k).isCloseTo(wanted, within(gamma(2) + SLACK));
            }
        }
    }

    /// Statistics are exact next to float; x̂ is off by four roundings of what is subtracted, y by one more. The third
    /// derivative of what is checked is of the order of one, its step's square 1e-10.
    @Test
    void batchNorm() {
        double[] scale = draw(4, 1, CHANNELS)[0];
        double[] shift = draw(5, 1, CHANNELS)[0];
        Norm norm = norm(scale, shift);
        Batch y = Batch.allocate(arena, x.length, SIZE);
        kernels.batchNormForward(norm, batch(arena, x), Activation.IDENTITY, y);
        double hat = 4;
        close(y, normed(scale, shift), gamma(6) * (hat + 1));

        Batch dx = Batch.allocate(arena, x.length, SIZE);
        Span dscale = Span.allocate(arena, CHANNELS);
        Span dshift = Span.allocate(arena, CHANNELS);
        kernels.batchNormBackward(norm, batch(arena, x), batch(arena, dy), null, dscale, dshift, dx);
        int count = POSITIONS * SIZE;
        for (int c = 0; c < CHANNELS; c++) {
            double dscaleWanted = slope(scale, c, () -> dot(dy, normed(scale, shift)));
            double dshiftWanted = slope(shift, c, () -> dot(dy, normed(scale, shift)));
            assertThat((double) dscale.get(c)).isCloseTo(dscaleWanted, within(gamma(count + 6) * count * hat));
            assertThat((double) dshift.get(c)).isCloseTo(dshiftWanted, within(gamma(count) * count));
        }
        double step = 1e-5;
        double factor = 4;
        for (int k = 0; k < x.length; k++) {
            for (int n = 0; n < SIZE; n += 5) {
                double wanted = slope(x[k], n, step, () -> dot(dy, normed(scale, shift)));
                assertThat((double) dx.get(k, n))
                        .as("line %d, example %d", k, n)
                        .isCloseTo(wanted, within(gamma(count + 12) * factor * (2 + hat * hat) + 1e-7));
            }
        }
    }

    /// Evaluation is one line through each channel's values.
    @Test
    void batchNormInfer() {
        Norm norm = norm(draw(4, 1, CHANNELS)[0], draw(5, 1, CHANNELS)[0]);
        Batch y = Batch.allocate(arena, x.length, SIZE);
        kernels.batchNormInfer(norm, batch(arena, x), Activation.IDENTITY, y);
        double[][] wanted = new double[x.length][SIZE];
        for (int k = 0; k < x.length; k++) {
            int c = k / POSITIONS;
            double deviation = Math.sqrt(norm.runningVariance().get(c) + 1e-5);
            for (int n = 0; n < SIZE; n++) {
                double hat = (x[k][n] - norm.runningMean().get(c)) / deviation;
                wanted[k][n] = norm.scale().get(c) * hat + norm.shift().get(c);
            }
        }
        close(y, wanted, gamma(6) * 8);
    }

    @Test
    void add() {
        double[][] b = draw(6, x.length, SIZE);
        Batch y = Batch.allocate(arena, x.length, SIZE);
        kernels.add(batch(arena, x), batch(arena, b), Activation.RELU, null, y);
        double[][] wanted = new double[x.length][SIZE];
        for (int k = 0; k < x.length; k++) {
            for (int n = 0; n < SIZE; n++) {
                wanted[k][n] = Math.max(0, x[k][n] + b[k][n]);
            }
        }
        close(y, wanted, gamma(1) * 2);
    }

    /// The gradient of what is kept is the forward's factor, of what is dropped 0: the same draws, so the same call.
    @Test
    void dropout() {
        double rate = 0.25;
        Dropout dropout = Dropout.of(arena, new Draws(5, 6, 7), null, rate);
        Batch y = Batch.allocate(arena, x.length, SIZE);
        Batch dx = Batch.allocate(arena, x.length, SIZE);
        kernels.dropout(dropout, 3, batch(arena, x), y);
        kernels.dropout(dropout, 3, batch(arena, dy), dx);
        int kept = 0;
        for (int k = 0; k < x.length; k++) {
            for (int n = 0; n < SIZE; n++) {
                double factor = y.get(k, n) == 0 ? 0 : 1 / (1 - rate);
                kept += y.get(k, n) == 0 ? 0 : 1;
                assertThat((double) y.get(k, n)).isCloseTo(factor * x[k][n], within(2 * gamma(2)));
                assertThat((double) dx.get(k, n)).isCloseTo(factor * dy[k][n], within(2 * gamma(2)));
            }
        }
        double all = x.length * SIZE;
        assertThat(kept / all).isCloseTo(1 - rate, within(4 * Math.sqrt(rate * (1 - rate) / all)));
    }

    private Norm norm(double[] scale, double[] shift) {
        return Norm.of(
                arena,
                span(arena, scale),
                span(arena, shift),
                span(arena, draw(7, 1, CHANNELS)[0]),
                span(arena, 0.5, 0.25, 2),
                Span.allocate(arena, CHANNELS),
                Span.allocate(arena, CHANNELS));
    }

    private double[][] maxPooled() {
        double[][] y = new double[CHANNELS * 4][SIZE];
        for (int i = 0; i < y.length; i++) {
            int corner = i / 4 * POSITIONS + i % 4 / 2 * 2 * WIDTH + i % 2 * 2;
            for (int n = 0; n < SIZE; n++) {
                double above = Math.max(x[corner][n], x[corner + 1][n]);
                y[i][n] = Math.max(above, Math.max(x[corner + WIDTH][n], x[corner + WIDTH + 1][n]));
            }
        }
        return y;
    }

    private double[][] averaged() {
        double[][] y = new double[CHANNELS][SIZE];
        for (int k = 0; k < x.length; k++) {
            for (int n = 0; n < SIZE; n++) {
                y[k / POSITIONS][n] += x[k][n] / POSITIONS;
            }
        }
        return y;
    }

    private double[][] normed(double[] scale, double[] shift) {
        double[][] y = new double[x.length][SIZE];
        for (int c = 0; c < CHANNELS; c++) {
            double sum = 0;
            double squares = 0;
            for (int k = c * POSITIONS; k < (c + 1) * POSITIONS; k++) {
                for (double value : x[k]) {
                    sum += value;
                    squares += value * value;
                }
            }
            double mean = sum / (POSITIONS * SIZE);
            double variance = squares / (POSITIONS * SIZE) - mean * mean;
            for (int k = c * POSITIONS; k < (c + 1) * POSITIONS; k++) {
                for (int n = 0; n < SIZE; n++) {
                    y[k][n] = scale[c] * (x[k][n] - mean) / Math.sqrt(variance + 1e-5) + shift[c];
                }
            }
        }
        return y;
    }

    private static void close(Batch found, double[][] wanted, double error) {
        for (int k = 0; k < wanted.length; k++) {
            for (int n = 0; n < SIZE; n++) {
                assertThat((double) found.get(k, n))
                        .as("line %d, example %d", k, n)
                        .isCloseTo(wanted[k][n], within(error));
            }
        }
    }
}
