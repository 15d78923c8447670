package dev.tombola.lottery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tombola.base.UserError;
import dev.tombola.nn.Initial;
import dev.tombola.nn.Masks;
import dev.tombola.nn.State;
import dev.tombola.numeric.Purpose;
import dev.tombola.numeric.Stream;
import dev.tombola.prune.Pruning;
import dev.tombola.train.IdleCores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The loop over trainings, on a stand-in for the trainings themselves.
class LotteryTest {
    private static final String EVERY_CONTROL = "run.controls=ticket,reinit,one_shot,one_shot_reinit,random_sparsity";

    @TempDir
    Path temp;

    private static Recipe recipe(String... settings) {
        List<String> all = new ArrayList<>(List.of(
                "train.iterations=30", "train.evaluate_every=10", "run.trials=1", "run.levels=2", "run.draws=2"));
        all.addAll(List.of(settings));
        return Recipe.open("demo", all);
    }

    private static Lottery.Outcome run(
            Recipe recipe, Path out, Engine training, int threads, LotteryListener listener) {
        try (RunFolder folder = RunFolder.open(out, recipe)) {
            return Lottery.run(recipe, folder, training, threads, new IdleCores(), listener, System::nanoTime);
        }
    }

    private Path whole(Recipe recipe, String name, int threads) {
        Path out = temp.resolve(name);
        assertThat(run(recipe, out, new FakeEngine(), threads, LotteryListener.SILENT)
                        .interrupted())
                .isFalse();
        return out;
    }

    private static Ticket ticket(Path folder, Job job) {
        return Ticket.open(new Layout(folder).tensors(job));
    }

    @Test
    void everyControlIsItsMaskAndItsStart() {
        Recipe recipe = recipe(EVERY_CONTROL, "run.levels=3");
        Path out = whole(recipe, "run", 2);
        State original = Initial.GLOROT.values(recipe.network(), 1, Purpose.INITIAL_VALUES, Stream.trial(0));
        Ticket dense = ticket(out, Job.ticket(0, 0));
        assertThat(dense.masks()).isEqualTo(Masks.full(recipe.network()));
        assertSame(dense.start(), original);
        for (int level = 1; level <= 3; level++) {
            int[] counts = recipe.ladder().counts(level);
            Ticket before = ticket(out, Job.ticket(0, level - 1));
            Ticket ticket = ticket(out, Job.ticket(0, level));
            assertThat(ticket.masks())
                    .isEqualTo(Pruning.magnitude(recipe.ladder().pools(), before.end(), before.masks(), counts));
            assertSame(ticket.start(), original.masked(ticket.masks()));

            Ticket oneShot = ticket(out, new Job(0, level, Control.ONE_SHOT, 0));
            assertThat(oneShot.masks())
                    .isEqualTo(Pruning.magnitude(recipe.ladder().pools(), dense.end(), dense.masks(), counts));
            assertSame(oneShot.start(), original.masked(oneShot.masks()));

            for (int draw = 1; draw <= 2; draw++) {
                Ticket reinit = ticket(out, new Job(0, level, Control.REINIT, draw));
                assertThat(reinit.masks()).isEqualTo(ticket.masks());
                assertSame(reinit.start(), fresh(recipe, 1, level, draw).masked(reinit.masks()));

                Ticket oneShotReinit = ticket(out, new Job(0, level, Control.ONE_SHOT_REINIT, draw));
                assertThat(oneShotReinit.masks()).isEqualTo(oneShot.masks());
                assertSame(oneShotReinit.start(), fresh(recipe, 3, level, draw).masked(oneShotReinit.masks()));

                Ticket random = ticket(out, new Job(0, level, Control.RANDOM_SPARSITY, draw));
                assertThat(random.masks())
                        .isEqualTo(Pruning.random(recipe.network(), ticket.masks(), 1, Stream.of(0, 4, level, draw)))
                        .isNotEqualTo(ticket.masks());
                assertSame(random.start(), fresh(recipe, 4, level, draw).masked(random.masks()));
                for (Ticket any : List.of(ticket, reinit, oneShot, oneShotReinit, random)) {
                    assertThat(any.layers().stream().mapToInt(Ticket.LayerCount::survivors))
                            .containsExactly(counts[0], counts[1], counts[2]);
                    assertThat(any.percentLeft()).isEqualTo(recipe.ladder().percentLeft(level));
                }
            }
        }
    }

