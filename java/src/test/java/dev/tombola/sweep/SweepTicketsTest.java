package dev.tombola.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tombola.base.UserError;
import dev.tombola.lottery.Control;
import dev.tombola.lottery.Engine;
import dev.tombola.lottery.FakeEngine;
import dev.tombola.lottery.FolderBytes;
import dev.tombola.lottery.Ticket;
import dev.tombola.lottery.Tickets;
import dev.tombola.results.Dump;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Which weights stay after a sweep, and what is made again where others are wanted.
@Timeout(120)
class SweepTicketsTest extends SweepRuns {
    /// The rows are those of a run that keeps everything, whatever stays of the weights.
    @ParameterizedTest
    @EnumSource
    void ticketsSayWhoseWeightsStay(Tickets tickets) throws IOException {
        Path out = temp.resolve("runs");
        run(out, tickets, new FakeEngine(), 2, TWO);
        Set<String> kept = new TreeSet<>();
        try (Stream<Path> files = Files.walk(out)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(file.toString()).doesNotEndWith(".passing").doesNotEndWith(".tmp");
                if (file.toString().endsWith(".safetensors") && Files.size(file) > 4096) {
                    kept.add(out.relativize(file).subpath(1, 4).toString());
                }
            }
        }
        List<String> last = List.of(
                "trial-00/level-02/reinit-1.safetensors",
                "trial-00/level-02/ticket.safetensors",
                "trial-01/level-02/reinit-1.safetensors",
                "trial-01/level-02/ticket.safetensors");
        switch (tickets) {
            case ALL -> assertThat(kept).hasSize(TRAININGS / 2);
            case LAST -> assertThat(kept).containsExactlyElementsOf(last);
            case NONE -> assertThat(kept).isEmpty();
        }
        Path all = temp.resolve("all");
        run(all, Tickets.ALL, new FakeEngine(), 2, TWO);
        assertThat(Dump.of(out.resolve("results.db"))).isEqualTo(Dump.of(all.resolve("results.db")));
    }

    @Test
    void moreLevelsGoOnFromTheLastTickets() {
        Path out = temp.resolve("runs");
        run(out, Tickets.LAST, new FakeEngine(), 2, TWO);
        String[] more = {TWO[0], TWO[1].replace("run.levels: 2", "run.levels: 3"), TWO[2]};
        AtomicInteger calls = new AtomicInteger();
        Engine counting = part -> {
            calls.incrementAndGet();
            return new FakeEngine().train(part);
        };
        run(out, Tickets.LAST, counting, 2, more);
        assertThat(calls.get()).isEqualTo(2 * 2 * 2);
        Path once = temp.resolve("once");
        run(once, Tickets.ALL, new FakeEngine(), 2, more);
        assertThat(Dump.of(out.resolve("results.db"))).isEqualTo(Dump.of(once.resolve("results.db")));
    }

    /// Weights that did not stay are trained again where something new needs them, and only those.
    @Test
    void whatIsNeededAndDidNotStayIsTrainedAgain() {
        Path out = temp.resolve("runs");
        run(out, Tickets.NONE, new FakeEngine(), 2, TWO);
        String[] more = {TWO[0], TWO[1].replace("}", ", run.controls: [reinit, random_sparsity]}"), TWO[2]};
        AtomicInteger calls = new AtomicInteger();
        Engine counting = part -> {
            calls.incrementAndGet();
            return new FakeEngine().train(part);
        };
        SweepRun.Outcome outcome = run(out, Tickets.NONE, counting, 2, more);
        assertThat(calls.get())
                .as("per recipe and trial: a new control at two levels, and the tickets of level 0 and 1")
                .isEqualTo(2 * 2 * (2 + 2));
        assertThat(outcome.done()).isEqualTo(2 * 2 * (1 + 2 * 3));
        Path once = temp.resolve("once");
        run(once, Tickets.NONE, new FakeEngine(), 2, more);
        assertThat(FolderBytes.of(out)).isEqualTo(FolderBytes.of(once));
    }

    /// The ticket of level 3 starts from that of level 2, which nobody has any more, and so on down.
    @Test
    void whatThatNeedsIsTrainedAgainToo() {
        Path out = temp.resolve("runs");
        run(out, Tickets.NONE, new FakeEngine(), 2, TWO);
        String[] more = {TWO[0], TWO[1].replace("run.levels: 2", "run.levels: 3"), TWO[2]};
        SweepRun.Outcome outcome = run(out, Tickets.NONE, new FakeEngine(), 2, more);
        assertThat(outcome).isEqualTo(new SweepRun.Outcome(2 * 2 * (1 + 3 * 2), List.of(), 0, false));
    }

    @Test
    void whatStayedForNowIsNotTrainedAgain() {
        Path out = temp.resolve("runs");
        run(out, Tickets.NONE, new FakeEngine(), 1, 3, TWO);
        AtomicInteger calls = new AtomicInteger();
        Engine counting = part -> {
            calls.incrementAndGet();
            return new FakeEngine().train(part);
        };
        assertThat(run(out, Tickets.NONE, counting, 1, TWO).done()).isEqualTo(TRAININGS);
        assertThat(calls.get()).isEqualTo(TRAININGS - 3);
    }

    /// Level 0 of both trials of a recipe is done; of what is asked for now, nothing starts from it.
    @Test
    void whatStayedForNowGoesWhenNobodyWaitsForIt() {
        Path out = temp.resolve("runs");
        run(out, Tickets.NONE, new FakeEngine(), 1, 4, TWO);
        assertThat(FolderBytes.of(out).keySet()).anyMatch(name -> name.endsWith(".passing"));
        run(
                out,
                Tickets.NONE,
                new FakeEngine(),
                1,
                TWO[0],
                TWO[1].replace("run.levels: 2", "run.levels: 0").replace("run.trials: 2", "run.trials: 3"),
                TWO[2]);
        assertThat(FolderBytes.of(out).keySet()).noneMatch(name -> name.endsWith(".passing"));
    }

    /// It has nothing that could be pruned.
    @Test
    void whatDivergedIsNotMadeAgainForItsTicket() {
        Path out = temp.resolve("runs");
        run(out, Tickets.NONE, new FakeEngine((trial, _) -> trial == 1), 2, TWO);
        AtomicInteger calls = new AtomicInteger();
        Engine counting = part -> {
            calls.incrementAndGet();
            return new FakeEngine().train(part);
        };
        run(out, Tickets.ALL, counting, 2, TWO);
        assertThat(calls.get()).as("trial 0 of both recipes").isEqualTo(TRAININGS / 2);
    }

    @Test
    void askedForLaterAllTicketsAreMade() {
        Path out = temp.resolve("runs");
        run(out, Tickets.NONE, new FakeEngine(), 2, TWO);
        run(out, Tickets.ALL, new FakeEngine(), 2, TWO);
        Path all = temp.resolve("all");
        run(all, Tickets.ALL, new FakeEngine(), 2, TWO);
        assertThat(FolderBytes.of(out)).isEqualTo(FolderBytes.of(all));
        // And what was kept once is never taken away.
        run(out, Tickets.NONE, new FakeEngine(), 2, TWO);
        assertThat(FolderBytes.of(out)).isEqualTo(FolderBytes.of(all));
    }

    /// A sweep that is stopped leaves weights for what is still to come, and what its trials go back to.
    @Test
    void whatStayedForNowStaysForGoodWhereAsked() {
        String[] rewound = {TWO[0], TWO[1].replace("}", ", prune.rewind: 10}"), TWO[2]};
        Path out = temp.resolve("runs");
        run(out, Tickets.NONE, new FakeEngine(), 1, 2, rewound);
        assertThat(FolderBytes.of(out).keySet()).anyMatch(name -> name.endsWith(".passing"));
        run(out, Tickets.ALL, new FakeEngine(), 1, rewound);
        Path all = temp.resolve("all");
        run(all, Tickets.ALL, new FakeEngine(), 1, rewound);
        assertThat(FolderBytes.of(out)).isEqualTo(FolderBytes.of(all));
    }

    @ParameterizedTest
    @EnumSource(names = {"TICKET", "ONE_SHOT"})
    void weightsThatARewindNeedsStayUntilItIsDone(Control control) {
        String more = ", prune.rewind: 10, run.controls: [%s]}".formatted(control.label());
        String[] rewound = {TWO[0], TWO[1].replace("}", more), TWO[2]};
        for (Tickets tickets : Tickets.values()) {
            Path out = temp.resolve(tickets.name());
            assertThat(run(out, tickets, new FakeEngine(), 2, rewound).failures())
                    .isEmpty();
            Engine none = failing(Set.of(1), new IllegalStateException("nothing is left"));
            assertThat(run(out, tickets, none, 2, rewound).failures()).isEmpty();
        }
        assertThat(Dump.of(temp.resolve("NONE/results.db"))).isEqualTo(Dump.of(temp.resolve("ALL/results.db")));
        assertThat(FolderBytes.of(temp.resolve("NONE")).keySet())
                .noneMatch(name -> name.endsWith("rewind.safetensors"));
    }

    @Test
    void whatNobodyGoesBackToIsNotKept() {
        Path out = temp.resolve("runs");
        String dense = TWO[1].replace("run.levels: 2", "run.levels: 0, prune.rewind: 10");
        run(out, Tickets.NONE, new FakeEngine(), 2, TWO[0], dense, TWO[2]);
        assertThat(FolderBytes.of(out).keySet()).noneMatch(name -> name.endsWith("rewind.safetensors"));
    }

    @Test
    void aTicketWithoutWeightsSaysSo() {
        Path out = temp.resolve("runs");
        run(out, Tickets.NONE, new FakeEngine(), 2, TWO);
        PlannedRecipe first = plan(SweepFile.of(temp, TWO).read(), out, Tickets.NONE)
                .recipes()
                .getFirst();
        Path file = first.folder().resolve("trial-00/level-01/ticket.safetensors");
        assertThatThrownBy(() -> Ticket.open(file))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("has no weights")
                .hasMessageContaining("--tickets all");
    }
}
