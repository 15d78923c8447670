package dev.tombola.numeric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class GaussianTest {
    private static final int N = 400_000;
    private static final int WORD = Purpose.INITIAL_VALUES.word(1);

    @Test
    void momentsAreThoseOfANormal() {
        double std = 0.07;
        float[] values = filled(11, WORD, Stream.trial(0), std, N);
        double[] sums = new double[5];
        double neighbours = 0;
        int far = 0;
        for (int i = 0; i < N; i++) {
            double z = values[i] / std;
            double power = 1;
            for (int p = 1; p <= 4; p++) {
                power *= z;
                sums[p] += power;
            }
            neighbours += i % 2 == 0 ? z * (values[i + 1] / std) : 0;
            far += Math.abs(z) > 3 ? 1 : 0;
        }
        // Five standard errors: the variances of z, z², z³, z⁴ are 1, 2, 15, 96; of a product of two, 1.
        double root = Math.sqrt(N);
        assertThat(sums[1] / N).isCloseTo(0, within(5 / root));
        assertThat(sums[2] / N).isCloseTo(1, within(5 * Math.sqrt(2) / root));
        assertThat(sums[3] / N).isCloseTo(0, within(5 * Math.sqrt(15) / root));
        assertThat(sums[4] / N).isCloseTo(3, within(5 * Math.sqrt(96) / root));
        assertThat(neighbours / (N / 2)).isCloseTo(0, within(5 / Math.sqrt(N / 2)));
        double tail = 0.0026997960632601866;
        assertThat((double) far / N).isCloseTo(tail, within(5 * Math.sqrt(tail) / root));
    }

    @Test
    void fillEqualsValueByValue() {
        for (int n : new int[] {1, 2, 3, 1001}) {
            float[] values = filled(5, WORD, Stream.of(3, 1, 2, 1), 0.5, n);
            for (int i = 0; i < n; i++) {
                assertThat(values[i]).isEqualTo(Gaussian.value(5, i, WORD, Stream.of(3, 1, 2, 1), 0.5));
            }
        }
    }

    /// Pinned: these bits are what a seed means to users.
    @Test
    void bitsArePinned() {
        float[] values = filled(0, WORD, Stream.trial(0), 1, 1000);
        int hash = 0;
        for (float value : values) {
            hash = 31 * hash + Float.floatToRawIntBits(value);
        }
        assertThat(new float[] {values[0], values[1]}).containsExactly(0.34463462f, -2.0422077f);
        assertThat(hash).isEqualTo(1145339040);
    }

    @Test
    void seedPurposeAndStreamGiveOtherValues() {
        float[] base = filled(1, WORD, Stream.trial(0), 1, 1000);
        assertThat(common(base, filled(1, WORD, Stream.trial(0), 1, 1000))).isEqualTo(1000);
        assertThat(common(base, filled(2, WORD, Stream.trial(0), 1, 1000))).isLessThan(3);
        assertThat(common(base, filled(1, WORD, Stream.trial(1), 1, 1000))).isLessThan(3);
        assertThat(common(base, filled(1, WORD, Stream.of(0, 1, 1, 1), 1, 1000)))
                .isLessThan(3);
        assertThat(common(base, filled(1, Purpose.INITIAL_VALUES.word(2), Stream.trial(0), 1, 1000)))
                .isLessThan(3);
        assertThat(common(base, filled(1, Purpose.REINIT.word(1), Stream.trial(0), 1, 1000)))
                .isLessThan(3);
    }

    @Test
    void whatIsNotWantedIsLeftAndTheOthersStayTheSame() {
        float[] all = filled(3, WORD, Stream.trial(0), 1, 1001);
        byte[] wanted = new byte[1001];
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < wanted.length; i++) {
            wanted[i] = (byte) (random.nextInt(3) == 0 ? 1 : 0);
        }
        float[] some = new float[1001];
        Gaussian.fill(some, wanted, 3, WORD, Stream.trial(0), 1);
        for (int i = 0; i < some.length; i++) {
            assertThat(some[i]).isEqualTo(wanted[i] == 0 ? 0f : all[i]);
        }
    }

    private static float[] filled(long seed, int word, int stream, double std, int n) {
        float[] values = new float[n];
        byte[] all = new byte[n];
        Arrays.fill(all, (byte) 1);
        Gaussian.fill(values, all, seed, word, stream, std);
        return values;
    }

    private static int common(float[] a, float[] b) {
        int same = 0;
        for (int i = 0; i < a.length; i++) {
            same += a[i] == b[i] ? 1 : 0;
        }
        return same;
    }
}
