package dev.tombola.report;

import dev.tombola.report.Chart.Point;
import java.util.ArrayList;
import java.util.List;

/// How many connections the units on one side of a layer have left, pooled over trials.
final class Connections {
    /// How far apart, in percent of the units, points of a curve are at least.
    private static final double APART = 0.25;

    /// Entry c: how many units have c connections left.
    private final long[] units;

    private long total;

    /// Units that have `most` connections in the dense network.
    Connections(int most) {
        units = new long[most + 1];
    }

    /// Counts units with so many connections left.
    void add(int[] left) {
        for (int count : left) {
            units[count]++;
        }
        total += left.length;
    }

    /// What is left of all connections, a fraction.
    double left() {
        long sum = 0;
        for (int count = 0; count < units.length; count++) {
            sum += count * units[count];
        }
        return (double) sum / total / (units.length - 1);
    }

    /// How many units have none left, a fraction.
    double none() {
        return (double) units[0] / total;
    }

    /// All units side by side, the best connected first: in percent of the units and of the connections that each had.
    List<Point> curve() {
        int most = units.length - 1;
        List<Point> points = new ArrayList<>();
        long before = 0;
        for (int left = most; left >= 0; left--) {
            long after = before + units[left];
            if (after > before
                    && (points.isEmpty() || percent(after) - points.getLast().x() >= APART || after == total)) {
                double y = 100.0 * left / most;
                points.add(Point.bare(percent(before), y));
                points.add(Point.bare(percent(after), y));
            }
            before = after;
        }
        return points;
    }

    private double percent(long rank) {
        return 100.0 * rank / total;
    }
}
