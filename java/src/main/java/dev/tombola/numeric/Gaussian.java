package dev.tombola.numeric;

/// Normal values of mean 0 by Box and Muller's method, in double with StrictMath, rounded once to float and never
/// truncated.
///
/// Values `2j` and `2j + 1` come from the block at counter `(j, 0, purposeAndLayer, stream)`: its first two words make
/// a 53-bit uniform u in (0, 1], its last two another, v; the even value is √(−2 ln u)·cos 2πv, the odd one
/// √(−2 ln u)·sin 2πv. `index` is the position in the dense tensor, so a value does not depend on the mask.
public final class Gaussian {
    private static final double UNIT = 0x1p-53;

    private Gaussian() {}

    /// Value number `index` (unsigned) of the tensor, with standard deviation `std`.
    public static float value(long seed, int index, int purposeAndLayer, int stream, double std) {
        int[] words = new int[4];
        Philox.block(seed, index >>> 1, 0, purposeAndLayer, stream, words);
        double radius = radius(words);
        double angle = angle(words);
        return (float) (std * (radius * ((index & 1) == 0 ? StrictMath.cos(angle) : StrictMath.sin(angle))));
    }

    /// Writes values `0 .. out.length-1`, the same as [#value] gives one by one, but leaves those that are not wanted.
    ///
    /// @param wanted for each value not 0 where it is
    public static void fill(float[] out, byte[] wanted, long seed, int purposeAndLayer, int stream, double std) {
        int[] words = new int[4];
        for (int index = 0; index < out.length; index += 2) {
            boolean even = wanted[index] != 0;
            boolean odd = index + 1 < out.length && wanted[index + 1] != 0;
            if (!even && !odd) {
                continue;
            }
            Philox.block(seed, index >>> 1, 0, purposeAndLayer, stream, words);
            double radius = radius(words);
            double angle = angle(words);
            if (even) {
                out[index] = (float) (std * (radius * StrictMath.cos(angle)));
            }
            if (odd) {
                out[index + 1] = (float) (std * (radius * StrictMath.sin(angle)));
            }
        }
    }

    private static double radius(int[] words) {
        return StrictMath.sqrt(-2.0 * StrictMath.log(uniform(words[0], words[1])));
    }

    private static double angle(int[] words) {
        return 2.0 * StrictMath.PI * uniform(words[2], words[3]);
    }

    /// 27 high bits and 26 low bits, plus one: 1 to 2^53 in units of 2^-53.
    private static double uniform(int high, int low) {
        return (((long) (high >>> 5) << 26) + (low >>> 6) + 1) * UNIT;
    }
}
