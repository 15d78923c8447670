package dev.tombola.report;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.IntToDoubleFunction;

/// The tickets that the paper's figures 3 and 11 show, by their size in percent of the weights.
final class PaperSizes {
    private static final double[] SIZES = {100, 51.3, 21.1, 7.0, 3.6, 1.9};

    /// The one that learns fastest.
    private static final double FASTEST = 21.1;

    /// How far, as a factor, a level may lie from one of these sizes: about a round of pruning.
    private static final double NEAR = 1.25;

    private PaperSizes() {}

    /// Of these ascending levels those nearest to the paper's sizes, with the last one; ascending.
    static List<Integer> chosen(List<Integer> levels, IntToDoubleFunction percentLeft) {
        TreeSet<Integer> chosen = new TreeSet<>();
        for (double size : SIZES) {
            nearest(levels, percentLeft, size)
                    .filter(level -> isNear(percentLeft.applyAsDouble(level), size))
                    .ifPresent(chosen::add);
        }
        if (!levels.isEmpty() && chosen.size() < SIZES.length) {
            chosen.add(levels.getLast());
        }
        return List.copyOf(chosen);
    }

    /// Whether a ticket of this size is near the paper's fastest.
    static boolean isFastest(double percentLeft) {
        return isNear(percentLeft, FASTEST);
    }

    /// Of these levels the nearest to the paper's fastest ticket, however far; the first of several.
    static Optional<Integer> fastest(Collection<Integer> levels, IntToDoubleFunction percentLeft) {
        return nearest(levels, percentLeft, FASTEST);
    }

    private static Optional<Integer> nearest(Collection<Integer> levels, IntToDoubleFunction percentLeft, double size) {
        return levels.stream()
                .min(Comparator.comparingDouble(level -> distance(percentLeft.applyAsDouble(level), size)));
    }

    private static boolean isNear(double percentLeft, double size) {
        return distance(percentLeft, size) < Math.log(NEAR);
    }

    private static double distance(double percentLeft, double size) {
        return Math.abs(Math.log(percentLeft / size));
    }
}
