package dev.tombola.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tombola.base.UserError;
import dev.tombola.kernel.KernelException;
import dev.tombola.kernel.Status;
import dev.tombola.lottery.Engine;
import dev.tombola.lottery.FakeEngine;
import dev.tombola.lottery.FakeGroups;
import dev.tombola.lottery.FolderBytes;
import dev.tombola.lottery.JavaMemory;
import dev.tombola.lottery.OpenRun;
import dev.tombola.lottery.Recipe;
import dev.tombola.lottery.Tickets;
import dev.tombola.results.Dump;
import dev.tombola.train.Trained;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Sweeps of trainings that take no time: what becomes of each.
@Timeout(120)
class SweepRunTest extends SweepRuns {
    @Test
    void everyTrainingOfEveryRecipeIsDoneAndIndexed() {
        Path out = temp.resolve("runs");
        SweepRun.Outcome outcome = run(out, Tickets.ALL, new FakeEngine(), 3, TWO);
        assertThat(outcome).isEqualTo(new SweepRun.Outcome(TRAININGS, List.of(), 0, false));
        assertThat(value(out, "SELECT count(*) FROM levels")).isEqualTo(TRAININGS);
        assertThat(value(out, "SELECT count(*) FROM curves")).isEqualTo(4 * TRAININGS);
        assertThat(value(out, "SELECT state FROM sweeps")).isEqualTo("done");
        assertThat(value(out, "SELECT done FROM sweeps")).isEqualTo(TRAININGS);
        assertThat(value(out, "SELECT count(*) FROM runs WHERE finished IS NOT NULL"))
                .isEqualTo(2);
        assertThat(heard).contains("progress %d of %d".formatted(TRAININGS, TRAININGS));
    }

    @Test
    void aFailingTrainingIsNotedAndTheOthersGoOn() {
        Path out = temp.resolve("runs");
        // On one thread the first four are level 0 of both trials of both recipes.
        SweepRun.Outcome outcome =
                run(out, Tickets.LAST, failing(Set.of(2), new IllegalStateException("the lamp went out")), 1, TWO);
        assertThat(outcome.failures()).singleElement().satisfies(failure -> {
            assertThat(failure.reason()).isEqualTo("IllegalStateException: the lamp went out");
            assertThat(failure.job().level()).isZero();
            assertThat(failure.leftOut()).isEqualTo(4);
        });
        assertThat(outcome.done()).isEqualTo(TRAININGS - 5);
        assertThat(outcome.leftOut()).isEqualTo(4);
        assertThat(heard).anyMatch(line -> line.startsWith("failed trial "));
        assertThat(value(out, "SELECT reason FROM failures")).isEqualTo("IllegalStateException: the lamp went out");
        assertThat(value(out, "SELECT state FROM sweeps")).isEqualTo("failed");
        assertThat(value(out, "SELECT failed FROM sweeps")).isEqualTo(1);
        assertThat(value(out, "SELECT trainings FROM sweeps")).isEqualTo(TRAININGS - 4);

        // Tried again, it ends as if it had never failed.
        assertThat(run(out, Tickets.LAST, new FakeEngine(), 1, TWO).done()).isEqualTo(TRAININGS);
        assertThat(value(out, "SELECT count(*) FROM failures")).isEqualTo(0);
        assertThat(value(out, "SELECT state FROM sweeps")).isEqualTo("done");
        Path whole = temp.resolve("whole");
        run(whole, Tickets.LAST, new FakeEngine(), 2, TWO);
        assertThat(FolderBytes.of(out)).isEqualTo(FolderBytes.of(whole));
        assertThat(Dump.of(out.resolve("results.db"))).isEqualTo(Dump.of(whole.resolve("results.db")));
    }

