package dev.tombola.report;

import dev.tombola.report.Levels.Measure;
import java.util.List;
import java.util.Set;

/// How the ticket of one level does beside the dense network. A winning ticket, as the paper has it (section 1),
/// reaches
/// its early stop with no lower test accuracy and no later. Both are looked at in the same trials: the verdict on a run
/// that is not done depends on no trial that only one of them has finished. The view `by_level` of a results database
/// says the same.
///
/// @param trials how many both have finished
/// @param accuracy, dense mean test accuracy at the early stop, of the ticket and of the dense network: fractions
/// @param stop, denseStop mean early-stop iteration of both
record Verdict(int level, int trials, double accuracy, double dense, double stop, double denseStop) {
    /// Two means that are further apart differ by more than their rounding.
    private static final double ROUNDING = 1e-9;

    /// One for each smaller network that can be compared, the largest first.
    ///
    /// @param control what tickets are judged by
    static List<Verdict> of(Levels levels, String control) {
        return levels.levels().stream()
                .filter(level -> level > 0)
                .map(level -> of(levels, control, level))
                .filter(verdict -> verdict.trials > 0)
                .toList();
    }

    private static Verdict of(Levels levels, String control, int level) {
        Set<Integer> both = levels.common(control, level, Levels.TICKET, 0);
        return new Verdict(
                level,
                both.size(),
                levels.stat(control, level, Measure.TEST_EARLY_STOP, both).mean(),
                levels.stat(Levels.TICKET, 0, Measure.TEST_EARLY_STOP, both).mean(),
                levels.stat(control, level, Measure.EARLY_STOP, both).mean(),
                levels.stat(Levels.TICKET, 0, Measure.EARLY_STOP, both).mean());
    }

    /// How much more accurate the ticket is, a fraction.
    double gain() {
        return accuracy - dense;
    }

    boolean asAccurate() {
        return gain() >= -ROUNDING;
    }

    boolean asFast() {
        return stop <= denseStop + ROUNDING;
    }
}
