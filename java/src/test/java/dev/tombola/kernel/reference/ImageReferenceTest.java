package dev.tombola.kernel.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tombola.kernel.Kernels;
import dev.tombola.numeric.Philox;
import dev.tombola.tensor.Activation;
import dev.tombola.tensor.Augment;
import dev.tombola.tensor.Batch;
import dev.tombola.tensor.Draws;
import dev.tombola.tensor.Dropout;
import dev.tombola.tensor.Form;
import dev.tombola.tensor.Ints;
import dev.tombola.tensor.Mask;
import dev.tombola.tensor.Norm;
import dev.tombola.tensor.Pixels;
import dev.tombola.tensor.Span;
import dev.tombola.tensor.Weights;
import dev.tombola.tensor.Window;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The numeric contract of operations on images, by hand: small numbers whose rounding shows the order of sums.
class ImageReferenceTest {
    /// Next to 2²⁴ half a unit is lost: (2²⁴ + 1) + 1 = 2²⁴, but 2²⁴ + (1 + 1) = 2²⁴ + 2.
    private static final float BIG = 0x1p24f;

    private final Arena arena = Arena.ofConfined();
    private final Kernels kernels = new ReferenceKernels();

    @AfterEach
    void close() {
        arena.close();
    }

    /// 1 2 3 over 4 5 6, with a border of zeros, under 1 10 over 100 1000.
    @Test
    void aConvolutionReadsItsWindowAndZerosAroundTheImage() {
        Window window = new Window(arena, 1, 2, 3, 2, 2, 1, 1);
        Batch y = Batch.allocate(arena, window.positions(), 1);
        Weights weights = weights(Form.DENSE, 1, 4, 1f, 10f, 100f, 1000f);
        kernels.convForward(window, weights, span(0.5f), image(1f, 2f, 3f, 4f, 5f, 6f), Activation.IDENTITY, y);
        assertThat(values(y))
                .containsExactly(
                        1000.5f, 2100.5f, 3200.5f, 300.5f, 4010.5f, 5421.5f, 6532.5f, 603.5f, 40.5f, 54.5f, 65.5f,
                        6.5f);
    }

    @Test
    void aStrideSkipsPositions() {
        Window window = new Window(arena, 1, 3, 3, 1, 1, 2, 0);
        Batch y = Batch.allocate(arena, 4, 1);
        Batch x = image(1f, 2f, 3f, 4f, 5f, 6f, 7f, 8f, 9f);
        kernels.convForward(window, weights(Form.DENSE, 1, 1, 1f), null, x, Activation.IDENTITY, y);
        assertThat(values(y)).containsExactly(1f, 3f, 7f, 9f);
        Batch dx = Batch.allocate(arena, 9, 1);
        kernels.convBackwardInput(window, weights(Form.DENSE, 1, 1, 2f), image(1f, 2f, 3f, 4f), null, dx);
        assertThat(values(dx)).containsExactly(2f, 0f, 4f, 0f, 0f, 0f, 6f, 0f, 8f);
    }

    /// Channels, then rows, then columns of the kernel.
    @Test
    void aConvolutionAddsChannelsBeforeRowsBeforeColumns() {
        Window window = new Window(arena, 2, 1, 2, 1, 2, 1, 0);
        Batch y = Batch.allocate(arena, 1, 1);
        Batch ones = image(1f, 1f, 1f, 1f);
        for (Form form : Form.values()) {
            Weights lost = weights(form, 1, 2, BIG, 1f, 1f, -BIG);
            kernels.convForward(window, lost, null, ones, Activation.IDENTITY, y);
            assertThat(values(y)).as("((2²⁴ + 1) + 1) − 2²⁴").containsExactly(0f);
            Weights kept = weights(form, 1, 2, 1f, 1f, BIG, -BIG);
            kernels.convForward(window, kept, null, ones, Activation.IDENTITY, y);
            assertThat(values(y)).as("((1 + 1) + 2²⁴) − 2²⁴").containsExactly(2f);
        }
    }