    /// A process may be killed when a recipe's last training is kept and its tables are not.
    @Test
    void tablesThatAProcessWasKilledBeforeAreWrittenByTheNext() throws IOException {
        Path out = temp.resolve("runs");
        run(out, Tickets.LAST, new FakeEngine(), 2, TWO);
        var before = FolderBytes.of(out);
        List<Path> runs;
        try (Stream<Path> found = Files.list(out)) {
            runs = found.filter(Files::isDirectory).toList();
        }
        Files.delete(runs.getFirst().resolve("curves.csv"));
        Files.writeString(runs.getLast().resolve("levels.csv"), "of,an,earlier,run,1,2,3");
        Path machine = runs.getLast().resolve("machine.json");
        Files.writeString(machine, Files.readString(machine).replaceFirst(",\\s*\"finished\".*", ""));
        Engine none = failing(Set.of(1), new IllegalStateException("there is nothing to train"));
        assertThat(run(out, Tickets.LAST, none, 2, TWO).failures()).isEmpty();
        assertThat(FolderBytes.of(out)).isEqualTo(before);
        assertThat(value(out, "SELECT count(*) FROM runs WHERE finished IS NOT NULL"))
                .isEqualTo(2);
    }

    @Test
    void whatIsRefusedForItsDataLeavesNoFolder() {
        Path out = temp.resolve("runs");
        Engine without = new FakeEngine() {
            @Override
            public Optional<String> hold(Recipe recipe) {
                throw new UserError("There is no data set.");
            }
        };
        SweepRun.Outcome outcome = run(out, Tickets.LAST, without, 2, TWO);
        assertThat(outcome.failures())
                .hasSize(4)
                .allMatch(failure -> failure.reason().equals("There is no data set."));
        assertThat(out).isDirectoryNotContaining(Files::isDirectory);
        // What was there is left as it was.
        run(out, Tickets.LAST, new FakeEngine(), 2, 8, TWO);
        var before = FolderBytes.of(out);
        assertThat(run(out, Tickets.LAST, without, 2, TWO).failures()).isNotEmpty();
        assertThat(FolderBytes.of(out)).isEqualTo(before);
    }

    @Test
    void outOfMemoryIsAFailureLikeOthers() {
        Engine engine = part -> {
            if (part.trial() == 1
                    && part.task().masks().survivors()
                            == part.recipe().network().weights()) {
                throw new OutOfMemoryError("Java heap space");
            }
            return new FakeEngine().train(part);
        };
        SweepRun.Outcome outcome = run(temp.resolve("runs"), Tickets.LAST, engine, 2, TWO);
        assertThat(outcome.failures())
                .extracting(Failure::reason)
                .containsExactly("OutOfMemoryError: Java heap space", "OutOfMemoryError: Java heap space");
        assertThat(outcome.done()).isEqualTo(TRAININGS / 2);
    }

    /// A full disk is nobody's training's fault: going on would fail one after another.
    @Test
    void whatCannotBeKeptEndsTheSweep() throws IOException {
        Path out = temp.resolve("runs");
        SweepPlan plan = plan(SweepFile.of(temp, TWO).read(), out, Tickets.LAST);
        Path run = Files.createDirectories(plan.recipes().getFirst().folder());
        Files.writeString(run.resolve("trial-00"), "in the way of a folder");
        assertThatThrownBy(() -> run(out, Tickets.LAST, new FakeEngine(), 2, TWO))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageStartingWith("The sweep stopped: could not ")
                .hasMessageEndingWith("; what was finished is kept, and the same command goes on from there.");
        assertThat(value(out, "SELECT state FROM sweeps")).isEqualTo("failed");
        Files.delete(run.resolve("trial-00"));
        assertThat(run(out, Tickets.LAST, new FakeEngine(), 2, TWO).done()).isEqualTo(TRAININGS);
    }

