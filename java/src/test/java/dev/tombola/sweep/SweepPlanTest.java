package dev.tombola.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tombola.base.UserError;
import dev.tombola.data.Dataset;
import dev.tombola.data.Digits;
import dev.tombola.lottery.FinishedJobs;
import dev.tombola.lottery.Job;
import dev.tombola.lottery.Lottery;
import dev.tombola.lottery.LotteryListener;
import dev.tombola.lottery.Options;
import dev.tombola.lottery.Recipe;
import dev.tombola.lottery.Tickets;
import dev.tombola.nn.CostModel;
import dev.tombola.nn.FormChoice;
import dev.tombola.scheduler.Training;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a sweep comes to.
class SweepPlanTest {
    private static final String SMALL = "set: {train.iterations: 20, train.evaluate_every: 10, train.batch: 20,"
            + " data.train: 200, data.test: 100, data.validation: 50, run.draws: 1}";

    @TempDir
    private Path temp;

    private SweepPlan plan(String... lines) {
        return plan(Tickets.LAST, lines);
    }

    private SweepPlan plan(Tickets tickets, String... lines) {
        return SweepPlan.of(
                SweepFile.of(temp, lines).read(),
                temp.resolve("runs"),
                temp,
                FormChoice.AUTO,
                tickets,
                batch -> CostModel.constant(0.5, "a test, batch " + batch));
    }

    private static DryRun dryRun(SweepPlan plan) {
        return DryRun.of(plan, 2, 16, 8_000_000_000L);
    }

    @Test
    void ratesOfEachIterationAndPlacesOfEachImageTakeMemory() {
        long less = bytes("train.iterations: 1000, data.train: 2000");
        assertThat(bytes("train.iterations: 3000, data.train: 2000") - less).isEqualTo(2000 * 3 * Float.BYTES);
        assertThat(bytes("train.iterations: 1000, data.train: 4048") - less).isEqualTo(2048 * 4 * Integer.BYTES);
    }

    private long bytes(String settings) {
        SweepPlan plan = plan("base: demo", "set: {run.levels: 0, " + settings + "}", "grid: {run.seed: [1]}");
        return plan.trainings().getFirst().bytes();
    }

    @Test
    void sameRecipesAreOneWithTheUnionOfTheirTrainings() {
        SweepPlan plan = plan(
                "base: demo",
                SMALL,
                "list:",
                "  - {run.seed: 1, run.trials: 3, run.levels: 1, run.controls: [ticket]}",
                "  - {run.seed: 1, run.trials: 1, run.levels: 4, run.controls: [ticket, reinit]}",
                "  - {run.seed: 1, run.trials: 1, run.levels: 4, run.controls: [ticket, reinit], train.schedule.gamma: 0.5}",
                "  - {run.seed: 2, run.trials: 1, run.levels: 0}");
        assertThat(plan.asked()).isEqualTo(4);
        assertThat(plan.recipes()).hasSize(2);
        Set<Job> wanted = new TreeSet<>(Job.all(
                recipe("run.trials=3", "run.levels=1", "run.controls=ticket").run()));
        wanted.addAll(
                Job.all(recipe("run.trials=1", "run.levels=4", "run.draws=1").run()));
        assertThat(plan.recipes().getFirst().jobs())
                .containsExactlyElementsOf(wanted)
                .hasSize(3 * 2 + 3 + 4);
        assertThat(plan.wanted()).isEqualTo(14);
        assertThat(plan.trainings()).hasSize(14);
        assertThat(plan.finished()).isZero();
    }

    /// Its folder's recipe file says all that was ever asked for, whoever asks first.
    @Test
    void theRecipeOfTheUnionIsTheWidest() {
        String few = "  - {run.trials: 1, run.levels: 2, run.controls: [ticket], run.draws: 1}";
        String many = "  - {run.trials: 3, run.levels: 4, run.controls: [reinit], run.draws: 2}";
        for (List<String> list : List.of(List.of(few, many), List.of(many, few))) {
            assertThat(plan("base: demo", "list:", list.getFirst(), list.getLast())
                            .recipes())
                    .singleElement()
                    .satisfies(planned -> assertThat(planned.recipe())
                            .isEqualTo(recipe("run.trials=3", "run.levels=4", "run.controls=reinit", "run.draws=2")));
        }
    }

    private static Recipe recipe(String... settings) {
        return Recipe.preset("demo", settings);
    }

