package dev.tombola.numeric;

/// Philox4x32-10, the counter-based generator of Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (2011).
/// It has no state: a block of four 32-bit words is a function of a 64-bit key and a 128-bit counter, so every draw
/// is the same on every backend, in any order and on any number of threads.
///
/// The key is the recipe's seed. **One rule for integer draws:** draw number `index` is word `index mod 4` of the
/// block at counter `(index div 4, when, purposeAndLayer, stream)`, with `index` unsigned. `when` is an iteration or
/// an epoch, `purposeAndLayer` comes from [Purpose#word(int)] and `stream` from [Stream].
public final class Philox {
    private static final long MULTIPLIER_0 = 0xD2511F53L;
    private static final long MULTIPLIER_1 = 0xCD9E8D57L;
    private static final int WEYL_0 = 0x9E3779B9;
    private static final int WEYL_1 = 0xBB67AE85;
    private static final int ROUNDS = 10;
    private static final long LOW = 0xFFFFFFFFL;

    private Philox() {}

    /// Writes the four words of one block to `out4[0..3]`; the seed's low word is key word 0, its high word key word 1.
    public static void block(long seed, int c0, int c1, int c2, int c3, int[] out4) {
        block(seed, c0, c1, c2, c3, out4, 0);
    }

    private static void block(long seed, int c0, int c1, int c2, int c3, int[] out, int at) {
        int key0 = (int) seed;
        int key1 = (int) (seed >>> 32);
        int x0 = c0;
        int x1 = c1;
        int x2 = c2;
        int x3 = c3;
        for (int round = 0; round < ROUNDS; round++) {
            long p0 = MULTIPLIER_0 * (x0 & LOW);
            long p1 = MULTIPLIER_1 * (x2 & LOW);
            x0 = (int) (p1 >>> 32) ^ x1 ^ key0;
            x1 = (int) p1;
            x2 = (int) (p0 >>> 32) ^ x3 ^ key1;
            x3 = (int) p0;
            key0 += WEYL_0;
            key1 += WEYL_1;
        }
        out[at] = x0;
        out[at + 1] = x1;
        out[at + 2] = x2;
        out[at + 3] = x3;
    }

    /// One integer draw. Where many are wanted, [#fill] gives the same words four times as fast.
    public static int draw(long seed, int index, int when, int purposeAndLayer, int stream) {
        int[] four = new int[4];
        block(seed, index >>> 2, when, purposeAndLayer, stream, four, 0);
        return four[index & 3];
    }

    /// Writes draws `0 .. count-1` to `out[0 .. count-1]`.
    public static void fill(int[] out, int count, long seed, int when, int purposeAndLayer, int stream) {
        int whole = count & ~3;
        for (int index = 0; index < whole; index += 4) {
            block(seed, index >>> 2, when, purposeAndLayer, stream, out, index);
        }
        for (int index = whole; index < count; index++) {
            out[index] = draw(seed, index, when, purposeAndLayer, stream);
        }
    }
}