    /// All others are trained meanwhile.
    @Test
    void aFolderThatIsInUseIsWaitedFor() throws Exception {
        Path out = temp.resolve("runs");
        PlannedRecipe first = plan(SweepFile.of(temp, TWO).read(), out, Tickets.LAST)
                .recipes()
                .getFirst();
        CompletableFuture<SweepRun.Outcome> running;
        try (OpenRun _ = OpenRun.open(first.folder(), first.recipe(), first.jobs(), Tickets.ALL)) {
            running = CompletableFuture.supplyAsync(() -> run(out, Tickets.LAST, new FakeEngine(), 2, TWO));
            while (!heard.contains("progress %d of %d".formatted(TRAININGS / 2, TRAININGS))) {
                assertThat(running.isDone()).isFalse();
                Thread.sleep(5);
            }
        }
        assertThat(running.get()).isEqualTo(new SweepRun.Outcome(TRAININGS, List.of(), 0, false));
        assertThat(heard)
                .containsOnlyOnce("The run folder %s is in use by another run: its trainings wait until it is free."
                        .formatted(first.folder()));
    }

    /// Each finds some run folders held by the other.
    @Test
    void twoSweepsAtOnceShareTheWork() throws Exception {
        Path out = temp.resolve("runs");
        AtomicInteger calls = new AtomicInteger();
        Engine counting = part -> {
            calls.incrementAndGet();
            return new FakeEngine().train(part);
        };
        List<CompletableFuture<SweepRun.Outcome>> both = Stream.generate(
                        () -> CompletableFuture.supplyAsync(() -> run(out, Tickets.LAST, counting, 2, TWO)))
                .limit(2)
                .toList();
        for (CompletableFuture<SweepRun.Outcome> one : both) {
            assertThat(one.get()).isEqualTo(new SweepRun.Outcome(TRAININGS, List.of(), 0, false));
        }
        assertThat(calls.get()).isEqualTo(TRAININGS);
        assertThat(value(out, "SELECT count(*) FROM levels")).isEqualTo(TRAININGS);
        assertThat(value(out, "SELECT state FROM sweeps")).isEqualTo("done");
        assertThat(value(out, "SELECT done FROM sweeps")).isEqualTo(TRAININGS);
    }

    /// One of them asks for more levels, the other for more trials and another control.
    @Test
    void theSameRecipeToDifferentExtentsIsTrainedAsFarAsAnyAsks() {
        Path out = temp.resolve("runs");
        String[] lines = {
            TWO[0],
            TWO[1].replace("run.trials: 2, run.levels: 2, ", ""),
            "list:",
            "  - {run.trials: 2, run.levels: 1, run.controls: [random_sparsity]}",
            "  - {run.trials: 1, run.levels: 4, run.controls: [one_shot]}"
        };
        SweepRun.Outcome outcome = run(out, Tickets.LAST, new FakeEngine(), 2, lines);
        assertThat(outcome).isEqualTo(new SweepRun.Outcome(2 * (1 + 2) + 3 + 4, List.of(), 0, false));
        assertThat(value(out, "SELECT max(level) FROM levels WHERE trial = 0")).isEqualTo(4);
        assertThat(value(out, "SELECT max(level) FROM levels WHERE trial = 1")).isEqualTo(1);
        assertThat(value(out, "SELECT yaml FROM runs").toString())
                .contains("trials: 2", "levels: 4", "ticket, one_shot, random_sparsity");
    }

    /// Two sweeps are planned, and one trains before the other begins.
    @Test
    void whatAnotherProcessHasFinishedMeanwhileIsNotDoneAgain() {
        Path out = temp.resolve("runs");
        Sweep sweep = SweepFile.of(temp, TWO).read();
        SweepPlan stale = plan(sweep, out, Tickets.NONE);
        Engine diverging = new FakeEngine((trial, task) -> trial == 1);
        SweepRun.Outcome outcome = run(out, Tickets.NONE, diverging, 2, TWO);
        Engine none = failing(Set.of(1, 2, 3, 4), new IllegalStateException("nothing is left"));
        assertThat(run(out, sweep, stale, none, 2, Integer.MAX_VALUE)).isEqualTo(outcome);
        assertThat(value(out, "SELECT count(*) FROM failures")).isEqualTo(0);
    }