    /// Outputs, then the kernel's places: the middle pixel is read by output 0 at places 1 and 0, then by output 1.
    @Test
    void anInputGradientAddsOutputsBeforePlacesOfTheKernel() {
        Window window = new Window(arena, 1, 1, 3, 1, 2, 1, 0);
        Batch dx = Batch.allocate(arena, 3, 1);
        Batch ones = image(1f, 1f, 1f, 1f);
        for (Form form : Form.values()) {
            kernels.convBackwardInput(window, weights(form, 2, 2, BIG, 1f, 1f, -BIG), ones, null, dx);
            assertThat(values(dx)).as("((2²⁴ + 1) + 1) − 2²⁴").containsExactly(BIG + 1f, 0f, 1f - BIG);
            kernels.convBackwardInput(window, weights(form, 2, 2, 1f, 1f, BIG, -BIG), ones, null, dx);
            assertThat(values(dx)[1]).as("((1 + 1) + 2²⁴) − 2²⁴").isEqualTo(2f);
        }
    }

    /// Of one partial: example 0 at both positions, then example 16 at both.
    @Test
    void aWeightGradientAddsPositionsBeforeTheNextSixteenExamples() {
        Window window = new Window(arena, 1, 1, 2, 1, 1, 1, 0);
        Batch x = Batch.allocate(arena, 2, 17);
        Batch dy = Batch.allocate(arena, 2, 17);
        for (int position = 0; position < 2; position++) {
            x.set(position, 0, 1f);
            x.set(position, 16, 1f);
            dy.set(position, 16, 1f);
        }
        dy.set(0, 0, BIG);
        dy.set(1, 0, -BIG);
        Span dw = Span.allocate(arena, 1);
        Span db = Span.allocate(arena, 1);
        kernels.convBackwardWeight(window, weights(Form.COMPRESSED, 1, 1, 1f), x, dy, dw);
        kernels.biasBackward(dy, db);
        assertThat(dw.get(0)).as("((2²⁴ − 2²⁴) + 1) + 1").isEqualTo(2f);
        assertThat(db.get(0)).isEqualTo(2f);
        dy.set(1, 0, 1f);
        dy.set(0, 16, 1f);
        dy.set(1, 16, -BIG);
        kernels.convBackwardWeight(window, weights(Form.COMPRESSED, 1, 1, 1f), x, dy, dw);
        kernels.biasBackward(dy, db);
        assertThat(dw.get(0)).as("((2²⁴ + 1) + 1) − 2²⁴").isZero();
        assertThat(db.get(0)).isZero();
    }

    @Test
    void prunedWeightsOfADenseConvolutionHaveAGradientOfZero() {
        Window window = new Window(arena, 1, 1, 2, 1, 2, 1, 0);
        Span dw = Span.allocate(arena, 16);
        dw.fill(7f);
        kernels.convBackwardWeight(window, weights(Form.DENSE, 1, 2, 0f, 1f), image(3f, 5f), image(2f), dw);
        assertThat(dw.toArray()).startsWith(0f, 10f).endsWith(0f).doesNotContain(7f);
    }

    @Test
    void theFirstOfEqualMaximaTakesTheGradientAndWhatFillsNoWindowGetsNone() {
        Window window = new Window(arena, 1, 3, 3, 2, 2, 2, 0);
        Batch x = image(-5f, -2f, 9f, -2f, -2f, 9f, 9f, 9f, 9f);
        Batch y = Batch.allocate(arena, 1, 1);
        Batch dx = Batch.allocate(arena, 9, 1);
        kernels.maxPoolForward(window, x, y);
        kernels.maxPoolBackward(window, x, image(4f), null, dx);
        assertThat(values(y)).containsExactly(-2f);
        assertThat(values(dx)).containsExactly(0f, 4f, 0f, 0f, 0f, 0f, 0f, 0f, 0f);
    }

    @Test
    void theAverageIsTheSumTimesTheReciprocal() {
        Batch y = Batch.allocate(arena, 1, 1);
        Batch dx = Batch.allocate(arena, 3, 1);
        kernels.averagePoolForward(image(1f, 2f, 4f), y);
        kernels.averagePoolBackward(image(6f), image(1f, 0f, 2f), dx);
        assertThat(values(y)).containsExactly(7f * (1f / 3f));
        assertThat(values(dx)).as("gated").containsExactly(6f * (1f / 3f), 0f, 6f * (1f / 3f));
    }

