package dev.tombola.report;

import java.util.Comparator;
import java.util.Optional;

/// What a run of a comparison is judged by: the level at which its tickets are most accurate, and its smallest winner.
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

    /// The smallest ticket that is as accurate as the dense network and as fast, from its initial values.
    static Optional<Verdict> winner(RunFiles run) {
        Judged judged = Judged.of(run);
        return judged.initial()
                ? Verdict.of(run, judged.control()).stream()
                        .filter(verdict -> verdict.asAccurate() && verdict.asFast())
                        .reduce((_, last) -> last)
                : Optional.empty();
    }
}
