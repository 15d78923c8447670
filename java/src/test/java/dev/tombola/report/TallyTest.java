package dev.tombola.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Densities and quantiles of values that are only counted.
class TallyTest {
    private static final int PLACES = 4001;

    @Test
    void theIntegralOfADensityIsOne() {
        for (double scale : new double[] {1e-9, 0.05, 1, 1e6}) {
            for (int count : new int[] {1, 2, 10, 5000}) {
                double[] values = gaussians(count, scale);
                assertThat(integral(tally(values), -8 * scale, 8 * scale, false))
                        .as("%d values around %s", count, scale)
                        .isCloseTo(1, within(2e-3));
                double[] distances = Arrays.stream(values).map(Math::abs).toArray();
                assertThat(integral(tally(distances), 0, 8 * scale, true))
                        .as("%d distances of about %s", count, scale)
                        .isCloseTo(1, within(2e-3));
            }
        }
    }

    /// Smoothed, n normal values are those of a wider bell; five standard errors of the density are allowed.
    @Test
    void theDensityIsThatOfWhereTheValuesAre() {
        int n = 100_000;
        Tally tally = tally(gaussians(n, 2));
        double h = tally.bandwidth();
        double variance = 4 + h * h;
        double[] places = {0, 2, -2, 5};
        double[] density = tally.density(places, false);
        for (int i = 0; i < places.length; i++) {
            double expected = Math.exp(-places[i] * places[i] / (2 * variance)) / Math.sqrt(2 * Math.PI * variance);
            double error = Math.sqrt(expected / (2 * Math.sqrt(Math.PI) * n * h));
            assertThat(density[i]).as("at %s", places[i]).isCloseTo(expected, within(5 * error));
        }
        assertThat(tally.notNegative()).isCloseTo(0.5, within(5 * Math.sqrt(0.25 / n)));
    }

    @Test
    void theBandwidthIsSilvermans() {
        double[] values = gaussians(1000, 1);
        double mean = Arrays.stream(values).average().orElseThrow();
        double deviation = Math.sqrt(Arrays.stream(values)
                .map(x -> (x - mean) * (x - mean))
                .average()
                .orElseThrow());
        Arrays.sort(values);
        double range = (values[750] - values[250]) / 1.34;
        assertThat(tally(values).bandwidth())
                .isCloseTo(0.9 * Math.min(deviation, range) * Math.pow(1000, -0.2), within(1e-3));
    }

    @Test
    void whereMostValuesAreEqualTheBandwidthIsByTheDeviation() {
        assertThat(tally(new double[] {1, 1, 1, 1, 1, 1, 1, 1, 1, 2}).bandwidth())
                .isCloseTo(0.9 * 0.3 * Math.pow(10, -0.2), within(1e-3));
    }

    /// Such a value is the first that the bins before it are too narrow for.
    @Test
    void aPowerOfTwoHasABin() {
        for (double value : new double[] {1, -1, 0x1p-30, 0x1p40}) {
            assertThat(tally(new double[] {value}).quantile(0.5)).isCloseTo(value, within(Math.abs(value) / 1000));
        }
    }

    @Test
    void besideAHugeValueTheOthersCannotBeToldFromZero() {
        Tally tally = tally(gaussians(999, 3));
        assertThat(tally.isNearZero(tally.quantile(0.9))).isFalse();
        tally.add(1e9);
        assertThat(tally.isNearZero(tally.quantile(0.9))).isTrue();
    }

    @Test
    void quantilesAreThoseOfTheSortedValues() {
        double[] values = gaussians(999, 3);
        Tally tally = tally(values);
        Arrays.sort(values);
        assertThat(tally.total()).isEqualTo(999);
        for (double fraction : new double[] {0, 0.002, 0.25, 0.5, 0.9, 1}) {
            assertThat(tally.quantile(fraction))
                    .as("quantile %s", fraction)
                    .isCloseTo(values[Math.min(998, (int) (fraction * 999))], within(0.005));
        }
    }

    /// A value far away makes bins wider whenever it comes.
    @Test
    void theOrderMakesNoDifference() {
        double[] values = gaussians(2000, 0.01);
        values[0] = -7;
        double[] reversed = new double[values.length];
        Arrays.setAll(reversed, i -> values[values.length - 1 - i]);
        double[] places = {-7, -0.02, 0, 0.013};
        assertThat(tally(reversed).density(places, false))
                .isEqualTo(tally(values).density(places, false));
    }

    @Test
    void equalValuesAreAPeak() {
        Tally zeros = tally(new double[100]);
        assertThat(zeros.bandwidth()).isPositive();
        assertThat(integral(zeros, 0, 10 * zeros.bandwidth(), true)).isCloseTo(1, within(1e-3));
        assertThat(new Tally().total()).isZero();
        assertThat(new Tally().quantile(0.5)).isNaN();
        assertThat(new Tally().notNegative()).isNaN();
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void whatIsNotFiniteIsRefused(double value) {
        assertThatThrownBy(() -> new Tally().add(value)).isInstanceOf(IllegalArgumentException.class);
    }

    private static double[] gaussians(int count, double scale) {
        Random random = new Random(11);
        double[] values = new double[count];
        Arrays.setAll(values, _ -> scale * random.nextGaussian());
        return values;
    }

    private static Tally tally(double[] values) {
        Tally tally = new Tally();
        for (double value : values) {
            tally.add(value);
        }
        return tally;
    }

    /// By rectangles as wide as a small part of the bandwidth, or of the range.
    private static double integral(Tally tally, double from, double to, boolean folded) {
        int count = Math.max(PLACES, (int) Math.ceil(20 * (to - from) / tally.bandwidth()));
        double step = (to - from) / count;
        double[] places = new double[count];
        Arrays.setAll(places, i -> from + (i + 0.5) * step);
        return step * Arrays.stream(tally.density(places, folded)).sum();
    }
}
