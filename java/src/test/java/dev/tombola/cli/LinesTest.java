package dev.tombola.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tombola.data.Extent;
import dev.tombola.lottery.Control;
import dev.tombola.lottery.FinishedJobs;
import dev.tombola.lottery.Job;
import dev.tombola.lottery.LevelRow;
import dev.tombola.lottery.Progress;
import dev.tombola.results.SweepRow;
import dev.tombola.sweep.Failure;
import dev.tombola.sweep.PlannedRecipe;
import dev.tombola.sweep.SweepRun;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is said while something goes on, and when it has ended.
class LinesTest {
    private static final double NAN = Double.NaN;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @CsvSource({
        "0.4, 0 s",
        "99.4, 99 s",
        "99.6, 2 min",
        "5969, 99 min",
        "5971, 1 h 40 min",
        "7260, 2 h 1 min",
        "360000, 100 h 0 min"
    })
    void whatIsLeftIsInSecondsMinutesOrHours(double seconds, String left) {
        assertThat(ProgressLines.left(seconds)).isEqualTo(", about " + left + " left");
        assertThat(ProgressLines.left(NAN)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0.0 s",
        "119, 119.0 s",
        "120, 2.0 minutes",
        "7199, 120.0 minutes",
        "7200, 2.0 hours",
        "172799, 48.0 hours",
        "172800, 2.0 days",
        "864000000, '10,000.0 days'"
    })
    void aTimeIsInTheLargestUnitOfWhichThereIsMoreThanOne(double seconds, String time) {
        assertThat(DryRunTable.time(seconds)).isEqualTo(time);
    }

    @Test
    void aBarIsAsFullAsSomethingIsDone() {
        assertThat(LiveLine.bar(0, 0)).isEqualTo("█".repeat(30));
        assertThat(LiveLine.bar(0, 60)).isEqualTo("░".repeat(30));
        assertThat(LiveLine.bar(31, 60)).isEqualTo("█".repeat(15) + "░".repeat(15));
        assertThat(LiveLine.bar(61, 60)).isEqualTo("█".repeat(30));
    }

    @Test
    void aTrainingThatEndsIsALine() {
        try (Interruption interruption = Interruption.watch()) {
            ProgressLines lines = new ProgressLines(new PrintWriter(out, true), interruption, false);
            lines.finished(progress(3), row(0.98));
            lines.finished(progress(4), row(NAN));
        }
        String training = "trial 1, reinit-2, level 3, 51.23 % left: ";
        assertThat(out.toString())
                .isEqualTo(training + "early stop at 1,200, test accuracy 0.9750 there and 0.9800 at the end, 46 µs per"
                        + " step; 3 of 4 trainings done, about 30 s left\n" + training
                        + "diverged, 46 µs per step; 4 of 4 trainings done\n");
    }

    @Test
    void aSweepSaysWhatIsLeftUntilAllIsDoneOrFailed() {
        assertThat(SweepLines.text(new SweepRow.Progress(9, 6, 2, 1, 1234, 200)))
                .isEqualTo("6 of 9 trainings done, 2 running, 1 failed, 1,234 steps per second, about 3 min left");
        assertThat(SweepLines.text(new SweepRow.Progress(9, 8, 0, 1, NAN, 200)))
                .isEqualTo("8 of 9 trainings done, 0 running, 1 failed");
        assertThat(SweepLines.ended(new SweepRow.Progress(9, 9, 0, 0, NAN, NAN)))
                .isEqualTo("9 of 9 trainings done");
    }

    @Test
    void aSweepThatSaysNothingForAMinuteMayHaveBeenKilled() {
        SweepRow.Progress at = new SweepRow.Progress(9, 6, 2, 1, NAN, NAN);
        Instant now = Instant.now();
        String stands = "sweep lrs: " + SweepLines.text(at);
        assertThat(FollowLines.text(new SweepRow("lrs", SweepRow.State.RUNNING, at, now)))
                .isEqualTo(stands);
        assertThat(FollowLines.text(new SweepRow("lrs", SweepRow.State.RUNNING, at, now.minusSeconds(330))))
                .isEqualTo(stands + ", no news for 5 min: it may have been killed");
        assertThat(FollowLines.text(new SweepRow("lrs", SweepRow.State.INTERRUPTED, at, now.minusSeconds(330))))
                .isEqualTo("sweep lrs interrupted: " + SweepLines.ended(at));
    }