    @Test
    void trainingsWaitForThoseTheyStartFrom() {
        SweepPlan plan = plan("base: demo", SMALL, "grid: {run.seed: [1, 2]}");
        for (Training training : plan.trainings()) {
            Job job = plan.job(training);
            assertThat(training.needs().stream()
                            .map(need -> plan.job(plan.trainings().get(need)))
                            .toList())
                    .containsExactlyInAnyOrderElementsOf(job.needs());
            assertThat(training.needs())
                    .allMatch(need -> plan.recipe(plan.trainings().get(need))
                            .hash()
                            .equals(plan.recipe(training).hash()));
            assertThat(training.seconds()).isPositive();
        }
        assertThat(plan.trainings().stream().map(Training::kind).distinct())
                .as("a kind for each level, and for the digits that each seed draws")
                .hasSize(18);
    }

    @Test
    void whatSharesNoPlanIsOfAnotherKind() {
        for (String key : List.of(
                "train.batch: [20, 40]",
                "train.iterations: [30, 40]",
                "train.evaluate_every: [5, 10]",
                "network: [demo, lenet-300-100]",
                "data.grain: [0.1, 0.2]",
                "data.mean: [0, 0.1]",
                "data.validation: [100, 200]",
                "train.optimizer.weight_decay: [0, 0.01]",
                "prune.rewind: [0, 2]",
                "numerics.precision: [fp32, tf32]",
                "run.seed: [1, 2]")) {
            SweepPlan plan = plan(
                    "base: demo",
                    "set: {run.levels: 0, run.trials: 2, train.optimizer.name: sgd, train.optimizer.lr: 0.1}",
                    "grid: {" + key + "}");
            assertThat(plan.trainings().stream().map(Training::kind).distinct())
                    .as(key)
                    .hasSize(2);
        }
        SweepPlan rates = plan(
                "base: lenet-300-100",
                "set: {run.levels: 0}",
                "grid: {train.optimizer.lr: [0.1, 0.2], run.seed: [1, 2], prune.rates.fc: [0.1, 0.2]}");
        assertThat(rates.trainings().stream().map(Training::kind).distinct()).hasSize(1);
    }

    /// After a pruning one recipe has half of its weights, the other a twentieth.
    @Test
    void recipesThatAreNoLongerInTf32AreOfAnotherKind() {
        for (String precision : List.of("fp32", "tf32")) {
            SweepPlan plan = plan(
                    "base: demo",
                    "set: {run.levels: 1, run.trials: 1, numerics.precision: " + precision + "}",
                    "grid: {prune.rates.fc: [0.5, 0.95]}");
            assertThat(plan.trainings().stream().map(Training::kind).distinct())
                    .as(precision)
                    .hasSize(precision.equals("tf32") ? 3 : 2);
        }
    }

    @Test
    void finishedTrainingsAreFoundAgain() {
        Recipe small = recipe(
                "train.iterations=20",
                "train.evaluate_every=10",
                "train.batch=20",
                "data.train=200",
                "data.test=100",
                "data.validation=50",
                "run.draws=1",
                "run.trials=2",
                "run.levels=1");
        Lottery.run(
                small, Options.defaults().withOut(temp.resolve("runs").resolve(small.hash())), LotteryListener.SILENT);
        SweepPlan plan = plan("base: demo", SMALL, "grid: {run.seed: [1, 2], run.levels: [2], run.trials: [1]}");
        assertThat(plan.finished()).isEqualTo(3);
        assertThat(plan.wanted()).isEqualTo(10);
        assertThat(plan.trainings()).hasSize(7);
        assertThat(plan.job(plan.trainings().getFirst())).isEqualTo(Job.ticket(0, 2));
        assertThat(plan.trainings().getFirst().needs())
                .as("all that it needs is there")
                .isEmpty();
        assertThat(temp.resolve("runs"))
                .isDirectoryNotContaining(path -> path.getFileName()
                        .toString()
                        .equals(plan.recipes().getLast().hash()));
    }

