package dev.tombola.cli;

import dev.tombola.base.UserError;
import dev.tombola.lottery.RunReader;
import dev.tombola.results.Query;
import dev.tombola.results.ResultsFolder;
import dev.tombola.results.SweepRow;
import dev.tombola.train.StoppedException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What is seen of a sweep from another terminal, or where there is none of the runs in a folder: on a terminal one
/// line that is drawn again and again, elsewhere a plain line now and then.
final class FollowLines {
    private static final Duration TERMINAL = Duration.ofSeconds(1);
    private static final Duration PLAIN = Duration.ofSeconds(10);

    /// A sweep says every second or so where it stands.
    private static final Duration SILENCE = Duration.ofMinutes(1);

    private final ResultsFolder results;
    private final PrintWriter out;
    private final LiveLine live;
    private final Interruption interruption;
    private final Set<String> followed = new LinkedHashSet<>();

    FollowLines(ResultsFolder results, PrintWriter out, Interruption interruption, boolean terminal) {
        this.results = results;
        this.out = out;
        this.live = new LiveLine(out, terminal);
        this.interruption = interruption;
    }

    static FollowLines of(ResultsFolder results, PrintWriter out, Interruption interruption) {
        return new FollowLines(results, out, interruption, LiveLine.onTerminal());
    }

    /// Returns the exit code once nothing goes on any more, or somebody has seen enough.
    int follow() {
        String last = "";
        while (!interruption.asked() && !out.checkError()) {
            List<SweepRow> sweeps = sweeps();
            List<String> going = going(sweeps);
            if (going.isEmpty()) {
                live.erase();
                sweeps.stream()
                        .filter(sweep -> followed.contains(sweep.name()))
                        .forEach(sweep -> out.println(text(sweep)));
                out.println("Nothing is going on in " + results.path() + ".");
                return 0;
            }
            String text = String.join("; ", going);
            if (live.terminal() || !text.equals(last)) {
                live.draw(text);
            }
            last = text;
            pause();
        }
        live.end();
        return Main.INTERRUPTED;
    }

    private List<SweepRow> sweeps() {
        if (!Files.exists(results.file())) {
            return List.of();
        }
        try (Query query = Query.open(results)) {
            return query.sweeps();
        }
    }

    private List<String> going(List<SweepRow> sweeps) {
        List<String> going = new ArrayList<>();
        for (SweepRow sweep : sweeps) {
            if (sweep.state() == SweepRow.State.RUNNING) {
                followed.add(sweep.name());
                going.add(text(sweep));
            }
        }
        if (going.isEmpty() && followed.isEmpty()) {
            results.runs().forEach(run -> text(run).ifPresent(going::add));
        }
        return going;
    }

    /// Nothing of a run that is over, or of one that cannot be read: whoever rebuilds is told about those.
    private Optional<String> text(Path folder) {
        try {
            RunReader run = RunReader.open(folder);
            return run.isGoingOn()
                    ? Optional.of("run %s: %d of %d trainings done"
                            .formatted(results.run(folder), run.countFinished(), run.trainings()))
                    : Optional.empty();
        } catch (UserError | UncheckedIOException _) {
            return Optional.empty();
        }
    }

    static String text(SweepRow sweep) {
        boolean running = sweep.state() == SweepRow.State.RUNNING;
        Duration silent = Duration.between(sweep.updated(), Instant.now());
        return "sweep %s%s: %s%s"
                .formatted(
                        sweep.name(),
                        running ? "" : " " + sweep.state().label(),
                        running ? SweepLines.text(sweep.at()) : SweepLines.ended(sweep.at()),
                        running && silent.compareTo(SILENCE) > 0
                                ? ", no news for %d min: it may have been killed".formatted(silent.toMinutes())
                                : "");
    }

    /// Until there may be news, or nobody waits for them.
    private void pause() {
        long until = System.nanoTime() + (live.terminal() ? TERMINAL : PLAIN).toNanos();
        try {
            while (!interruption.asked() && System.nanoTime() < until) {
                Thread.sleep(50);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoppedException();
        }
    }
}
