package dev.tombola.cli;

import dev.tombola.results.SweepRow;
import dev.tombola.sweep.Failure;
import dev.tombola.sweep.SweepListener;
import dev.tombola.sweep.SweepRun;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/// What is seen of a sweep while it goes on: on a terminal one line that is drawn again and again, elsewhere a plain
/// line now and then, and a line for whatever fails.
final class SweepLines implements SweepListener {
    private static final long PLAIN_NANOS = 10_000_000_000L;

    private final LiveLine live;
    private final Interruption interruption;
    private long shownAt = System.nanoTime() - PLAIN_NANOS;
    private String shown = "";

    SweepLines(PrintWriter out, Interruption interruption, boolean terminal) {
        this.live = new LiveLine(out, terminal);
        this.interruption = interruption;
    }

    /// Says what is trained where, one sentence each.
    void begun(List<String> facts) {
        facts.forEach(live::line);
    }

    @Override
    public void progress(SweepRow.Progress at) {
        String text = text(at);
        if (live.terminal()) {
            live.draw(LiveLine.bar(at.done() + at.failed(), at.trainings()) + " " + text);
        } else if (System.nanoTime() - shownAt >= PLAIN_NANOS && !text.equals(shown)) {
            shownAt = System.nanoTime();
            shown = text;
            live.draw(text);
        }
    }

    @Override
    public void failed(Failure failure) {
        live.line(sentence(failure));
    }

    @Override
    public void noted(String sentence) {
        live.line(sentence);
    }

    @Override
    public boolean stopping() {
        return interruption.asked();
    }

    /// Leaves no half a line behind.
    void end() {
        live.end();
    }

    /// Says what came of a sweep; returns the exit code.
    static int ended(SweepRun.Outcome outcome, Path runs, PrintWriter stdout, PrintWriter stderr) {
        if (outcome.interrupted()) {
            stderr.printf(
                    "tombola: interrupted; %d finished trainings are kept in %s, and the same command goes on%n",
                    outcome.done(), runs);
            return Main.INTERRUPTED;
        }
        stdout.printf(
                "%d trainings done%s; tombola results %s shows them.%n",
                outcome.done(), outcome.leftOut() == 0 ? "" : ", %d left out".formatted(outcome.leftOut()), runs);
        if (outcome.failures().isEmpty()) {
            return 0;
        }
        stderr.printf("tombola: %d trainings failed:%n", outcome.failures().size());
        outcome.failures().forEach(failure -> stderr.println("  " + sentence(failure)));
        return Main.FAILED;
    }

    /// A failed training in one line.
    static String sentence(Failure failure) {
        return "Failed: recipe %s, %s: %s%s"
                .formatted(
                        failure.recipe().hash(),
                        failure.job(),
                        Main.oneLine(failure.reason()).replaceAll("\\.$", ""),
                        failure.leftOut() == 0 ? "." : "; %d more need it.".formatted(failure.leftOut()));
    }

    /// Where a sweep stands that is going on.
    static String text(SweepRow.Progress at) {
        return done(at)
                + ", %d running".formatted(at.running())
                + failed(at)
                + (Double.isNaN(at.stepsPerSecond())
                        ? ""
                        : String.format(Locale.ROOT, ", %,.0f steps per second", at.stepsPerSecond()))
                + (at.done() + at.failed() == at.trainings() ? "" : ProgressLines.left(at.secondsLeft()));
    }

    /// How far a sweep has come that is over.
    static String ended(SweepRow.Progress at) {
        return done(at) + failed(at);
    }

    private static String done(SweepRow.Progress at) {
        return "%d of %d trainings done".formatted(at.done(), at.trainings());
    }

    private static String failed(SweepRow.Progress at) {
        return at.failed() == 0 ? "" : ", %d failed".formatted(at.failed());
    }
}
