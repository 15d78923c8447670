package dev.tombola.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tombola.lottery.Engine;
import dev.tombola.lottery.FakeEngine;
import dev.tombola.lottery.FakeGroups;
import dev.tombola.lottery.FolderBytes;
import dev.tombola.lottery.Tickets;
import dev.tombola.results.Dump;
import dev.tombola.train.Checkpoint;
import dev.tombola.train.Point;
import dev.tombola.train.Task;
import dev.tombola.train.TrainingListener;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What a sweep's stop rule gives up, and what it leaves of that.
@Timeout(120)
class StopRuleTest extends SweepRuns {
    private static final String[] STOPPED = {TWO[0], TWO[1], TWO[2], "stop: {val_loss: 0.3, after: 20}"};

    @Test
    void theStopRuleGivesUpAndSaysWhen() {
        Path out = temp.resolve("runs");
        SweepRun.Outcome outcome = run(out, Tickets.LAST, new FakeEngine(), 1, STOPPED);
        assertThat(outcome.failures())
                .isNotEmpty()
                .allMatch(failure -> failure.reason()
                        .matches("given up at iteration [234]0: its validation loss was 0\\.[34]\\d*, above"
                                + " stop.val_loss 0.3"));
        assertThat(outcome.done() + outcome.failures().size() + outcome.leftOut())
                .isEqualTo(TRAININGS);
        assertThat(value(out, "SELECT count(*) FROM curves WHERE iteration >= 20 AND val_loss > 0.3"))
                .isEqualTo(0);
        SweepRun.Outcome again = run(out, Tickets.LAST, new FakeEngine(), 2, STOPPED);
        assertThat(again.done()).isEqualTo(outcome.done());
        assertThat(again.failures())
                .extracting(Failure::reason)
                .containsExactlyInAnyOrderElementsOf(
                        outcome.failures().stream().map(Failure::reason).toList());
    }

    /// Side by side, what is given up does not take the others of its group with it.
    @Test
    void aGroupGoesOnWithoutWhatIsGivenUp() {
        FakeGroups groups = new FakeGroups();
        Path together = temp.resolve("together");
        Path apart = temp.resolve("apart");
        run(together, Tickets.LAST, groups, 1, STOPPED);
        run(apart, Tickets.LAST, new FakeEngine(), 2, STOPPED);
        assertThat(groups.sizes()).contains(4).allMatch(size -> size <= 4);
        assertThat(Dump.of(together.resolve("results.db"))).isEqualTo(Dump.of(apart.resolve("results.db")));
        assertThat(FolderBytes.of(together)).isEqualTo(FolderBytes.of(apart));
    }

    /// On a cluster a training tells of its evaluations when it is done, and leaves the same.
    @Test
    void whatSaysNothingOnItsWayIsGivenUpAtItsEnd() {
        Engine silent = part -> new FakeEngine()
                .train(new Engine.Part(
                        part.recipe(), part.trial(), part.task(), part.done(), part.checkpoints(), DEAF));
        Path late = temp.resolve("late");
        Path at = temp.resolve("at");
        assertThat(run(late, Tickets.LAST, silent, 2, STOPPED).failures()).isNotEmpty();
        run(at, Tickets.LAST, new FakeEngine(), 2, STOPPED);
        assertThat(Dump.of(late.resolve("results.db"))).isEqualTo(Dump.of(at.resolve("results.db")));
        assertThat(FolderBytes.of(late)).isEqualTo(FolderBytes.of(at));
    }

    /// Tried again, it begins at its beginning.
    @Test
    void whatIsGivenUpLeavesNoCheckpoint() {
        Engine keeping = part -> {
            Task task = part.task();
            part.checkpoints()
                    .keep(new Checkpoint(10, task.start(), List.of(), List.of(), task.start(), null, 0, 0, 0, 0, 0));
            return new FakeEngine().train(part);
        };
        Path out = temp.resolve("runs");
        assertThat(run(out, Tickets.LAST, keeping, 2, STOPPED).failures()).isNotEmpty();
        assertThat(FolderBytes.of(out).keySet()).noneMatch(name -> name.endsWith(".checkpoint"));
    }

    private static final TrainingListener DEAF = new TrainingListener() {
        @Override
        public void evaluated(Point point) {}

        @Override
        public boolean stopping() {
            return false;
        }
    };
}
