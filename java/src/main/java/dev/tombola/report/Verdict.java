package dev.tombola.report;

import dev.tombola.lottery.EarlyStop;
import dev.tombola.report.Levels.Measure;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// How the ticket of one level does beside the dense network. A winning ticket, as the paper has it (section 1),
/// reaches its early stop with no lower test accuracy and no later; there is none where the dense network has learned
/// nothing, and it cannot be named where more iterations might have made it another. Both are looked at in the same
/// trials: the verdict on a run that is not done depends on no trial that only one of them has finished. The view
/// `by_level` of a results database says the same.
///
/// @param trials how many both have finished
/// @param accuracy, dense mean test accuracy at the early stop, of the ticket and of the dense network: fractions
/// @param stop, denseStop early stops of both
/// @param classes how many there are to guess from
record Verdict(int level, int trials, double accuracy, double dense, Stop stop, Stop denseStop, int classes) {
    /// An early stop.
    ///
    /// @param mean iteration
    /// @param atEnd whether it is a lower bound, for some training would have reached its own later
    record Stop(double mean, boolean atEnd) {
        static Stop of(RunFiles run, String control, int level, Set<Integer> trials) {
            return new Stop(
                    run.levels()
                            .stat(control, level, Measure.EARLY_STOP, trials)
                            .mean(),
                    run.levels().stopsAtEnd(control, level, trials, run.lastIteration()));
        }

        @Override
        public String toString() {
            return (atEnd ? EarlyStop.AT_LEAST : "") + Text.whole(mean);
        }
    }

    /// Whether the ticket's early stop is no later than the dense network's: not told where the earlier of the two is a
    /// lower bound.
    enum Speed {
        AS_FAST,
        SLOWER,
        UNTOLD
    }

    /// Two mean accuracies that are further apart differ by more than their rounding.
    private static final double ROUNDING = 1e-9;

    private static final double LEARNED = 0.05;

    /// One for each smaller network that can be compared, the largest first.
    ///
    /// @param control what tickets are judged by
    static List<Verdict> of(RunFiles run, String control) {
        return run.levels().levels().stream()
                .filter(level -> level > 0)
                .map(level -> of(run, control, level))
                .filter(verdict -> verdict.trials > 0)
                .toList();
    }

    /// The smallest winning ticket, from its initial values.
    static Optional<Verdict> winner(RunFiles run) {
        return smallest(run, Speed.AS_FAST);
    }

    /// Whether no ticket wins as far as its trainings go, but some may with more iterations.
    static boolean untold(RunFiles run) {
        return winner(run).isEmpty() && smallest(run, Speed.UNTOLD).isPresent();
    }

    private static Optional<Verdict> smallest(RunFiles run, Speed speed) {
        Judged judged = Judged.of(run);
        return judged.initial()
                ? of(run, judged.control()).stream()
                        .filter(verdict -> verdict.asAccurate() && verdict.speed() == speed)
                        .reduce((_, last) -> last)
                : Optional.empty();
    }

    private static Verdict of(RunFiles run, String control, int level) {
        Levels levels = run.levels();
        Set<Integer> both = levels.common(control, level, Levels.TICKET, 0);
        return new Verdict(
                level,
                both.size(),
                levels.stat(control, level, Measure.TEST_EARLY_STOP, both).mean(),
                levels.stat(Levels.TICKET, 0, Measure.TEST_EARLY_STOP, both).mean(),
                Stop.of(run, control, level, both),
                Stop.of(run, Levels.TICKET, 0, both),
                run.classes());
    }

    /// How much more accurate the ticket is, a fraction.
    double gain() {
        return accuracy - dense;
    }

    /// Whether the dense network is a twentieth of the way from guessing, 1 in `classes`, to no mistake. Chance does
    /// not lift a dead one there, nor do classes of unequal size such as MNIST's: the largest is 11.35 %.
    boolean learned() {
        return dense > LEARNED + (1 - LEARNED) / classes;
    }

    boolean asAccurate() {
        return learned() && gain() >= -ROUNDING;
    }

    Speed speed() {
        boolean noLater = stop.mean <= denseStop.mean;
        if ((noLater ? stop : denseStop).atEnd) {
            return Speed.UNTOLD;
        }
        return noLater ? Speed.AS_FAST : Speed.SLOWER;
    }
}
