package dev.tombola.kernel.reference;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/// Errors are measured against StrictMath's double functions, in units in the last place of the float result.
class ElementaryTest {
    /// A sample of every 997th float over whole ranges; a prime, so that all low bits occur.
    private static final int STRIDE = 997;

    @Test
    void expIsWithinOneUlp() {
        double worst = 0;
        for (int bits = Float.floatToRawIntBits(0x1p-30f); bits < Float.floatToRawIntBits(32f); bits += STRIDE) {
            float x = -Float.intBitsToFloat(bits);
            worst = Math.max(worst, ulps(Elementary.exp(x), x, StrictMath::exp));
        }
        assertThat(worst).isGreaterThan(0.5).isLessThan(1);
    }

    @Test
    void logIsWithinOneUlp() {
        double worst = 0;
        for (int bits = Float.floatToRawIntBits(1.001f); bits < Float.floatToRawIntBits(1e30f); bits += STRIDE) {
            float s = Float.intBitsToFloat(bits);
            worst = Math.max(worst, ulps(Elementary.log(s), s, StrictMath::log));
        }
        assertThat(worst).isGreaterThan(0.5).isLessThan(1);
    }

    @Test
    void theEndsAreExact() {
        assertThat(Elementary.exp(0f)).isEqualTo(1f);
        assertThat(Elementary.exp(-0f)).isEqualTo(1f);
        assertThat(Float.floatToRawIntBits(Elementary.log(1f))).isZero();
        assertThat(Elementary.exp(-32f)).isPositive();
        for (float below : new float[] {Math.nextDown(-32f), -87f, -1000f, Float.NEGATIVE_INFINITY}) {
            assertThat(Float.floatToRawIntBits(Elementary.exp(below))).isZero();
        }
        assertThat(Elementary.exp(Float.NaN)).isNaN();
    }

    @Test
    void expNeverExceedsOne() {
        for (int bits = 0; bits < Float.floatToRawIntBits(1f); bits += STRIDE) {
            assertThat(Elementary.exp(-Float.intBitsToFloat(bits))).isLessThanOrEqualTo(1f);
        }
    }

    private static double ulps(float found, float x, DoubleUnaryOperator exact) {
        double wanted = exact.applyAsDouble(x);
        return Math.abs(found - wanted) / Math.ulp((float) wanted);
    }
}
