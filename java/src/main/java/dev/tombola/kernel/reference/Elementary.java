package dev.tombola.kernel.reference;

/// exp and log of a softmax as short polynomials after Cephes (S. Moshier, expf.c and logf.c), the same
/// operations on every backend: no library's own rounding can change a result. Both are within one ulp. Coefficients
/// are spelled as published.
@SuppressWarnings("FloatingPointLiteralPrecision")
final class Elementary {
    private static final float LOWEST = -32f;
    private static final float LOG2_E = 0x1.715476p+0f;
    private static final float LN2_HIGH = 0x1.62e4p-1f;
    private static final float LN2_LOW = 0x1.7f7d1cp-20f;
    /// 1.5·2²³: adding it rounds to an integer, which then stands in the lowest bits.
    private static final float ROUND = 12582912f;

    private static final int SQRT_HALF_BITS = 0x3f3504f3;

    private Elementary() {}

    /// eˣ for x ≤ 0, and +0 below −32: a probability so small does not matter, but what is multiplied by it would
    /// become
    /// denormal, for which some processors take a hundred times as long.
    static float exp(float x) {
        if (x < LOWEST) {
            return 0f;
        }
        float t = Math.fma(x, LOG2_E, ROUND);
        float n = t - ROUND;
        float r = Math.fma(n, -LN2_HIGH, x);
        r = Math.fma(n, -LN2_LOW, r);
        float q = 1.9875691500E-4f;
        q = Math.fma(q, r, 1.3981999507E-3f);
        q = Math.fma(q, r, 8.3334519073E-3f);
        q = Math.fma(q, r, 4.1665795894E-2f);
        q = Math.fma(q, r, 1.6666665459E-1f);
        q = Math.fma(q, r, 5.0000001201E-1f);
        float y = Math.fma(q, r * r, r);
        y = y + 1f;
        int power = Float.floatToRawIntBits(t) - Float.floatToRawIntBits(ROUND);
        return y * Float.intBitsToFloat((power + 127) << 23);
    }

    /// ln s for a positive normal s.
    static float log(float s) {
        int bits = Float.floatToRawIntBits(s);
        int e = (bits - SQRT_HALF_BITS) >> 23;
        float f = Float.intBitsToFloat(bits - (e << 23)) - 1f;
        float z = f * f;
        float p = 7.0376836292E-2f;
        p = Math.fma(p, f, -1.1514610310E-1f);
        p = Math.fma(p, f, 1.1676998740E-1f);
        p = Math.fma(p, f, -1.2420140846E-1f);
        p = Math.fma(p, f, 1.4249322787E-1f);
        p = Math.fma(p, f, -1.6668057665E-1f);
        p = Math.fma(p, f, 2.0000714765E-1f);
        p = Math.fma(p, f, -2.4999993993E-1f);
        p = Math.fma(p, f, 3.3333331174E-1f);
        float y = (p * f) * z;
        y = Math.fma(e, -2.12194440e-4f, y);
        y = Math.fma(-0.5f, z, y);
        float r = f + y;
        return Math.fma(e, 0.693359375f, r);
    }
}
