package dev.tombola.cli;

import dev.tombola.lottery.LevelRow;
import dev.tombola.lottery.LotteryListener;
import dev.tombola.lottery.Progress;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What is seen of a run while it goes on: on a terminal one line that is drawn again and again, elsewhere
/// a plain line now and then.
final class ProgressLines implements LotteryListener {
    private static final long TERMINAL_NANOS = 100_000_000L;
    private static final long PLAIN_NANOS = 10_000_000_000L;

    private final LiveLine live;
    private final Interruption interruption;
    private long shownAt;
    private Path folder;

    ProgressLines(PrintWriter out, Interruption interruption, boolean terminal) {
        this.live = new LiveLine(out, terminal);
        this.interruption = interruption;
        this.shownAt = System.nanoTime() - PLAIN_NANOS;
    }

    static ProgressLines of(PrintWriter out, Interruption interruption) {
        return new ProgressLines(out, interruption, LiveLine.onTerminal());
    }

    @Override
    public void opened(Path runFolder) {
        folder = runFolder;
    }

    /// The run's folder, once there is one.
    Optional<Path> folder() {
        return Optional.ofNullable(folder);
    }

    @Override
    public void begun(List<String> facts) {
        facts.forEach(live::line);
    }

    @Override
    public void started(Progress progress) {
        show(progress);
    }

    @Override
    public void evaluated(Progress progress) {
        show(progress);
    }

    @Override
    public void finished(Progress progress, LevelRow row) {
        live.line(String.format(
                Locale.ROOT,
                "trial %d, %s, level %d, %.2f %% left: %s, %.0f µs per step; %d of %d trainings done%s",
                row.trial(),
                progress.job().label(),
                row.level(),
                row.percentLeft(),
                outcome(row),
                row.usPerStep(),
                progress.finished(),
                progress.trainings(),
                left(progress)));
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

    private void show(Progress p) {
        long now = System.nanoTime();
        if (now - shownAt < (live.terminal() ? TERMINAL_NANOS : PLAIN_NANOS)) {
            return;
        }
        shownAt = now;
        String text = String.format(
                Locale.ROOT,
                "trial %d, %s, level %d, %.2f %% left: iteration %,d of %,d%s%s; %d of %d trainings done%s",
                p.job().trial(),
                p.job().label(),
                p.job().level(),
                p.percentLeft(),
                p.iteration(),
                p.iterations(),
                number(", %,.0f per second", p.iterationsPerSecond()),
                number(", validation loss %.4f", p.valLoss()),
                p.finished(),
                p.trainings(),
                left(p));
        live.draw(text);
    }

    private static String outcome(LevelRow row) {
        return row.diverged()
                ? "diverged"
                : String.format(
                        Locale.ROOT,
                        "early stop at %,d, test accuracy %.4f there and %.4f at the end",
                        row.earlyStopIteration(),
                        row.testAccuracyEarlyStop(),
                        row.testAccuracyEnd());
    }

    private static String number(String format, double value) {
        return Double.isNaN(value) ? "" : String.format(Locale.ROOT, format, value);
    }

    private static String left(Progress progress) {
        return progress.finished() == progress.trainings() ? "" : left(progress.secondsLeft());
    }

    /// How long it will take; nothing where nobody knows.
    static String left(double seconds) {
        if (Double.isNaN(seconds)) {
            return "";
        }
        long whole = Math.round(seconds);
        if (whole < 100) {
            return ", about %d s left".formatted(whole);
        }
        long minutes = Math.round(seconds / 60);
        return minutes < 100
                ? ", about %d min left".formatted(minutes)
                : ", about %d h %d min left".formatted(minutes / 60, minutes % 60);
    }
}