    @Test
    void inGlobalScopeAOneShotKeepsTheTicketsCountsPerLayer() {
        Recipe recipe = recipe(
                "run.controls=one_shot",
                "prune.scope=global",
                "prune.rates.fc=0.5",
                "prune.rates.output=0.5",
                "train.iterations=100",
                "train.optimizer.lr=0.01",
                "data.train=1300",
                "data.test=100");
        Path out = temp.resolve("run");
        Lottery.run(recipe, Options.defaults().withOut(out), LotteryListener.SILENT);
        for (int level = 1; level <= 2; level++) {
            Ticket ticket = ticket(out, Job.ticket(0, level));
            Ticket oneShot = ticket(out, new Job(0, level, Control.ONE_SHOT, 0));
            assertThat(oneShot.layers()).isEqualTo(ticket.layers());
        }
        assertThat(ticket(out, new Job(0, 2, Control.ONE_SHOT, 0)).masks())
                .isNotEqualTo(ticket(out, Job.ticket(0, 2)).masks());
    }

    @Test
    void theTicketGoesOnFromItsTrainedWeightsWhereAsked() {
        Path out = whole(recipe("prune.strategy=continue"), "run", 1);
        Ticket before = ticket(out, Job.ticket(0, 1));
        Ticket after = ticket(out, Job.ticket(0, 2));
        assertSame(after.start(), before.end().masked(after.masks()));
    }

    @Test
    void theTablesAreSortedAndComplete() throws IOException {
        Recipe recipe = recipe(EVERY_CONTROL, "run.trials=2");
        Path out = whole(recipe, "run", 2);
        List<LevelRow> rows = rows(out);
        assertThat(rows).hasSize(2 * (1 + 2 * (2 + 3 * 2)));
        List<Job> jobs = rows.stream()
                .map(row -> new Job(row.trial(), row.level(), Control.of(row.control()), row.draw()))
                .toList();
        assertThat(jobs).isSorted().containsExactlyElementsOf(Job.all(recipe.run()));
        List<String> curves = Files.readAllLines(out.resolve("curves.csv"));
        assertThat(curves).hasSize(1 + 3 * jobs.size());
        assertThat(curves.get(4)).startsWith("0,ticket,0,1,10,");
        assertThat(rows).allSatisfy(row -> {
            assertThat(row.earlyStopIteration()).isIn(10, 20, 30);
            assertThat(row.trainAccuracyEarlyStop()).isEqualTo(0.75);
            assertThat(row.trainAccuracyEnd()).isEqualTo(0.875);
            assertThat(row.usPerStep()).isNotNaN();
        });
    }

    @Test
    void threadsChangeNothing() {
        Recipe recipe = recipe(EVERY_CONTROL, "run.trials=2");
        assertThat(FolderBytes.of(whole(recipe, "two", 2))).isEqualTo(FolderBytes.of(whole(recipe, "one", 1)));
    }

    @Test
    void killedAfterAnyFileItFinishesWithTheSameBytes() throws IOException {
        Recipe recipe = recipe("run.controls=reinit,one_shot", "run.draws=1");
        List<Job> order = new ArrayList<>();
        Path unbroken = temp.resolve("unbroken");
        run(recipe, unbroken, new FakeEngine(), 1, new LotteryListener() {
            @Override
            public void finished(Progress progress, LevelRow row) {
                order.add(progress.job());
            }
        });
        SortedMap<String, Integer> expected = FolderBytes.of(unbroken);
        Layout from = new Layout(unbroken);
        List<Path> files = order.stream()
                .flatMap(job -> java.util.stream.Stream.of(from.times(job), from.curve(job), from.tensors(job)))
                .toList();
        assertThat(files).hasSize(21);
        for (int kept = 0; kept <= files.size(); kept++) {
            Path broken = temp.resolve("broken-" + kept);
            copy(from.recipe(), unbroken, broken);
            for (Path file : files.subList(0, kept)) {
                copy(file, unbroken, broken);
            }
            if (kept < files.size()) {
                Path next = broken.resolve(unbroken.relativize(files.get(kept)));
                Files.createDirectories(next.getParent());
                Files.writeString(next.resolveSibling(next.getFileName() + ".tmp"), "half a fi");
            }
            AtomicInteger trained = new AtomicInteger();
            run(recipe, broken, counting(trained), 1, LotteryListener.SILENT);
            assertThat(trained).hasValue(7 - kept / 3);
            assertThat(FolderBytes.of(broken)).as("killed after %d files", kept).isEqualTo(expected);
        }
    }

