package dev.tombola.kernel.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tombola.kernel.Kernels;
import dev.tombola.tensor.Activation;
import dev.tombola.tensor.Batch;
import dev.tombola.tensor.Form;
import dev.tombola.tensor.Ints;
import dev.tombola.tensor.Mask;
import dev.tombola.tensor.Pixels;
import dev.tombola.tensor.Rule;
import dev.tombola.tensor.Score;
import dev.tombola.tensor.Span;
import dev.tombola.tensor.Weights;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The numeric contract on small numbers whose rounding shows the order of sums.
class ReferenceKernelsTest {
    /// Next to 2²⁴ half a unit is lost: (2²⁴ + 1) + 1 = 2²⁴, but 2²⁴ + (1 + 1) = 2²⁴ + 2.
    private static final float BIG = 0x1p24f;

    private final Arena arena = Arena.ofConfined();
    private final Kernels kernels = new ReferenceKernels();

    @AfterEach
    void close() {
        arena.close();
    }

    @Test
    void forwardStartsAtTheBiasAndAddsInputsInOrder() {
        Batch y = Batch.allocate(arena, 1, 1);
        kernels.linearForward(
                weights(Form.DENSE, 1, 1f, 1f, -BIG), span(BIG), column(1f, 1f, 1f), Activation.IDENTITY, y);
        assertThat(y.get(0, 0)).isZero();
        kernels.linearForward(
                weights(Form.DENSE, 1, 1f, -BIG, 1f), span(BIG), column(1f, 1f, 1f), Activation.IDENTITY, y);
        assertThat(y.get(0, 0)).isEqualTo(1f);
    }

    @Test
    void multiplicationAndAdditionAreFused() {
        Batch y = Batch.allocate(arena, 1, 1);
        float near = 1f + 0x1p-12f;
        kernels.linearForward(
                weights(Form.DENSE, 1, near), span(-(1f + 0x1p-11f)), column(near), Activation.IDENTITY, y);
        assertThat(y.get(0, 0)).isEqualTo(0x1p-24f);
    }

    @Test
    void aFinishedSumIsNeverMinusZero() {
        Batch y = Batch.allocate(arena, 1, 1);
        kernels.linearForward(weights(Form.COMPRESSED, 1, 0f), span(-0f), column(1f), Activation.IDENTITY, y);
        assertThat(Float.floatToRawIntBits(y.get(0, 0))).isZero();
    }

    /// Example n belongs to partial n mod 16, so 0 and 16 meet first, then 8 joins, then 4.
    @Test
    void batchSumsRunInSixteenPartials() {
        Span db = Span.allocate(arena, 1);
        float[] values = new float[17];
        values[0] = BIG;
        values[16] = 1f;
        values[8] = 1f;
        kernels.biasBackward(row(values), db);
        assertThat(db.get(0)).as("(2²⁴ + 1) + 1").isEqualTo(BIG);
        values[16] = 0f;
        values[4] = 1f;
        values[12] = 1f;
        values[8] = 0f;
        kernels.biasBackward(row(values), db);
        assertThat(db.get(0)).as("2²⁴ + (1 + 1)").isEqualTo(BIG + 2f);
        values[12] = 0f;
        values[8] = 1f;
        kernels.biasBackward(row(values), db);
        assertThat(db.get(0)).as("(2²⁴ + 1) + 1").isEqualTo(BIG);
    }

    @Test
    void reluMakesMinusZeroPlusZeroAndPassesNoGradientAtZero() {
        Batch y = Batch.allocate(arena, 1, 4);
        kernels.reluForward(row(-0f, -1f, 0f, 2f), y);
        assertThat(bits(y, 4)).containsExactly(0, 0, 0, Float.floatToRawIntBits(2f));
        Batch dx = Batch.allocate(arena, 1, 4);
        kernels.reluBackward(y, row(-5f, -6f, -7f, -8f), dx);
        assertThat(bits(dx, 4)).containsExactly(0, 0, 0, Float.floatToRawIntBits(-8f));
    }

