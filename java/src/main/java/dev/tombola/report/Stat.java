package dev.tombola.report;

import java.util.Arrays;
import java.util.Collection;
import java.util.function.DoubleFunction;

/// A measure over trials and draws. Values that are not finite, those of diverged trainings, are left out; with none
/// left every field is NaN.
///
/// @param count how many finite values there are
record Stat(double mean, double median, double low, double high, int count) {
    static Stat of(Collection<Double> values) {
        double[] sorted = values.stream()
                .mapToDouble(Double::doubleValue)
                .filter(Double::isFinite)
                .sorted()
                .toArray();
        int n = sorted.length;
        if (n == 0) {
            return new Stat(Double.NaN, Double.NaN, Double.NaN, Double.NaN, 0);
        }
        double median = (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
        return new Stat(Arrays.stream(sorted).sum() / n, median, sorted[0], sorted[n - 1], n);
    }

    boolean known() {
        return count > 0;
    }

    /// `97.1–98.2`; empty where both ends are one.
    String range(DoubleFunction<String> format) {
        return high > low ? format.apply(low) + "–" + format.apply(high) : "";
    }
}
