package dev.tombola.report;

import dev.tombola.report.Levels.Measure;
import java.util.Collections;
import java.util.Comparator;
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
        if (!dense.known()) {
            return "The dense network, level 0, has no finished training to compare with.";
        }
        String start = "The dense network reaches " + Text.accuracy(dense.mean()) + " % test accuracy on " + run.data();
        List<Verdict> verdicts = Verdict.of(levels);
        if (verdicts.isEmpty()) {
            return start + "; no smaller one has been trained yet.";
        }
        List<Integer> ticket = verdicts.stream().map(Verdict::level).toList();
        return start + winners(levels, verdicts) + against(levels, ticket) + time(levels, ticket);
    }

    private static String winners(Levels levels, List<Verdict> verdicts) {
        List<Verdict> accurate = verdicts.stream().filter(Verdict::asAccurate).toList();
        if (accurate.isEmpty()) {
            Verdict best = Collections.max(verdicts, Comparator.comparingDouble(Verdict::accuracy));
            return "; no ticket is as accurate, the best is " + Text.accuracy(best.accuracy()) + " % with "
                    + size(levels, best.level()) + " of the weights.";
        }
        List<Verdict> both = accurate.stream().filter(Verdict::asFast).toList();
        Verdict smallest = accurate.getLast();
        if (!both.isEmpty() && both.getLast().equals(smallest)) {
            return "; the smallest ticket as accurate" + winner(levels, smallest);
        }
        return "; the smallest ticket as accurate (" + Text.accuracy(smallest.accuracy()) + " %)"
                + has(levels, smallest)
                + (both.isEmpty()
                        ? " None is both as accurate and as fast, so none is the paper's winning ticket."
                        : " The smallest as accurate" + winner(levels, both.getLast()));
    }

    private static String winner(Levels levels, Verdict verdict) {
        return String.format(
                Locale.ROOT,
                " (%s %%) and as fast (early stop at %s, dense %s), the paper's winning ticket,%s",
                Text.accuracy(verdict.accuracy()),
                Text.whole(verdict.stop()),
                Text.whole(verdict.denseStop()),
                has(levels, verdict));
    }

    private static String has(Levels levels, Verdict verdict) {
        return String.format(
                Locale.ROOT,
                " has %s of the weights, %,d of %,d.",
                size(levels, verdict.level()),
                levels.weightsLeft(verdict.level()),
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