    @Test
    void theFirstOfEqualLogitsIsThePrediction() {
        Batch logits = Batch.allocate(arena, 3, 2);
        logits.set(1, 0, 2f);
        logits.set(2, 0, 2f);
        Score score = new Score(arena);
        kernels.score(logits, Ints.of(arena, 1, 0), score);
        assertThat(score.correct()).isEqualTo(2);
        kernels.score(logits, Ints.of(arena, 2, 1), score);
        assertThat(score.correct()).isEqualTo(2);
        assertThat(score.examples()).isEqualTo(4);
    }

    @Test
    void theLossOfAllEqualLogitsIsTheLogarithmOfTheClasses() {
        Batch logits = Batch.allocate(arena, 10, 3);
        Batch dlogits = Batch.allocate(arena, 10, 3);
        dlogits.set(0, 3, 9f);
        Score score = new Score(arena);
        kernels.softmaxCrossEntropy(logits, Ints.of(arena, 0, 1, 2), dlogits, score);
        assertThat(score.meanLoss()).isCloseTo(Math.log(10), within(2e-7));
        assertThat(dlogits.get(0, 0)).isEqualTo((0.1f - 1f) * (1f / 3f));
        assertThat(dlogits.get(1, 0)).isEqualTo(0.1f * (1f / 3f));
        assertThat(dlogits.get(0, 3)).as("padding").isZero();
    }

