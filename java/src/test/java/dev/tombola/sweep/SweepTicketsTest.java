package dev.tombola.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tombola.base.UserError;
import dev.tombola.lottery.Engine;
import dev.tombola.lottery.FakeEngine;
import dev.tombola.lottery.FolderBytes;
import dev.tombola.lottery.Ticket;
import dev.tombola.lottery.Tickets;
import dev.tombola.results.Dump;
import java.io.IOException;
import java.io.UncheckedIOException;
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

    @Test
    void weightsThatARewindNeedsStayUntilItIsDone() {
        String[] rewound = {TWO[0], TWO[1].replace("}", ", prune.rewind: 10, run.controls: [one_shot]}"), TWO[2]};
        for (Tickets tickets : Tickets.values()) {
            Path out = temp.resolve(tickets.name());
            assertThat(run(out, tickets, new FakeEngine(), 2, rewound).failures())
                    .isEmpty();
            assertThat(run(out, tickets, new FakeEngine(), 2, rewound).failures())
                    .isEmpty();
        }
        assertThat(Dump.of(temp.resolve("NONE/results.db"))).isEqualTo(Dump.of(temp.resolve("ALL/results.db")));
        Path none = temp.resolve("NONE");
        try (Stream<Path> files = Files.walk(none)) {
            assertThat(files.map(Path::toString).filter(name -> name.endsWith("rewind.safetensors")))
                    .isEmpty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