    @Test
    void timesOutliveAnInterruption() throws IOException {
        Recipe recipe = recipe();
        Path out = whole(recipe, "run", 1);
        List<LevelRow> before = rows(out);
        Files.delete(out.resolve("levels.csv"));
        run(recipe, out, counting(new AtomicInteger()), 1, LotteryListener.SILENT);
        assertThat(rows(out)).isEqualTo(before);
    }

    @Test
    void askingForMoreLaterExtendsTheFolder() {
        Path out = whole(recipe("run.levels=1", "run.controls=ticket"), "run", 1);
        Recipe more = recipe(EVERY_CONTROL);
        run(more, out, new FakeEngine(), 1, LotteryListener.SILENT);
        assertThat(FolderBytes.of(out)).isEqualTo(FolderBytes.of(whole(more, "at once", 1)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aRunThatIsStoppedKeepsWhatIsFinishedAndGoesOn(int threads) {
        Recipe recipe = recipe(EVERY_CONTROL);
        Path out = temp.resolve("stopped");
        AtomicInteger evaluations = new AtomicInteger();
        Lottery.Outcome outcome = run(recipe, out, new FakeEngine(), threads, new LotteryListener() {
            @Override
            public void evaluated(Progress progress) {
                evaluations.incrementAndGet();
            }

            @Override
            public boolean stopping() {
                return evaluations.get() > 10;
            }
        });
        assertThat(outcome.interrupted()).isTrue();
        assertThat(outcome.levels()).hasSizeBetween(1, 5);
        assertThat(run(recipe, out, new FakeEngine(), threads, LotteryListener.SILENT)
                        .interrupted())
                .isFalse();
        assertThat(FolderBytes.of(out)).isEqualTo(FolderBytes.of(whole(recipe, "unbroken", 1)));
    }

    @Test
    void aTicketThatDivergesEndsItsTrialAndNoOther() throws IOException {
        Recipe recipe = recipe("run.trials=2", "run.levels=3", EVERY_CONTROL, "run.draws=1");
        long levelOne = recipe.ladder().weights(1);
        State original = Initial.GLOROT.values(recipe.network(), 1, Purpose.INITIAL_VALUES, Stream.trial(0));
        Engine diverging = new FakeEngine((trial, task) -> trial == 0
                && task.masks().survivors() == levelOne
                && sameStart(task.start(), original.masked(task.masks())));
        List<String> notes = new ArrayList<>();
        Path out = temp.resolve("run");
        LotteryListener noting = new LotteryListener() {
            @Override
            public void noted(String sentence) {
                notes.add(sentence);
            }
        };
        run(recipe, out, diverging, 1, noting);
        assertThat(notes)
                .contains("trial 0, level 1, ticket diverged: its loss was not finite at iteration 7.")
                .anyMatch(note -> note.contains("are left out, for trial 0, level 1, ticket diverged"));
        // Left out: tickets 2 and 3 of trial 0, and every control of both levels, whose counts are the ticket's.
        assertThat(rows(out)).hasSize(2 * 16 - 10);
        assertThat(ticket(out, Job.ticket(0, 1)).provenance().divergedAt()).isEqualTo(7);
        assertThat(rows(out).stream()
                        .filter(row -> row.trial() == 0
                                && row.level() == 1
                                && row.control().equals("ticket")))
                .singleElement()
                .satisfies(row -> {
                    assertThat(row.testAccuracyEnd()).isNaN();
                    assertThat(row.earlyStopIteration()).isZero();
                });
        SortedMap<String, Integer> first = FolderBytes.of(out);
        AtomicInteger trained = new AtomicInteger();
        run(recipe, out, counting(trained), 1, noting);
        assertThat(trained).hasValue(0);
        assertThat(FolderBytes.of(out)).isEqualTo(first);
    }

    @Test
    void aLayerThatKeepsItsLastWeightIsSaid() {
        List<String> notes = new ArrayList<>();
        run(recipe("prune.rates.output=0.99"), temp.resolve("run"), new FakeEngine(), 1, new LotteryListener() {
            @Override
            public void noted(String sentence) {
                notes.add(sentence);
            }
        });
        assertThat(notes)
                .containsExactly("In trial 0, level 2, ticket, output.weight is down to its last weight, which stays.");
    }

    @Test
    void aFailureNamesItsTrainingAndKeepsTheOthers() {
        Recipe recipe = recipe();
        Path out = temp.resolve("run");
        AtomicInteger calls = new AtomicInteger();
        Engine failing = part -> {
            if (calls.incrementAndGet() == 3) {
                throw new IllegalStateException("the lamp went out");
            }
            return new FakeEngine().train(part);
        };
        assertThatThrownBy(() -> run(recipe, out, failing, 1, LotteryListener.SILENT))
                .isInstanceOf(LotteryException.class)
                .hasMessageContaining("trial 0, level 1, reinit-1: the lamp went out;");
        run(recipe, out, new FakeEngine(), 1, LotteryListener.SILENT);
        assertThat(FolderBytes.of(out)).isEqualTo(FolderBytes.of(whole(recipe, "unbroken", 1)));
    }

    @Test
    void aUsersMistakeStaysOne() {
        Engine refusing = _ -> {
            throw new UserError("train.batch is too large.");
        };
        assertThatThrownBy(() -> run(recipe(), temp.resolve("run"), refusing, 2, LotteryListener.SILENT))
                .isInstanceOf(UserError.class)
                .hasMessage("train.batch is too large.");
    }

    @Test
    void progressCountsDownToNothing() {
        List<Progress> seen = new ArrayList<>();
        Recipe recipe = recipe();
        run(recipe, temp.resolve("run"), new FakeEngine(), 1, new LotteryListener() {
            @Override
            public void finished(Progress progress, LevelRow row) {
                seen.add(progress);
            }
        });
        assertThat(seen.stream().map(Progress::finished))
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 7).boxed().toList());
        assertThat(seen).allSatisfy(progress -> {
            assertThat(progress.trainings()).isEqualTo(7);
            assertThat(progress.iteration()).isEqualTo(30);
        });
        assertThat(seen.getFirst().secondsLeft()).isPositive();
        assertThat(seen.getLast().secondsLeft()).isLessThan(1e-6);
    }

    private static Engine counting(AtomicInteger calls) {
        return part -> {
            calls.incrementAndGet();
            return new FakeEngine().train(part);
        };
    }

    private static State fresh(Recipe recipe, int control, int level, int draw) {
        return Initial.GLOROT.values(recipe.network(), 1, Purpose.REINIT, Stream.of(0, control, level, draw));
    }

    private static boolean sameStart(State a, State b) {
        return a.values().keySet().stream().allMatch(name -> Arrays.equals(a.get(name), b.get(name)));
    }

    private static void assertSame(State found, State expected) {
        assertThat(found.values().keySet()).isEqualTo(expected.values().keySet());
        found.values().forEach((name, values) -> assertThat(values).as(name).isEqualTo(expected.get(name)));
    }

    private static List<LevelRow> rows(Path out) throws IOException {
        Path file = out.resolve("levels.csv");
        List<String> lines = Files.readAllLines(file);
        assertThat(lines.getFirst()).isEqualTo(LevelRow.header());
        return lines.stream().skip(1).map(line -> LevelRow.parse(line, file, 2)).toList();
    }

    private static void copy(Path file, Path from, Path to) throws IOException {
        Path target = to.resolve(from.relativize(file));
        Files.createDirectories(target.getParent());
        Files.copy(file, target);
    }
}
