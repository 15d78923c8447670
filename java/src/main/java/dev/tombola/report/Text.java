package dev.tombola.report;

import java.util.Locale;

/// Numbers as the report prints them.
final class Text {
    private Text() {}

    /// A size in percent with three digits: 100, 51.3, 3.58, 0.503.
    static String percentLeft(double percent) {
        int decimals = percent >= 99.95 ? 0 : percent >= 10 ? 1 : percent >= 1 ? 2 : 3;
        return String.format(Locale.ROOT, "%." + decimals + "f", percent);
    }

    /// A fraction as percent with two decimals: 98.21; a dash where it is unknown.
    static String accuracy(double fraction) {
        return Double.isFinite(fraction) ? String.format(Locale.ROOT, "%.2f", 100 * fraction) : "–";
    }

    /// A count: 12,345.
    static String count(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    /// A large number, rounded: 12,345; a dash where it is unknown.
    static String whole(double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%,d", Math.round(value)) : "–";
    }

    /// A time or loss with three digits at least: 1,234, 56.7, 1.23; a dash where it is unknown.
    static String short3(double value) {
        if (!Double.isFinite(value)) {
            return "–";
        }
        double size = Math.abs(value);
        int decimals = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
        return String.format(Locale.ROOT, "%,." + decimals + "f", value);
    }
}