    @Test
    void whatWouldBePrunedFromADivergedTrainingIsLost() {
        Recipe recipe = recipe("run.trials=2", "run.levels=3", "run.draws=1");
        Set<Job> diverged = Set.of(Job.ticket(0, 1));
        SortedSet<Job> finished = new TreeSet<>(Set.of(Job.ticket(0, 0), Job.ticket(0, 1), Job.ticket(1, 0)));
        PlannedRecipe planned = new PlannedRecipe(
                recipe,
                recipe.hash(),
                temp,
                Digits.extent(1, 1),
                Job.all(recipe.run()),
                new FinishedJobs(finished, diverged, Set.of(), Set.of(), new TreeMap<>()));
        assertThat(planned.missing(Tickets.LAST))
                .containsExactlyElementsOf(planned.jobs().stream()
                        .filter(job -> !finished.contains(job))
                        .filter(job -> job.trial() == 1 || job.level() == 1)
                        .toList())
                .hasSize(1 + 6);
    }

    @Test
    void ownDataAreKnownByTheirContent() throws IOException {
        Dataset digits = Digits.draw(1, 200, 100, Digits.Style.DEMO);
        Files.write(temp.resolve("train"), records(digits.train().pixels().toArray(ValueLayout.JAVA_BYTE), 200));
        Files.copy(temp.resolve("train"), temp.resolve("copy"));
        Files.write(temp.resolve("test"), records(digits.test().pixels().toArray(ValueLayout.JAVA_BYTE), 100));
        SweepPlan plan = plan(
                "base: demo",
                "set: {data.name: cifar-records, data.test_files: [test], data.shape: 1x14x14, data.validation: 50,"
                        + " data.classes: 10, train.batch: 20}",
                "grid: {data.train_files: [train, copy], run.seed: [1, 2]}");
        assertThat(plan.asked()).isEqualTo(4);
        assertThat(plan.recipes()).as("a copy is no other data set").hasSize(2);
        assertThat(plan.recipes())
                .allSatisfy(planned -> assertThat(planned.recipe().values()).containsKey("data.content"));
    }

    private static byte[] records(byte[] pixels, int count) {
        int size = pixels.length / count;
        byte[] records = new byte[count * (size + 1)];
        for (int i = 0; i < count; i++) {
            records[i * (size + 1)] = (byte) (i % 10);
            System.arraycopy(pixels, i * size, records, i * (size + 1) + 1, size);
        }
        return records;
    }

    @Test
    void aNetworkThatDoesNotTakeTheImagesIsNamed() {
        assertThatThrownBy(() ->
                        plan("base: demo", "set: {data.name: mnist, data.validation: 5000}", "grid: {run.seed: [1]}"))
                .isInstanceOf(UserError.class)
                .hasMessage(
                        "In %s, with run.seed=1: network demo takes 1x14x14 images of 10 classes but data.name mnist"
                                        .formatted(temp.resolve("test.yaml"))
                                + " has 1x28x28 of 10.");
    }

    @Test
    void whatDoesNotFitTheMemoryIsRefused() {
        SweepPlan plan = plan("base: vgg-19", "grid: {run.seed: [1]}");
        assertThatThrownBy(() -> plan.forTrainings(500_000_000))
                .isInstanceOf(UserError.class)
                .hasMessageStartingWith("--memory is 500 MB but trial 0, level 0, ticket of recipe ")
                .hasMessageContaining("takes");
        long largest =
                plan.trainings().stream().mapToLong(Training::bytes).max().orElseThrow();
        long enough = plan.shared() + SweepPlan.PROGRAM + largest;
        assertThat(plan.forTrainings(enough)).isEqualTo(largest);
        assertThatThrownBy(() -> plan.forTrainings(enough - 1)).isInstanceOf(UserError.class);
    }

    @Test
    void ticketsDecideWhatStaysOnDisk() {
        String[] lines = {"base: demo", SMALL, "grid: {run.seed: [1, 2]}"};
        SweepPlan plan = plan(lines);
        long ticket = Costing.ticket(plan.recipes().getFirst().recipe().network());
        long small = plan.trainings().stream()
                .mapToLong(one -> plan.cost(one).curve())
                .sum();
        DryRun all = dryRun(plan(Tickets.ALL, lines));
        DryRun last = dryRun(plan);
        DryRun none = dryRun(plan(Tickets.NONE, lines));
        assertThat(all.disk())
                .isEqualTo(plan.trainings().size() * ticket + small)
                .isEqualTo(all.diskOnTheWay());
        assertThat(last.disk())
                .as("ticket and reinit of three trials of two recipes")
                .isEqualTo(12 * ticket + small);
        assertThat(none.disk()).isEqualTo(small);
        assertThat(none.diskOnTheWay()).isBetween(none.disk() + 2 * ticket, all.disk());
        assertThat(last.diskOnTheWay()).isBetween(last.disk(), all.disk());
    }

