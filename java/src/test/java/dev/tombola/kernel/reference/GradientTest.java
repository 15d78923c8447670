package dev.tombola.kernel.reference;

import static dev.tombola.kernel.reference.Differences.SLACK;
import static dev.tombola.kernel.reference.Differences.STEP;
import static dev.tombola.kernel.reference.Differences.draw;
import static dev.tombola.kernel.reference.Differences.gamma;
import static dev.tombola.kernel.reference.Differences.slope;
import static dev.tombola.kernel.reference.Differences.span;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tombola.kernel.Kernels;
import dev.tombola.tensor.Activation;
import dev.tombola.tensor.Batch;
import dev.tombola.tensor.Ints;
import dev.tombola.tensor.Score;
import dev.tombola.tensor.Slab;
import dev.tombola.tensor.Span;
import dev.tombola.tensor.Weights;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Gradients against central differences of a plain forward in double, written here.
class GradientTest {
    private static final int OUTPUTS = 7;
    private static final int INPUTS = 19;
    private static final int SIZE = 21;

    private final Arena arena = Arena.ofConfined();
    private final Kernels kernels = new ReferenceKernels();
    private final double[][] x = draw(1, INPUTS, SIZE);
    private final double[][] w = draw(2, OUTPUTS, INPUTS);
    private final double[] b = draw(3, 1, OUTPUTS)[0];
    /// The gradient that arrives: the scalar under test is Σ dy·y.
    private final double[][] dy = draw(4, OUTPUTS, SIZE);

    @AfterEach
    void close() {
        arena.close();
    }

    @Test
    void linearForward() {
        Batch y = Batch.allocate(arena, OUTPUTS, SIZE);
        kernels.linearForward(weights(), bias(), batch(x), Activation.IDENTITY, y);
        for (int m = 0; m < OUTPUTS; m++) {
            for (int n = 0; n < SIZE; n++) {
                double magnitude = Math.abs(b[m]);
                for (int k = 0; k < INPUTS; k++) {
                    magnitude += Math.abs(w[m][k] * x[k][n]);
                }
                assertThat((double) y.get(m, n)).isCloseTo(linear(m, n), within(gamma(INPUTS + 1) * magnitude));
            }
        }
    }

    @Test
    void linearBackwardInput() {
        Batch dx = Batch.allocate(arena, INPUTS, SIZE);
        kernels.linearBackwardInput(weights(), batch(dy), null, dx);
        for (int k = 0; k < INPUTS; k++) {
            for (int n = 0; n < SIZE; n++) {
                double magnitude = 0;
                for (int m = 0; m < OUTPUTS; m++) {
                    magnitude += Math.abs(w[m][k] * dy[m][n]);
                }
                double wanted = slope(x[k], n, this::linearLoss);
                assertThat((double) dx.get(k, n)).isCloseTo(wanted, within(gamma(OUTPUTS) * magnitude + SLACK));
            }
        }
    }

    @Test
    void linearBackwardWeight() {
        Span dw = Span.allocate(arena, weights().values().length());
        kernels.linearBackwardWeight(weights(), batch(x), batch(dy), dw);
        for (int m = 0; m < OUTPUTS; m++) {
            for (int k = 0; k < INPUTS; k++) {
                double magnitude = 0;
                for (int n = 0; n < SIZE; n++) {
                    magnitude += Math.abs(x[k][n] * dy[m][n]);
                }
                double wanted = slope(w[m], k, this::linearLoss);
                assertThat((double) dw.get(m * Slab.padded(INPUTS) + k))
                        .isCloseTo(wanted, within(gamma(SIZE) * magnitude + SLACK));
            }
        }
    }

    @Test
    void biasBackward() {
        Span db = Span.allocate(arena, OUTPUTS);
        kernels.biasBackward(batch(dy), db);
        for (int m = 0; m < OUTPUTS; m++) {
            double magnitude = 0;
            for (int n = 0; n < SIZE; n++) {
                magnitude += Math.abs(dy[m][n]);
            }
            double wanted = slope(b, m, this::linearLoss);
            assertThat((double) db.get(m)).isCloseTo(wanted, within(gamma(SIZE) * magnitude + SLACK));
        }
    }

    /// No rounding at all: a gradient passes or does not. Inputs lie away from the kink by more than the step.
    @Test
    void relu() {
        double[][] z = draw(5, OUTPUTS, SIZE);
        Batch y = Batch.allocate(arena, OUTPUTS, SIZE);
        Batch dx = Batch.allocate(arena, OUTPUTS, SIZE);
        kernels.reluForward(batch(z), y);
        kernels.reluBackward(y, batch(dy), dx);
        for (int m = 0; m < OUTPUTS; m++) {
            for (int n = 0; n < SIZE; n++) {
                int row = m;
                int column = n;
                assertThat(Math.abs(z[m][n])).isGreaterThan(2 * STEP);
                double wanted = slope(z[m], n, () -> dy[row][column] * Math.max(0, z[row][column]));
                assertThat((double) dx.get(m, n)).isCloseTo(wanted, within(SLACK));
            }
        }
    }

    /// A softmax's float error: its exponentials are within 2 ulp, their sum adds one rounding per class, the
    /// quotient and the rest three, and an exponent is rounded to |z|·u; all times a probability ≤ 1, over N.
    /// The difference quotient is off by h²/6 times a third derivative of at most 1/N.
    @Test
    void softmaxCrossEntropy() {
        double[][] z = draw(6, OUTPUTS, SIZE);
        for (double[] row : z) {
            for (int n = 0; n < SIZE; n++) {
                row[n] = (float) (4 * row[n]);
            }
        }
        int[] labels = new int[SIZE];
        for (int n = 0; n < SIZE; n++) {
            labels[n] = n * 5 % OUTPUTS;
        }
        Batch dz = Batch.allocate(arena, OUTPUTS, SIZE);
        Score score = new Score(arena);
        kernels.softmaxCrossEntropy(batch(z), Ints.of(arena, labels), dz, score);
        double perExample = gamma(2 * 2 + OUTPUTS + 3 + 8);
        assertThat(score.meanLoss()).isCloseTo(crossEntropy(z, labels), within(8 * perExample));
        for (int c = 0; c < OUTPUTS; c++) {
            for (int n = 0; n < SIZE; n++) {
                double wanted = slope(z[c], n, () -> crossEntropy(z, labels));
                assertThat((double) dz.get(c, n))
                        .isCloseTo(wanted, within((perExample + STEP * STEP / 6) / SIZE + SLACK));
            }
        }
    }

    private double linear(int m, int n) {
        double sum = b[m];
        for (int k = 0; k < INPUTS; k++) {
            sum += w[m][k] * x[k][n];
        }
        return sum;
    }

    private double linearLoss() {
        double loss = 0;
        for (int m = 0; m < OUTPUTS; m++) {
            for (int n = 0; n < SIZE; n++) {
                loss += dy[m][n] * linear(m, n);
            }
        }
        return loss;
    }

    /// The mean cross-entropy of the examples' softmax.
    private static double crossEntropy(double[][] z, int[] labels) {
        double loss = 0;
        for (int n = 0; n < SIZE; n++) {
            double sum = 0;
            for (double[] logit : z) {
                sum += StrictMath.exp(logit[n]);
            }
            loss += StrictMath.log(sum) - z[labels[n]][n];
        }
        return loss / SIZE;
    }

    private Weights weights() {
        return Differences.weights(arena, w, 1);
    }

    private Span bias() {
        return span(arena, b);
    }

    private Batch batch(double[][] values) {
        return Differences.batch(arena, values);
    }
}
