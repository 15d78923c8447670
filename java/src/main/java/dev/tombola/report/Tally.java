package dev.tombola.report;

import java.util.Arrays;

/// Counts of values around 0 in bins of one width, in memory that does not grow with them. The width is a power of two,
/// the smallest that holds every value so far, so that the order of values makes no difference.
final class Tally {
    /// Bins on either side of 0; at least half of them are in use on the wider side.
    private static final int SIDE = 4096;

    /// Beyond so many bandwidths a Gaussian kernel is nothing.
    private static final double REACH = 6;

    private static final double SMALLEST = 0x1p-100;

    private final long[] counts = new long[2 * SIDE];
    private double width = SMALLEST / SIDE;
    private long total;

    /// Counts a finite value.
    ///
    /// @throws IllegalArgumentException if it is none: no bin is wide enough
    void add(double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("a value of " + value + " cannot be counted");
        }
        while (value < -SIDE * width || value >= SIDE * width) {
            widen();
        }
        counts[SIDE + (int) Math.floor(value / width)]++;
        total++;
    }

    private void widen() {
        long[] fine = counts.clone();
        Arrays.fill(counts, 0);
        for (int i = -SIDE; i < SIDE; i++) {
            counts[SIDE + (i >> 1)] += fine[SIDE + i];
        }
        width *= 2;
    }

    /// How many there are.
    long total() {
        return total;
    }

    /// The fraction of values that are 0 or more; NaN where there is none.
    double notNegative() {
        return (double) Arrays.stream(counts, SIDE, 2 * SIDE).sum() / total;
    }

    /// Whether `value` cannot be told from 0: it is nearer than a bin is wide.
    boolean isNearZero(double value) {
        return Math.abs(value) < width;
    }

    /// The value below which a fraction of them lies, to the middle of its bin; NaN where there is none.
    double quantile(double fraction) {
        long rank = Math.clamp((long) (fraction * total), 0, Math.max(0, total - 1));
        long below = 0;
        for (int bin = 0; bin < counts.length; bin++) {
            below += counts[bin];
            if (below > rank) {
                return middle(bin);
            }
        }
        return Double.NaN;
    }

    /// The bandwidth of [#density]: Silverman's rule, 0.9 · min(standard deviation, interquartile range / 1.34) ·
    /// n^(-1/5), and no less than a bin.
    double bandwidth() {
        double mean = 0;
        double square = 0;
        for (int bin = 0; bin < counts.length; bin++) {
            mean += counts[bin] * middle(bin) / total;
        }
        for (int bin = 0; bin < counts.length; bin++) {
            square += counts[bin] * (middle(bin) - mean) * (middle(bin) - mean) / total;
        }
        double deviation = Math.sqrt(square);
        double range = (quantile(0.75) - quantile(0.25)) / 1.34;
        double spread = range > 0 ? Math.min(deviation, range) : deviation;
        return Math.max(width, 0.9 * spread * StrictMath.pow((double) total, -0.2));
    }

    /// The density of the values at each place: a Gaussian kernel of [#bandwidth] on every bin. Its integral is 1.
    ///
    /// @param folded whether no value is negative: what the kernels put below 0 is folded back, and places are 0 or
    ///     more
    double[] density(double[] places, boolean folded) {
        double h = bandwidth();
        double[] density = new double[places.length];
        for (int i = 0; i < places.length; i++) {
            double sum = kernels(places[i], h) + (folded ? kernels(-places[i], h) : 0);
            density[i] = sum / (total * h * Math.sqrt(2 * Math.PI));
        }
        return density;
    }

    private double kernels(double place, double h) {
        double sum = 0;
        int last = bin(place + REACH * h);
        for (int bin = bin(place - REACH * h); bin <= last; bin++) {
            if (counts[bin] > 0) {
                double z = (place - middle(bin)) / h;
                sum += counts[bin] * StrictMath.exp(-z * z / 2);
            }
        }
        return sum;
    }

    private int bin(double value) {
        return SIDE + (int) Math.clamp(Math.floor(value / width), -SIDE, SIDE - 1);
    }

    private double middle(int bin) {
        return (bin - SIDE + 0.5) * width;
    }
}