    @Test
    void theDenseTicketStaysWhereALaterLevelGoesBackToIt() {
        for (String set : List.of("run.controls: [one_shot]", "prune.rewind: 5")) {
            SweepPlan plan = plan("base: demo", SMALL.replace("}", ", " + set + "}"), "grid: {run.seed: [1, 2]}");
            long ticket = Costing.ticket(plan.recipes().getFirst().recipe().network());
            long small = plan.trainings().stream()
                    .mapToLong(one -> plan.cost(one).curve())
                    .sum();
            assertThat((double) (dryRun(plan).disk() - small) / ticket).as(set).isBetween(18.0, 20.1);
        }
    }

    @Test
    void aDryRunCountsGroupsAndTime() {
        SweepPlan plan = plan("base: demo", SMALL, "grid: {train.optimizer.lr: [0.001, 0.002, 0.003, 0.004]}");
        DryRun run = dryRun(plan);
        assertThat(run.cores().groups()).isEqualTo(plan.trainings().size());
        assertThat(run.replicaGroups())
                .as("12 tickets at level 0, 24 trainings at each of 8 levels, 16 at a time")
                .isBetween(1 + 8 * 2, 1 + 8 * 3);
        assertThat(run.cores().makespan()).isCloseTo(run.sequential() / 2, within(run.sequential() * 0.05));
    }

    @Test
    void estimatesFollowTheWork() {
        List<Double> seconds = new ArrayList<>();
        for (int iterations : new int[] {1000, 2000}) {
            SweepPlan plan = plan(
                    "base: lenet-300-100",
                    "set: {run.trials: 1, run.draws: 1, train.iterations: " + iterations + "}",
                    "grid: {run.seed: [1]}");
            List<Training> tickets = plan.trainings().stream()
                    .filter(training -> plan.job(training).label().equals("ticket"))
                    .toList();
            assertThat(tickets).extracting(Training::seconds).isSortedAccordingTo((a, b) -> Double.compare(b, a));
            seconds.add(tickets.getFirst().seconds());
            // 266,200 weights forward and back on 64 lanes, all but the first layer's input gradient: 3 × 266,200 -
            // 235,200 products a lane, a nanosecond each.
            assertThat(tickets.getFirst().seconds()).isGreaterThan(iterations * 64 * 563_400e-9);
        }
        assertThat(seconds.getLast() / seconds.getFirst()).isBetween(1.6, 2.0);
        assertThat(new HashSet<>(seconds)).hasSize(2);
    }

    /// Twice over 50,000 images more, 25,100 products of a nanosecond each.
    @Test
    void trainingAccuraciesAreInTheEstimate() {
        List<Double> seconds = new ArrayList<>();
        for (int images : new int[] {10_000, 60_000}) {
            SweepPlan plan = plan("base: demo", "set: {data.train: " + images + "}", "grid: {run.seed: [1]}");
            seconds.add(plan.trainings().getFirst().seconds());
        }
        assertThat(seconds.getLast() - seconds.getFirst()).isCloseTo(2.51, within(0.25));
    }

    /// What RESULTS.md has measured: some 25 to 30 ms of Java a training.
    @Test
    void aTrainingOfOneIterationTakesWhatIsNoIteration() {
        SweepPlan plan = plan(
                "base: demo",
                "set: {train.iterations: 1, train.batch: 1, data.train: 2, data.test: 1, data.validation: 1}",
                "grid: {run.seed: [1]}");
        assertThat(plan.trainings())
                .extracting(Training::seconds)
                .allSatisfy(seconds -> assertThat(seconds).isBetween(0.025, 0.035));
    }

    /// What CONVOLUTIONS.md has measured: 160 MB of weights and velocity, 216 MB of activations.
    @Test
    void theMemoryOfAVggIsWhatItWasMeasuredToBe() {
        SweepPlan plan = plan("base: vgg-19", "set: {run.levels: 0}", "grid: {run.seed: [1]}");
        assertThat(plan.trainings().getFirst().bytes()).isBetween(160_000_000L + 216_000_000L, 2_000_000_000L);
    }

    @Test
    void aRewoundTicketTrainsTheRestOnly() {
        SweepPlan plan =
                plan("base: demo", "set: {prune.rewind: 1500, run.trials: 1, run.levels: 1}", "grid: {run.seed: [1]}");
        assertThat(plan.trainings().get(1).seconds())
                .isLessThan(plan.trainings().get(2).seconds() * 0.7);
    }
}
