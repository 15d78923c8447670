package dev.tombola.cli;

import dev.tombola.base.Plural;
import dev.tombola.results.SweepRow;
import dev.tombola.sweep.Failure;
import dev.tombola.sweep.SweepListener;
import dev.tombola.sweep.SweepRun;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// What is seen of a sweep while it goes on: on a terminal one line that is drawn again and again, elsewhere a plain
/// line now and then, and a line for whatever fails.
final class SweepLines implements SweepListener {
    private static final long PLAIN_NANOS = 10_000_000_000L;

    private final LiveLine live;
    private final Interruption interruption;
    private long shownAt = System.nanoTime() - PLAIN_NANOS;
    private String shown = "";
    private final Set<String> told = new HashSet<>();

    SweepLines(PrintWriter out, Interruption interruption, boolean terminal) {
        this.live = new LiveLine(out, terminal);
        this.interruption = interruption;
    }

    /// Says what is trained where, one sentence each.
    void begun(List<String> facts) {
        facts.forEach(live::line);
    }

    @Override
    public synchronized void progress(SweepRow.Progress at) {
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
    public synchronized void failed(Failure failure) {
        if (told.add(failure.recipe().hash() + failure.reason())) { // a folder that is refused is so for all
            live.line(sentence(List.of(failure)));
        }
    }

    @Override
    public synchronized void noted(String sentence) {
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

    /// Says what came of a sweep, or of a part of it, which leaves the database alone; returns the exit code.
    static int ended(SweepRun.Outcome outcome, Path runs, boolean part, PrintWriter stdout, PrintWriter stderr) {
        if (outcome.interrupted()) {
            stderr.println(Interruption.sentence(outcome.done(), runs));
            return Main.INTERRUPTED;
        }
        stdout.printf(
                "%s done%s; %s.%n",
                Plural.of(outcome.done(), "training"),
                outcome.leftOut() == 0 ? "" : ", %d left out".formatted(outcome.leftOut()),
                part
                        ? "the same sweep without --part lists them in its database"
                        : "tombola results %s shows them".formatted(runs));
        if (outcome.failures().isEmpty()) {
            return 0;
        }
        stderr.printf("tombola: %s failed:%n", Plural.of(outcome.failures().size(), "training"));
        Map<String, List<Failure>> alike = outcome.failures().stream()
                .sorted(Comparator.comparing(
                                (Failure failure) -> failure.recipe().hash())
                        .thenComparing(Failure::job))
                .collect(Collectors.groupingBy(
                        failure -> failure.recipe().hash() + failure.reason(),
                        LinkedHashMap::new,
                        Collectors.toList()));
        alike.values().forEach(failures -> stderr.println("  " + sentence(failures)));
        return Main.FAILED;
    }

    /// Trainings of one recipe that failed for one reason, in one line.
    private static String sentence(List<Failure> alike) {
        Failure first = alike.getFirst();
        int others = alike.size() - 1;
        int leftOut = alike.stream().mapToInt(Failure::leftOut).sum();
        return "Failed: %s, %s%s: %s%s"
                .formatted(
                        first.named(),
                        first.job(),
                        others == 0 ? "" : others == 1 ? " and another" : " and %d others".formatted(others),
                        Main.oneLine(first.reason()).replaceAll("\\.$", ""),
                        leftOut == 0
                                ? "."
                                : "; %d more %s %s."
                                        .formatted(
                                                leftOut, leftOut == 1 ? "needs" : "need", others == 0 ? "it" : "them"));
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
