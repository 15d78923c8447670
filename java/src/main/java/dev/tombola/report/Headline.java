package dev.tombola.report;

import dev.tombola.report.Levels.Measure;
import java.util.List;
import java.util.Locale;

/// What a run found, in a few sentences computed from its numbers.
final class Headline {
    private Headline() {}

    static String of(RunFiles run) {
        Levels levels = run.levels();
        if (levels.isEmpty()) {
            return "No training has finished yet.";
        }
        Stat dense = levels.stat(Levels.TICKET, 0, Measure.TEST_EARLY_STOP);
        List<Integer> ticket = levels.levels().stream()
                .filter(level -> level > 0 && known(levels, Levels.TICKET, level))
                .toList();
        if (!dense.known()) {
            return "The dense network, level 0, has no finished training to compare with.";
        }
        String start = "The dense network reaches " + Text.accuracy(dense.mean()) + " % test accuracy on " + run.data();
        if (ticket.isEmpty()) {
            return start + "; no smaller one has been trained yet.";
        }
        return start + keeps(levels, ticket, dense) + against(levels, ticket) + time(levels, ticket);
    }

    private static String keeps(Levels levels, List<Integer> ticket, Stat dense) {
        Integer smallest = null;
        int best = ticket.getFirst();
        for (int level : ticket) {
            smallest = mean(levels, Levels.TICKET, level) >= dense.mean() ? Integer.valueOf(level) : smallest;
            best = mean(levels, Levels.TICKET, level) > mean(levels, Levels.TICKET, best) ? level : best;
        }
        if (smallest == null) {
            return "; no ticket does, the best is " + Text.accuracy(mean(levels, Levels.TICKET, best)) + " % with "
                    + size(levels, best) + " of the weights.";
        }
        return String.format(
                Locale.ROOT,
                "; the smallest ticket that does as well (%s %%) has %s of the weights, %,d of %,d.",
                Text.accuracy(mean(levels, Levels.TICKET, smallest)),
                size(levels, smallest),
                levels.weightsLeft(smallest),
                levels.weightsTotal());
    }

    private static String against(Levels levels, List<Integer> ticket) {
        List<Integer> both = ticket.stream()
                .filter(level -> known(levels, Levels.REINIT, level))
                .toList();
        if (both.isEmpty()) {
            return "";
        }
        int level = both.getLast();
        double gap = 100 * (mean(levels, Levels.TICKET, level) - mean(levels, Levels.REINIT, level));
        return String.format(
                Locale.ROOT,
                " With %s of the weights the ticket reaches %s %% and the same network newly drawn %s %%, %.2f points %s.",
                size(levels, level),
                Text.accuracy(mean(levels, Levels.TICKET, level)),
                Text.accuracy(mean(levels, Levels.REINIT, level)),
                Math.abs(gap),
                gap >= 0 ? "less" : "more");
    }

    private static String time(Levels levels, List<Integer> ticket) {
        int level = ticket.getLast();
        double dense = levels.stat(Levels.TICKET, 0, Measure.STEP).median();
        double sparse = levels.stat(Levels.TICKET, level, Measure.STEP).median();
        if (!(sparse > 0 && dense > 0)) {
            return "";
        }
        return String.format(
                Locale.ROOT,
                " A training step takes %s µs dense and %s µs with %s of the weights.",
                Text.short3(dense),
                Text.short3(sparse),
                size(levels, level));
    }

    private static String size(Levels levels, int level) {
        return Text.percentLeft(levels.percentLeft(level)) + " %";
    }

    private static double mean(Levels levels, String control, int level) {
        return levels.stat(control, level, Measure.TEST_EARLY_STOP).mean();
    }

    private static boolean known(Levels levels, String control, int level) {
        return levels.stat(control, level, Measure.TEST_EARLY_STOP).known();
    }
}