    /// What the other let go is trained by the next sweep.
    @Test
    void weightsThatAnotherProcessHasLetGoAreAskedForAgain() {
        Path out = temp.resolve("runs");
        String[] more = {TWO[0], TWO[1].replace("}", ", run.controls: [reinit, random_sparsity]}"), TWO[2]};
        run(out, Tickets.NONE, new FakeEngine(), 1, 2 * 2 * 2, TWO); // the tickets of level 0 and 1
        SweepPlan stale = plan(SweepFile.of(temp, more).read(), out, Tickets.NONE);
        run(out, Tickets.NONE, new FakeEngine(), 2, TWO);
        Sweep again = SweepFile.of(temp, more).read();
        assertThat(run(out, again, stale, new FakeEngine(), 2, Integer.MAX_VALUE)
                        .failures())
                .hasSize(2 * 2 * 2)
                .allMatch(failure -> failure.reason().startsWith("Another process has worked in ")
                        && failure.reason().endsWith("; the same command does the rest."));
        assertThat(run(out, Tickets.NONE, new FakeEngine(), 2, more).failures()).isEmpty();
        assertThat(value(out, "SELECT count(*) FROM failures")).isEqualTo(0);
    }

    @Test
    void whatDivergesIsFinishedAndTakesWhatNeedsItAlong() {
        Path out = temp.resolve("runs");
        Engine diverging = new FakeEngine((trial, task) ->
                trial == 0 && task.masks().survivors() == task.network().weights());
        SweepRun.Outcome outcome = run(out, Tickets.LAST, diverging, 2, TWO);
        assertThat(outcome.failures()).isEmpty();
        assertThat(outcome.leftOut()).isEqualTo(2 * 4);
        assertThat(outcome.done()).isEqualTo(TRAININGS - 2 * 4);
        assertThat(heard)
                .filteredOn(line -> line.contains("diverged"))
                .hasSize(2)
                .allMatch(line -> line.endsWith("4 trainings are left out for want of it."));
        // Nothing is left to do, and that is still known.
        SweepRun.Outcome again =
                run(out, Tickets.LAST, failing(Set.of(1), new IllegalStateException("nothing is left")), 2, TWO);
        assertThat(again).isEqualTo(outcome);
        assertThat(value(out, "SELECT trainings FROM sweeps")).isEqualTo(TRAININGS - 2 * 4);
    }

    @Test
    void whatNothingNeedsDivergesAlone() {
        Engine diverging = new FakeEngine((trial, task) ->
                trial == 0 && task.masks().survivors() < task.network().weights());
        run(temp.resolve("runs"), Tickets.LAST, diverging, 1, TWO);
        assertThat(heard)
                .filteredOn(line -> line.contains("diverged"))
                .hasSize(4)
                .anyMatch(line -> line.endsWith("level 1, reinit-1 diverged: its loss was not finite."))
                .anyMatch(line -> line.endsWith("not finite; 2 trainings are left out for want of it."));
    }

    /// What runs on a cluster that is stopped with the sweep fails, and is no failure.
    @Test
    void whatFailsWhileItIsStoppedHasNotFailed() {
        AtomicInteger calls = new AtomicInteger();
        Engine cluster = part -> {
            if (calls.incrementAndGet() == 1) {
                while (!part.listener().stopping()) {
                    Thread.onSpinWait();
                }
                throw new IllegalStateException("the cluster is gone");
            }
            return new FakeEngine().train(part);
        };
        SweepRun.Outcome outcome = run(temp.resolve("runs"), Tickets.LAST, cluster, 2, 1, TWO);
        assertThat(outcome.failures()).isEmpty();
        assertThat(outcome.interrupted()).isTrue();
    }

