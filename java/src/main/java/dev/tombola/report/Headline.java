package dev.tombola.report;

import dev.tombola.base.Plural;
import dev.tombola.report.Levels.Measure;
import dev.tombola.report.Verdict.Speed;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// What a run found, in a few sentences computed from its numbers.
final class Headline {
    /// Between evaluations, whose median step is then one in full swing.
    private static final int INTERVALS = 10;

    private final RunFiles run;
    private final Levels levels;
    private final Judged judged;

    private Headline(RunFiles run) {
        this.run = run;
        levels = run.levels();
        judged = Judged.of(run);
    }

    static String of(RunFiles run) {
        return new Headline(run).text();
    }

    private String text() {
        if (levels.isEmpty()) {
            return "No training has finished yet.";
        }
        Stat dense = levels.stat(Levels.TICKET, 0, Measure.TEST_EARLY_STOP);
        if (!dense.known()) {
            return levels.has(Levels.TICKET, 0)
                    ? "The dense network, level 0, diverged, so no winning ticket can be named."
                    : "The dense network, level 0, has no finished training to compare with.";
        }
        String start = "The dense network reaches " + Text.accuracy(dense.mean()) + " % test accuracy on " + run.data();
        if (levels.levels().stream().noneMatch(level -> level > 0 && known(Levels.TICKET, level))) {
            return start + "; no smaller one has been trained yet.";
        }
        List<Verdict> verdicts = Verdict.of(run, judged.control());
        if (verdicts.isEmpty()) {
            return start + "; " + unjudged();
        }
        if (verdicts.stream().noneMatch(Verdict::learned)) {
            return start + ", hardly more than by guessing one of " + run.classes() + " classes, so no ticket wins.";
        }
        return start + "; " + judged.by() + winners(verdicts) + judged.origin() + against(verdicts) + time(verdicts);
    }

    private String unjudged() {
        return levels.controls().contains(judged.control())
                ? "no trial has a smaller one to compare yet."
                : "its tickets go on from trained weights, and none has been trained from its initial values (reset), so"
                        + " no winning ticket can be named.";
    }

    private String winners(List<Verdict> verdicts) {
        List<Verdict> accurate = verdicts.stream().filter(Verdict::asAccurate).toList();
        if (accurate.isEmpty()) {
            Verdict best = Collections.max(verdicts, Comparator.comparingDouble(Verdict::gain));
            return "no ticket is as accurate, the best (" + accuracy(best) + ")" + has(best);
        }
        Verdict smallest = accurate.getLast();
        Optional<Verdict> winner = smallest(accurate, Speed.AS_FAST);
        Optional<Verdict> untold = smallest(accurate, Speed.UNTOLD)
                .filter(verdict ->
                        winner.isEmpty() || verdict.level() > winner.get().level());
        String first = "the smallest ticket as accurate";
        if (!winner.equals(Optional.of(smallest))) {
            first += " (" + accuracy(smallest) + ")" + has(smallest);
            first += winner.isPresent() ? " The smallest as accurate" : "";
        }
        return first
                + winner.map(this::winner).orElse("")
                + untold.map(verdict -> untold(verdict, verdict.equals(smallest), winner.isPresent()))
                        .orElse(winner.isPresent() ? "" : none());
    }

    private static Optional<Verdict> smallest(List<Verdict> verdicts, Speed speed) {
        return verdicts.stream().filter(verdict -> verdict.speed() == speed).reduce((_, last) -> last);
    }

    private String none() {
        return " None is both as accurate and as fast"
                + (judged.initial() ? ", so none is the paper's winning ticket." : ".");
    }

    private String winner(Verdict verdict) {
        return " (%s) and as fast (%s)%s%s"
                .formatted(
                        accuracy(verdict),
                        stops(verdict),
                        judged.initial() ? ", the paper's winning ticket," : "",
                        has(verdict));
    }

    /// @param named whether the sentence before is on it
    /// @param won whether a larger one wins
    private String untold(Verdict verdict, boolean named, boolean won) {
        return " Whether %s is as fast cannot be told (%s): validation loss of some of these trainings was lowest at their very end%s."
                .formatted(
                        named && !won ? "it" : "the one with " + size(verdict.level()),
                        stops(verdict),
                        judged.initial() && !won ? ", so no winning ticket can be named" : "");
    }

    private static String stops(Verdict verdict) {
        return "early stop at %s, dense %s".formatted(verdict.stop(), verdict.denseStop());
    }

    /// The dense network's is told again where it is over fewer trials than it has.
    private String accuracy(Verdict verdict) {
        String ticket = Text.accuracy(verdict.accuracy()) + " %";
        return verdict.trials()
                        == levels.stat(Levels.TICKET, 0, Measure.TEST_EARLY_STOP)
                                .count()
                ? ticket
                : ticket + ", dense " + Text.accuracy(verdict.dense()) + " % in the same "
                        + Plural.of(verdict.trials(), "trial");
    }

    private String has(Verdict verdict) {
        return String.format(
                Locale.ROOT,
                " has %s of the weights, %,d of %,d.",
                size(verdict.level()),
                levels.weightsLeft(verdict.level()),
                levels.weightsTotal());
    }

    private String against(List<Verdict> verdicts) {
        List<Integer> both = verdicts.stream()
                .map(Verdict::level)
                .filter(level -> !levels.common(judged.control(), level, Levels.REINIT, level)
                        .isEmpty())
                .toList();
        if (both.isEmpty()) {
            return "";
        }
        int level = both.getLast();
        Set<Integer> trials = levels.common(judged.control(), level, Levels.REINIT, level);
        double ticket = levels.stat(judged.control(), level, Measure.TEST_EARLY_STOP, trials)
                .mean();
        double reinit = levels.stat(Levels.REINIT, level, Measure.TEST_EARLY_STOP, trials)
                .mean();
        return String.format(
                Locale.ROOT,
                " With %s of the weights the ticket%s reaches %s %% and the same network newly drawn %s %%, %.2f points %s.",
                size(level),
                judged.control().equals(Levels.RESET) ? ", reset," : "",
                Text.accuracy(ticket),
                Text.accuracy(reinit),
                Math.abs(100 * (ticket - reinit)),
                ticket >= reinit ? "less" : "more");
    }

    /// Said where trainings are long enough: a first step takes longer than others, and dense ones come first.
    private String time(List<Verdict> verdicts) {
        if (run.intervals() < INTERVALS) {
            return "";
        }
        int level = verdicts.getLast().level();
        double dense = levels.stat(Levels.TICKET, 0, Measure.STEP).median();
        double sparse = levels.stat(judged.control(), level, Measure.STEP).median();
        if (!(sparse > 0 && dense > 0)) {
            return "";
        }
        return String.format(
                Locale.ROOT,
                " A training step takes %s µs dense and %s µs with %s of the weights.",
                Text.short3(dense),
                Text.short3(sparse),
                size(level));
    }

    private String size(int level) {
        return Text.percentLeft(levels.percentLeft(level)) + " %";
    }

    private boolean known(String control, int level) {
        return levels.stat(control, level, Measure.TEST_EARLY_STOP).known();
    }
}