    /// 1 and 3: mean 2, variance 1, of two values 2.
    @Test
    void batchNormalisationLeavesItsStatistics() {
        Norm norm = norm(4f, 10f, 8f, 6f);
        Batch x = Batch.allocate(arena, 1, 2);
        x.set(0, 0, 1f);
        x.set(0, 1, 3f);
        x.set(0, 2, 1000f); // padding
        Batch y = Batch.allocate(arena, 1, 2);
        kernels.batchNormForward(norm, x, Activation.IDENTITY, y);
        float inverse = (float) (1 / Math.sqrt(1 + 1e-5));
        assertThat(norm.mean().get(0)).isEqualTo(2f);
        assertThat(norm.inverseDeviation().get(0)).isEqualTo(inverse);
        assertThat(norm.runningMean().get(0)).isEqualTo((float) (0.9 * 8 + 0.1 * 2));
        assertThat(norm.runningVariance().get(0)).isEqualTo((float) (0.9 * 6 + 0.1 * 2));
        assertThat(y.get(0, 0)).isEqualTo(Math.fma(4f, -inverse, 10f));
        assertThat(y.get(0, 1)).isEqualTo(Math.fma(4f, inverse, 10f));
    }

    @Test
    void evaluationTakesTheRunningStatistics() {
        float inverse = (float) (1 / Math.sqrt(6 + 1e-5));
        Batch y = Batch.allocate(arena, 2, 1);
        kernels.batchNormInfer(norm(4f, 10f, 8f, 6f), image(1f, 9f), Activation.RELU, y);
        assertThat(values(y)).containsExactly(0f, Math.fma(4f, inverse, 10f));
    }

    @Test
    void oneValueHasNoVariance() {
        Norm norm = norm(1f, 0f, 0f, 1f);
        Batch y = Batch.allocate(arena, 1, 1);
        kernels.batchNormForward(norm, image(5f), Activation.IDENTITY, y);
        assertThat(norm.runningVariance().get(0)).isEqualTo(0.9f);
        assertThat(norm.inverseDeviation().get(0)).isEqualTo((float) (1 / Math.sqrt(1e-5)));
        assertThat(values(y)).containsExactly(0f);
    }

    /// x̂ = −1, 1: dshift = 3 + 5, dscale = 5 − 3, dx = 2 · (dy − 4 − x̂).
    @Test
    void batchNormalisationTakesMeansOutOfItsGradient() {
        Norm norm = norm(2f, 0f, 0f, 1f);
        norm.mean().set(0, 2f);
        norm.inverseDeviation().set(0, 1f);
        Span dscale = Span.allocate(arena, 1);
        Span dshift = Span.allocate(arena, 1);
        Batch dx = Batch.allocate(arena, 2, 1);
        dx.set(0, 1, 7f);
        kernels.batchNormBackward(norm, image(1f, 3f), image(3f, 5f), null, dscale, dshift, dx);
        assertThat(dscale.get(0)).isEqualTo(2f);
        assertThat(dshift.get(0)).isEqualTo(8f);
        assertThat(values(dx)).containsExactly(0f, 0f);
        assertThat(dx.get(0, 1)).as("padding").isZero();
        kernels.batchNormBackward(norm, image(1f, 4f), image(3f, 5f), null, dscale, dshift, dx);
        assertThat(dscale.get(0)).as("x̂ = −1, 2").isEqualTo(7f);
        assertThat(values(dx)).containsExactly(2f * (3f - 4f + 3.5f), 2f * (5f - 4f - 7f));
    }

    @Test
    void aSumIsNeverMinusZeroAndPassesItsGate() {
        Batch y = Batch.allocate(arena, 3, 1);
        Batch a = image(-0f, 3f, 3f);
        kernels.add(a, image(-0f, 1f, 1f), Activation.IDENTITY, image(1f, 0f, 1f), y);
        assertThat(values(y)).containsExactly(0f, 0f, 4f);
        assertThat(Float.floatToRawIntBits(y.get(0, 0))).isZero();
        kernels.add(a, image(1f, -4f, 0f), Activation.RELU, null, a);
        assertThat(values(a)).containsExactly(1f, 0f, 3f);
    }

    @Test
    void dropoutKeepsAUnitWhoseDrawReachesTheRate() {
        int lines = 40;
        int size = 5;
        Dropout dropout = Dropout.of(arena, new Draws(99, 6, 1), Ints.of(arena, units(lines)), 0.75);
        Batch x = Batch.allocate(arena, lines, size);
        for (int line = 0; line < lines; line++) {
            for (int n = 0; n < x.lanes(); n++) {
                x.set(line, n, 1f);
            }
        }
        kernels.dropout(dropout, 12, x, x);
        for (int line = 0; line < lines; line++) {
            for (int n = 0; n < size; n++) {
                long draw = Integer.toUnsignedLong(Philox.draw(99, (3 * line + 2) * size + n, 12, 6, 1));
                assertThat(x.get(line, n)).isEqualTo(draw >= 3L << 30 ? 4f : 0f);
            }
            assertThat(x.get(line, size)).as("padding").isZero();
        }
    }

