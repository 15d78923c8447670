package dev.tombola.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// One axis of a chart: the range it shows and its labelled ticks.
///
/// @param label what it measures, with the unit
/// @param low the smallest value shown
/// @param high the largest value shown
record Axis(String label, double low, double high, Scale scale, List<Tick> ticks) {
    enum Scale {
        EVEN,
        LOGARITHMIC,
        /// Logarithmic, and values fall towards the far end, as in the paper's figures.
        FALLING
    }

    private static final int MOST_DECIMALS = 6;

    private static final double PLAIN = 1e8;

    record Tick(double value, String label) {}

    /// Percent of weights left, from 100 falling to `lowest`, logarithmic; where nothing is pruned, 100 alone.
    static Axis percentLeft(double lowest) {
        if (lowest == 100) {
            return alone("weights left (%)", 100);
        }
        double low = Math.min(lowest, 60);
        double margin = Math.pow(100 / low, 0.03);
        double[] marks;
        if (low < 8) {
            marks = new double[] {100, 50, 20, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01};
        } else if (low < 30) {
            marks = new double[] {100, 80, 60, 50, 40, 30, 20, 15, 10};
        } else {
            marks = new double[] {100, 90, 80, 70, 60, 50, 40, 30};
        }
        List<Tick> ticks = new ArrayList<>();
        for (double mark : marks) {
            if (mark >= low / margin) {
                ticks.add(new Tick(mark, mark < 1 ? Double.toString(mark) : Integer.toString((int) mark)));
            }
        }
        return new Axis("weights left (%), logarithmic", low / margin, 100 * margin, Scale.FALLING, List.copyOf(ticks));
    }

    /// Weights left, from `most` falling to `least`, logarithmic; the one number where they are the same.
    static Axis weightsLeft(double least, double most) {
        if (least == most) {
            return alone("weights left", most);
        }
        double low = Math.min(least, 0.6 * most);
        double margin = Math.pow(most / low, 0.03);
        boolean wide = most / low > 2000;
        List<Tick> ticks = new ArrayList<>();
        for (double power = 1; power <= most * margin; power *= 10) {
            for (int factor :
                    wide ? new int[] {1} : most / low > 8 ? new int[] {1, 2, 5} : new int[] {1, 2, 3, 4, 6, 8}) {
                double mark = factor * power;
                if (mark >= low / margin && mark <= most * margin) {
                    ticks.add(new Tick(mark, Text.whole(mark)));
                }
            }
        }
        return new Axis("weights left, logarithmic", low / margin, most * margin, Scale.FALLING, List.copyOf(ticks));
    }

    /// With one value, in the middle.
    private static Axis alone(String label, double value) {
        return new Axis(label, value / 1.1, value * 1.1, Scale.FALLING, List.of(new Tick(value, Text.whole(value))));
    }

    /// From `low` to `high`, evenly, with about `count` ticks at round values.
    static Axis even(String label, double low, double high, int count) {
        double step = roundStep((high - low) / count);
        int decimals = Math.max(0, (int) -Math.floor(Math.log10(step) + 1e-9));
        List<Tick> ticks = new ArrayList<>();
        for (long i = (long) Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; i++) {
            ticks.add(new Tick(i * step, tick(i * step, decimals)));
        }
        return new Axis(label, low, high, Scale.EVEN, List.copyOf(ticks));
    }

    /// From `low` to `high`, logarithmic, with ticks at powers of ten, about `count` at most, and between few of them.
    static Axis logarithmic(String label, double low, double high, int count) {
        int first = (int) Math.floor(Math.log10(low));
        int last = (int) Math.floor(Math.log10(high));
        int every = Math.ceilDiv(last - first + 1, count);
        List<Tick> ticks = new ArrayList<>();
        for (int power = last; power >= first; power -= every) {
            for (int factor : last - first < 4 ? new int[] {5, 2, 1} : new int[] {1}) {
                double mark = Double.parseDouble(factor + "e" + power);
                if (mark >= low && mark <= high) {
                    ticks.add(new Tick(mark, tick(mark, Math.max(0, -power))));
                }
            }
        }
        return new Axis(label + ", logarithmic", low, high, Scale.LOGARITHMIC, List.copyOf(ticks));
    }

    /// What has too many digits for its place, as in a training that blows up, is written with an exponent.
    private static String tick(double value, int decimals) {
        if (decimals <= MOST_DECIMALS && Math.abs(value) < PLAIN) {
            return String.format(Locale.ROOT, "%,." + decimals + "f", value);
        }
        BigDecimal rounded = BigDecimal.valueOf(value).round(new MathContext(2)).stripTrailingZeros();
        return rounded.toString().replace("E+", "E");
    }

    /// The first of 1, 2, 5, 10, 20, … times a power of ten that is at least `atLeast`.
    static double roundStep(double atLeast) {
        double power = Math.pow(10, Math.floor(Math.log10(atLeast)));
        for (double factor : new double[] {1, 2, 5}) {
            if (factor * power >= atLeast * (1 - 1e-9)) {
                return factor * power;
            }
        }
        return 10 * power;
    }

    boolean falls() {
        return scale == Scale.FALLING;
    }

    boolean holds(double value) {
        return value >= low && value <= high;
    }

    /// Where `value` lies: 0 at the near end, 1 at the far end; a 0 far out on a logarithmic axis.
    double position(double value) {
        if (scale == Scale.EVEN) {
            return (value - low) / (high - low);
        }
        double rising = Math.log(Math.max(value, Double.MIN_NORMAL) / low) / Math.log(high / low);
        return falls() ? 1 - rising : rising;
    }
}
