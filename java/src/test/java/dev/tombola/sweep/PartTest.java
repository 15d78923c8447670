package dev.tombola.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tombola.base.UserError;
import dev.tombola.lottery.Lottery;
import dev.tombola.lottery.LotteryListener;
import dev.tombola.lottery.Options;
import dev.tombola.lottery.Tickets;
import dev.tombola.nn.CostModel;
import dev.tombola.nn.FormChoice;
import dev.tombola.scheduler.Training;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A sweep in parts: nothing twice, nothing left out, and none much longer than the others.
class PartTest {
    @TempDir
    private Path temp;

    @Test
    void textIsNumberAndCount() {
        assertThat(Part.of("3/16")).isEqualTo(new Part(3, 16));
        assertThat(Part.of(" 1/1 ")).hasToString("1/1");
        assertThat(Part.of("10000/10000")).isEqualTo(new Part(Part.MOST, Part.MOST));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "3", "0/4", "5/4", "1/0", "-1/4", "1/4/2", "a/b", "1/10001", "1/99999999999"})
    void whatIsNoPartSaysWhatWouldBeOne(String text) {
        assertThatThrownBy(() -> Part.of(text))
                .isInstanceOf(UserError.class)
                .hasMessage("--part is %s; it must be one of 1/N to N/N, with N at most 10,000, such as 3/16."
                        .formatted(text.isEmpty() ? "empty" : text));
    }

    @Test
    void everyItemIsInOnePartAndNoPartIsMuchLonger() {
        SplittableRandom random = new SplittableRandom(7);
        for (int round = 0; round < 50; round++) {
            int count = 1 + random.nextInt(200);
            double[] seconds = random.doubles(count, 1, 1000).toArray();
            int parts = 1 + random.nextInt(20);
            List<Integer> items = IntStream.range(0, count).boxed().toList();
            List<List<Integer>> cut = Part.cut(items, item -> seconds[item], parts);
            assertThat(cut).hasSize(parts).allSatisfy(part -> assertThat(part).isSorted());
            assertThat(cut.stream().flatMap(List::stream)).containsExactlyInAnyOrderElementsOf(items);
            double longest = cut.stream()
                    .mapToDouble(part ->
                            part.stream().mapToDouble(item -> seconds[item]).sum())
                    .max()
                    .orElseThrow();
            double most = DoubleStream.of(seconds).max().orElseThrow();
            double even = DoubleStream.of(seconds).sum() / parts;
            assertThat(longest).as("an even share and one item").isLessThanOrEqualTo(even + most);
            if (count >= 10 * parts) {
                assertThat(longest).as("many short items are shared evenly").isLessThan(1.1 * even);
            }
        }
    }

    @Test
    void morePartsThanItemsLeaveSomeEmpty() {
        assertThat(Part.cut(List.of("a", "b"), _ -> 1, 4))
                .containsExactly(List.of("a"), List.of("b"), List.of(), List.of());
        assertThat(Part.cut(List.<String>of(), _ -> 1, 2)).containsExactly(List.of(), List.of());
    }

    private SweepPlan plan(CostModel costs) {
        SweepFile file = SweepFile.of(
                temp,
                "base: demo",
                "set: {train.evaluate_every: 10, train.batch: 20, data.train: 200,"
                        + " data.test: 100, data.validation: 50, run.draws: 1, run.controls: [ticket]}",
                "grid: {train.optimizer.lr: [0.001, 0.002, 0.003]}",
                "list:",
                "  - {train.iterations: 20, run.trials: 1, run.levels: 3}",
                "  - {train.iterations: 40, run.trials: 1, run.levels: 1}",
                "  - {train.iterations: 60, run.trials: 1, run.levels: 0}");
        return SweepPlan.of(file.read(), temp.resolve("runs"), temp, FormChoice.AUTO, Tickets.LAST, _ -> costs);
    }

    private static List<List<String>> hashes(SweepPlan plan, int parts) {
        return plan.parts(parts).stream()
                .map(part -> part.recipes().stream().map(PlannedRecipe::hash).toList())
                .toList();
    }

    @Test
    void aPlansPartsAreItsRecipesWithAllTheirTrainings() {
        SweepPlan whole = plan(CostModel.constant(0.5, "a test"));
        for (int count : new int[] {1, 3, 100}) {
            List<SweepPlan> parts = IntStream.rangeClosed(1, count)
                    .mapToObj(number -> whole.part(new Part(number, count)))
                    .toList();
            assertThat(parts.stream().flatMap(part -> part.recipes().stream()))
                    .containsExactlyInAnyOrderElementsOf(whole.recipes());
            assertThat(parts.stream().mapToInt(part -> part.trainings().size()).sum())
                    .isEqualTo(whole.trainings().size());
            assertThat(parts.stream().mapToLong(SweepPlan::wanted).sum()).isEqualTo(whole.wanted());
        }
    }

    /// Or a part that starts late, or on another machine, would take recipes that are another's, and leave some.
    @Test
    void neitherWhatIsFinishedNorTheMachineMovesARecipe() {
        SweepPlan before = plan(CostModel.constant(0.5, "a test"));
        List<List<String>> parts = hashes(before, 2);
        SweepPlan elsewhere = plan(compressedIsNothing());
        assertThat(hashes(elsewhere, 2)).isEqualTo(parts);

        PlannedRecipe first = before.recipes().getFirst();
        Lottery.run(first.recipe(), Options.defaults().withOut(first.folder()), new LotteryListener() {});
        SweepPlan after = plan(CostModel.constant(0.5, "a test"));
        assertThat(after.trainings()).hasSizeLessThan(before.trainings().size());
        assertThat(hashes(after, 2)).isEqualTo(parts);
    }

    /// Of a machine on which only unpruned networks take any time.
    private static CostModel compressedIsNothing() {
        return new CostModel(
                Stream.of(CostModel.Kind.values())
                        .map(kind -> new CostModel.Point(
                                new CostModel.Size(kind, 1, 1, 1),
                                1,
                                1,
                                new CostModel.Time(1, 200, 100),
                                List.of(new CostModel.Time(1, 1e-6, 1e-6))))
                        .toList(),
                "another machine");
    }

    private static double seconds(SweepPlan plan) {
        return plan.trainings().stream().mapToDouble(Training::seconds).sum();
    }

    @Test
    void partsOfAPlanTakeAboutAsLong() {
        SweepPlan plan = plan(CostModel.constant(0.5, "a test"));
        assertThat(plan.recipes()).hasSize(9);
        List<Double> seconds = plan.parts(2).stream().map(PartTest::seconds).toList();
        assertThat(seconds.getFirst()).isBetween(0.8 * seconds.getLast(), 1.25 * seconds.getLast());
    }
}