    @Test
    void aGpuThatFailsEndsTheSweepAndBlamesNoTraining() {
        Path out = temp.resolve("runs");
        KernelException lost = new KernelException("linear", "cuda", Status.DEVICE, "any");
        assertThatThrownBy(() -> run(out, Tickets.LAST, failing(Set.of(3), lost), 1, TWO))
                .isInstanceOfSatisfying(
                        KernelException.class, e -> assertThat(e.isOfDevice()).isTrue())
                .hasMessage("The sweep stopped: " + lost.getMessage()
                        + "; what was finished is kept, and the same command goes on from there.");
        assertThat(value(out, "SELECT count(*) FROM failures")).isEqualTo(0);
        assertThat(value(out, "SELECT count(*) FROM levels")).isEqualTo(2);
        assertThat(value(out, "SELECT state FROM sweeps")).isEqualTo("failed");
    }

    /// What does not fit on a GPU at once comes group by group, and each is kept before the next.
    @Test
    void whatAGroupFinishedIsKeptBeforeTheNextFails() {
        Path out = temp.resolve("runs");
        Engine failing = failing(Set.of(3), new KernelException("linear", "cuda", Status.DEVICE, "any"));
        assertThatThrownBy(() -> run(out, Tickets.LAST, together(failing), 1, TWO))
                .isInstanceOf(KernelException.class);
        assertThat(value(out, "SELECT count(*) FROM levels")).isEqualTo(2);

        // A training's own failure is that of those which are left, and of nobody else.
        Path other = temp.resolve("other");
        Engine throwing = failing(Set.of(3), new IllegalStateException("the lamp went out"));
        SweepRun.Outcome outcome = run(other, Tickets.LAST, together(throwing), 1, TWO);
        assertThat(outcome.failures()).hasSize(2);
        assertThat(outcome.done()).isEqualTo(TRAININGS / 2);
    }

    /// Whoever of several takes a group, all of them together take no more than Java's memory has room for.
    @Test
    void groupsShareTheMemoryThatKeepsWhatTheyComeTo() {
        Path out = temp.resolve("runs");
        Sweep sweep = SweepFile.of(temp, TWO).read();
        SweepPlan plan = plan(sweep, out, Tickets.LAST);
        long three = 3 * JavaMemory.of(plan.recipes().getFirst().recipe(), Long.MAX_VALUE);
        AtomicInteger running = new AtomicInteger();
        List<Integer> seen = Collections.synchronizedList(new ArrayList<>());
        Engine groups = new FakeGroups() {
            @Override
            public Iterator<NavigableMap<Integer, Trained>> inGroups(List<Part> parts) {
                seen.add(running.addAndGet(parts.size()));
                return super.inGroups(parts);
            }

            @Override
            public Trained train(Part part) {
                running.decrementAndGet();
                return super.train(part);
            }
        };
        assertThat(run(out, sweep, plan, groups, 2, three, Integer.MAX_VALUE).done())
                .isEqualTo(TRAININGS);
        assertThat(seen).contains(3).allMatch(trainings -> trainings <= 3);
    }

    private static Engine together(Engine engine) {
        return new FakeGroups() {
            @Override
            public Trained train(Part part) {
                return engine.train(part);
            }
        };
    }

    @ParameterizedTest
    @EnumSource
    void stoppedAnywhereItGoesOnToTheSameEnd(Tickets tickets) {
        Path whole = temp.resolve("whole");
        run(whole, tickets, new FakeEngine(), 2, TWO);
        Path broken = temp.resolve("broken");
        Map<Integer, Boolean> stops = new ConcurrentHashMap<>();
        SweepRun.Outcome outcome;
        do {
            outcome = run(broken, tickets, new FakeEngine(), 2, 3, TWO);
            stops.put(outcome.done(), true);
        } while (outcome.interrupted());
        assertThat(stops).hasSizeGreaterThan(3);
        assertThat(FolderBytes.of(broken)).isEqualTo(FolderBytes.of(whole));
        assertThat(Dump.of(broken.resolve("results.db"))).isEqualTo(Dump.of(whole.resolve("results.db")));
    }
}