    /// Against the picture itself: framed in black, cut out, mirrored.
    @Test
    void anAugmentedImageIsCutOutOfItsFrame() {
        int height = 2;
        int width = 3;
        int padding = 2;
        int size = 30;
        byte[] bytes = {1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16};
        Pixels images = pixels(bytes);
        Ints order = Ints.allocate(arena, size);
        Batch x = Batch.allocate(arena, bytes.length, size);
        x.set(3, size, 7f);
        Augment augment = Augment.of(arena, new Draws(5, 7, 1), height, width, padding, true);
        kernels.gatherAugmented(images, augment, 9, order, 0, x, Ints.allocate(arena, size));
        int flipped = 0;
        for (int n = 0; n < size; n++) {
            boolean flip = Philox.draw(5, 4 * n, 9, 7, 1) < 0;
            int top = (int) (5 * Integer.toUnsignedLong(Philox.draw(5, 4 * n + 1, 9, 7, 1)) / 0x1p32);
            int left = (int) (5 * Integer.toUnsignedLong(Philox.draw(5, 4 * n + 2, 9, 7, 1)) / 0x1p32);
            flipped += flip ? 1 : 0;
            for (int c = 0; c < 2; c++) {
                float[][] framed = new float[height + 2 * padding][width + 2 * padding];
                for (int h = 0; h < framed.length; h++) {
                    for (int w = 0; w < framed[h].length; w++) {
                        framed[h][w] = c * 1000f;
                    }
                }
                for (int i = 0; i < height * width; i++) {
                    framed[i / width + padding][i % width + padding] = c * 1000f + bytes[c * height * width + i];
                }
                for (int i = 0; i < height * width; i++) {
                    int across = flip ? width - 1 - i % width : i % width;
                    assertThat(x.get(c * height * width + i, n))
                            .as("pixel %d of channel %d, example %d", i, c, n)
                            .isEqualTo(framed[top + i / width][left + across]);
                }
            }
        }
        assertThat(flipped).isBetween(5, 25);
        assertThat(x.get(3, size)).as("padding").isZero();
    }

    /// One image of two channels; channel c's byte b is c·1000 + b.
    private Pixels pixels(byte[] bytes) {
        float[] scale = new float[512];
        for (int i = 0; i < 512; i++) {
            int channel = i / 256;
            scale[i] = channel * 1000f + i % 256;
        }
        return new Pixels(
                arena,
                arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes),
                arena.allocate(1),
                arena.allocateFrom(ValueLayout.JAVA_FLOAT, scale),
                1,
                bytes.length,
                2,
                1);
    }

    private static int[] units(int lines) {
        int[] units = new int[lines];
        for (int line = 0; line < lines; line++) {
            units[line] = 3 * line + 2;
        }
        return units;
    }

    /// What is not 0 survives.
    private Weights weights(Form form, int outputs, int taps, float... dense) {
        byte[] alive = new byte[dense.length];
        for (int i = 0; i < dense.length; i++) {
            alive[i] = (byte) (dense[i] == 0f ? 0 : 1);
        }
        Mask mask = Mask.of(alive);
        int inputs = dense.length / outputs;
        Span values = Span.allocate(arena, Weights.entries(form, outputs, inputs, mask));
        Weights weights = new Weights(arena, form, outputs, inputs, taps, mask, values);
        weights.gather(dense);
        return weights;
    }

    private Norm norm(float scale, float shift, float runningMean, float runningVariance) {
        return Norm.of(arena, span(scale), span(shift), span(runningMean), span(runningVariance), span(0f), span(0f));
    }

    private Span span(float... values) {
        Span span = Span.allocate(arena, values.length);
        span.copyFrom(values);
        return span;
    }

    /// One example.
    private Batch image(float... values) {
        Batch batch = Batch.allocate(arena, values.length, 1);
        for (int k = 0; k < values.length; k++) {
            batch.set(k, 0, values[k]);
        }
        return batch;
    }

    private static float[] values(Batch batch) {
        float[] values = new float[batch.features()];
        for (int k = 0; k < values.length; k++) {
            values[k] = batch.get(k, 0);
        }
        return values;
    }
}
