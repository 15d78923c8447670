package dev.tombola.report;

import java.util.Comparator;
import java.util.Optional;

/// The level at which a run's tickets are most accurate.
///
/// @param accuracy mean at the early stop, a fraction
record Best(int level, double accuracy) {
    /// The ticket that is most accurate, the dense network among them; none where all diverged.
    static Optional<Best> of(RunFiles run, Score score) {
        return run.levels().levels(Levels.TICKET).stream()
                .map(level -> new Best(
                        level,
                        run.levels()
                                .stat(Levels.TICKET, level, score.earlyStop())
                                .mean()))
                .filter(best -> Double.isFinite(best.accuracy))
                .max(Comparator.comparingDouble(Best::accuracy));
    }
}