    @Test
    void onATerminalWhatFailedCountsInTheBarToo() {
        SweepRow.Progress at = new SweepRow.Progress(30, 12, 2, 3, NAN, NAN);
        try (Interruption interruption = Interruption.watch()) {
            new SweepLines(new PrintWriter(out, true), interruption, true).progress(at);
        }
        assertThat(out.toString())
                .isEqualTo(LiveLine.BEGIN + LiveLine.bar(15, 30) + " " + SweepLines.text(at) + LiveLine.END);
    }

    @Test
    void whatFailedAlikeIsOneLine() {
        List<Failure> failures = List.of(
                failure("b", 2, "It broke.", 0),
                failure("a", 1, "It broke.", 2),
                failure("b", 1, "It broke.", 0),
                failure("b", 0, "It broke.", 0),
                failure("a", 0, "It broke.", 3),
                failure("a", 0, "It diverged.", 1));
        assertThat(ended(new SweepRun.Outcome(5, failures, 6, false), false)).isEqualTo(Main.FAILED);
        assertThat(out.toString()).isEqualTo("5 trainings done, 6 left out; tombola results runs shows them.\n");
        assertThat(err.toString()).isEqualTo("""
                tombola: 6 trainings failed:
                  Failed: recipe a, trial 0, level 1, ticket and another: It broke; 5 more need them.
                  Failed: recipe a, trial 0, level 1, ticket: It diverged; 1 more needs it.
                  Failed: recipe b, trial 0, level 1, ticket and 2 others: It broke.
                """);
    }

    @Test
    void howASweepEndedIsItsExitCode() {
        assertThat(ended(new SweepRun.Outcome(5, List.of(), 0, false), true)).isZero();
        assertThat(out.toString())
                .isEqualTo("5 trainings done; the same sweep without --part lists them in its database.\n");
        assertThat(ended(new SweepRun.Outcome(1, List.of(failure("a", 0, "It broke.", 0)), 0, false), false))
                .isEqualTo(Main.FAILED);
        assertThat(out.toString()).endsWith("\n1 training done; tombola results runs shows them.\n");
        assertThat(err.toString()).startsWith("tombola: 1 training failed:\n");
        err.getBuffer().setLength(0);
        assertThat(ended(new SweepRun.Outcome(4, List.of(failure("a", 0, "It broke.", 0)), 0, true), false))
                .isEqualTo(Main.INTERRUPTED);
        assertThat(err.toString())
                .isEqualTo(
                        "tombola: interrupted; 4 finished trainings are kept in runs, and the same command goes on\n");
        assertThat(Interruption.sentence(1, Path.of("runs")))
                .isEqualTo("tombola: interrupted; 1 finished training is kept in runs, and the same command goes on");
    }

    /// A folder that is refused is so for each of its trainings.
    @Test
    void aReasonIsToldOnceOfEachRecipe() {
        try (Interruption interruption = Interruption.watch()) {
            SweepLines lines = new SweepLines(new PrintWriter(out, true), interruption, false);
            lines.failed(failure("a", 0, "It broke.", 0));
            lines.failed(failure("a", 1, "It broke.", 0));
            lines.failed(failure("b", 0, "It broke.", 0));
        }
        assertThat(out.toString().lines())
                .containsExactly(
                        "Failed: recipe a, trial 0, level 1, ticket: It broke.",
                        "Failed: recipe b, trial 0, level 1, ticket: It broke.");
    }

    private int ended(SweepRun.Outcome outcome, boolean part) {
        return SweepLines.ended(outcome, Path.of("runs"), part, new PrintWriter(out, true), new PrintWriter(err, true));
    }

    private static Failure failure(String hash, int trial, String reason, int leftOut) {
        PlannedRecipe recipe = new PlannedRecipe(
                null, hash, Path.of(hash), new Extent(1, 1, 1, 2, 2, 2), new TreeSet<>(), (FinishedJobs) null);
        return new Failure(recipe, "recipe " + hash, Job.ticket(trial, 1), reason, leftOut);
    }

    private static Progress progress(int finished) {
        return new Progress(new Job(1, 3, Control.REINIT, 2), 51.234, 2000, 2000, NAN, NAN, finished, 4, 30);
    }

    private static LevelRow row(double end) {
        return new LevelRow(1, "reinit", 2, 3, 512, 1000, 51.234, 1200, 0.1, 0.96, 0.975, 1, end, 1, 2, 1, 45.7, "ddd");
    }
}