    @Test
    void aLossThatIsNotFiniteIsNotANumber() {
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            Score score = new Score(arena);
            kernels.score(column(0f, bad), Ints.of(arena, 0), score);
            assertThat(score.loss()).as("a logit of " + bad).isNaN();
        }
    }

    /// Against the update in double: a step of m/(√v·c + ε) has a handful of roundings of 2⁻²⁴ each.
    @Test
    void adamFollowsItsFormula() {
        double b1 = 0.9;
        double b2 = 0.999;
        double lr = 0.01;
        float[] rates = new float[3 * Rule.RATES];
        for (int i = 0; i < 3; i++) {
            rates[i * Rule.RATES + 1] = (float) (lr / (1 - Math.pow(b1, i + 1)));
            rates[i * Rule.RATES + 2] = (float) (1 / Math.sqrt(1 - Math.pow(b2, i + 1)));
        }
        Rule rule = new Rule(
                arena,
                Rule.Kind.ADAM,
                new Rule.Constants((float) b1, (float) (1 - b1), (float) b2, (float) (1 - b2), 1e-8f, 0f, 0f),
                rates);
        Span w = span(0.5f);
        Span first = span(0f);
        Span second = span(0f);
        double wd = 0.5;
        double md = 0;
        double vd = 0;
        for (int i = 0; i < 3; i++) {
            float g = 0.25f - i * 0.5f;
            kernels.optimizerStep(rule, i, w, span(g), first, second);
            md = b1 * md + (1 - b1) * g;
            vd = b2 * vd + (1 - b2) * g * g;
            double step = md / (1 - Math.pow(b1, i + 1)) / (Math.sqrt(vd / (1 - Math.pow(b2, i + 1))) + 1e-8);
            wd -= lr * step;
            assertThat((double) w.get(0)).isCloseTo(wd, within((i + 1) * 16 * 0x1p-24));
        }
    }

    @Test
    void sgdAddsWeightDecayToTheGradientAndThenMomentum() {
        Rule rule = new Rule(
                arena, Rule.Kind.SGD, new Rule.Constants(0f, 0f, 0f, 0f, 0f, 0.5f, 0.25f), new float[] {0.125f, 0f, 0f
                });
        Span w = span(2f);
        Span v = span(4f);
        kernels.optimizerStep(rule, 0, w, span(1f), v, null);
        assertThat(v.get(0)).isEqualTo(0.5f * 4f + (1f + 0.25f * 2f));
        assertThat(w.get(0)).isEqualTo(2f - 0.125f * 3.5f);
    }

    @Test
    void tinyMomentsAreStoredAsPlusZeroAndUsedAsSuch() {
        Rule.Constants constants = new Rule.Constants(0.5f, 0f, 0.5f, 0f, 1e-8f, 0.5f, 0f);
        Rule rule = new Rule(arena, Rule.Kind.ADAM, constants, new float[] {1f, 1f, 1f});
        Rule slow = new Rule(arena, Rule.Kind.SGD, constants, new float[] {1f, 1f, 1f});
        Span w = span(0f, 0f);
        Span m = span(-0x1.8p-100f, 0x1p-99f);
        Span v = span(0x1p-100f, 0x1p-98f);
        kernels.optimizerStep(rule, 0, w, span(0f, 0f), m, v);
        assertThat(bits(m)).containsExactly(0, Float.floatToRawIntBits(0x1p-100f));
        assertThat(bits(v)).containsExactly(0, Float.floatToRawIntBits(0x1p-99f));
        Span velocity = span(-0x1p-100f, -0x1p-99f);
        Span weight = span(0f, 0f);
        kernels.optimizerStep(slow, 0, weight, span(0f, 0f), velocity, null);
        assertThat(bits(velocity)).containsExactly(0, Float.floatToRawIntBits(-0x1p-100f));
        assertThat(weight.get(0)).isZero();
        assertThat(weight.get(1)).isEqualTo(0x1p-100f);
    }

    @Test
    void gatherScalesEachChannelWithItsOwnTableAndClearsPadding() {
        float[] scale = new float[512];
        for (int i = 0; i < 512; i++) {
            scale[i] = i;
        }
        Pixels images = new Pixels(
                arena,
                arena.allocateFrom(ValueLayout.JAVA_BYTE, (byte) 0, (byte) 1, (byte) 2, (byte) 255),
                arena.allocateFrom(ValueLayout.JAVA_BYTE, (byte) 3, (byte) 4),
                arena.allocateFrom(ValueLayout.JAVA_FLOAT, scale),
                2,
                2,
                2,
                5);
        Batch x = Batch.allocate(arena, 2, 1);
        x.set(0, 5, 7f);
        Ints labels = Ints.allocate(arena, 1);
        kernels.gather(images, null, Ints.of(arena, 0, 0, 1), 2, x, labels);
        assertThat(x.get(0, 0)).isEqualTo(2f);
        assertThat(x.get(1, 0)).isEqualTo(256f + 255f);
        assertThat(x.get(0, 5)).as("padding").isZero();
        assertThat(labels.get(0)).isEqualTo(4);
    }

    private Weights weights(Form form, int outputs, float... dense) {
        byte[] alive = new byte[dense.length];
        for (int i = 0; i < dense.length; i++) {
            alive[i] = (byte) (dense[i] == 0f ? 0 : 1);
        }
        Mask mask = Mask.of(alive);
        Span values = Span.allocate(arena, Weights.entries(form, outputs, dense.length / outputs, mask));
        Weights weights = new Weights(arena, form, outputs, dense.length / outputs, mask, values);
        weights.gather(dense);
        return weights;
    }

    private Span span(float... values) {
        Span span = Span.allocate(arena, values.length);
        span.copyFrom(values);
        return span;
    }

    /// One example.
    private Batch column(float... values) {
        Batch batch = Batch.allocate(arena, values.length, 1);
        for (int k = 0; k < values.length; k++) {
            batch.set(k, 0, values[k]);
        }
        return batch;
    }

    /// One feature.
    private Batch row(float... values) {
        Batch batch = Batch.allocate(arena, 1, values.length);
        for (int n = 0; n < values.length; n++) {
            batch.set(0, n, values[n]);
        }
        return batch;
    }

    private static int[] bits(Batch batch, int count) {
        int[] bits = new int[count];
        for (int n = 0; n < count; n++) {
            bits[n] = Float.floatToRawIntBits(batch.get(0, n));
        }
        return bits;
    }

    private static int[] bits(Span span) {
        int[] bits = new int[Math.toIntExact(span.length())];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Float.floatToRawIntBits(span.get(i));
        }
        return bits;
    }
}
