package dev.tombola.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tombola.lottery.LevelRow;
import dev.tombola.report.Chart.Line;
import dev.tombola.report.Chart.Point;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonFiguresTest {
    private static final List<String> TWO = List.of("ticket", "reinit");
    private static final SampleRun RUN = SampleRun.of("mnist", 600, 3, 4, TWO);

    @TempDir
    private Path folder;

    private final Map<Path, RunFiles> runs = new LinkedHashMap<>();

    @Test
    void aLineForEachRunInTheOrderOfItsNumber() {
        add("a", RUN.recipe("lr: 0.0012", "lr: 0.01"));
        add("b", RUN);
        add("c", RUN.recipe("lr: 0.0012", "lr: 1.0E-4"));
        Chart chart = chart("accuracy", List.of("ticket"), Score.TEST, Size.PERCENT);
        assertThat(legend(chart)).containsExactly("lr 0.0001", "lr 0.0012", "lr 0.01");
        assertThat(inLegend(chart))
                .extracting(Line::ink)
                .containsExactly(Ink.ordered(0, 3), Ink.ordered(1, 3), Ink.ordered(2, 3));
        assertThat(inLegend(chart)).extracting(Line::marker).doesNotHaveDuplicates();
        assertThat(inLegend(chart)).extracting(Line::shift).isSorted().doesNotHaveDuplicates();
        assertThat(chart.subtitle())
                .isEqualTo("LeNet-300-100 on MNIST · 3 trials · mean, bars from minimum to maximum, side by side");

        List<Double> found = RUN.levels().stream()
                .filter(row -> row.control().equals("ticket") && row.level() == 2)
                .map(row -> 100 * row.testAccuracyEarlyStop())
                .sorted()
                .toList();
        Point point = inLegend(chart).get(1).points().get(2);
        assertThat(point.y())
                .isCloseTo(found.stream().mapToDouble(d -> d).average().orElseThrow(), Offset.offset(1e-9));
        assertThat(point.low()).isEqualTo(found.getFirst());
        assertThat(point.high()).isEqualTo(found.getLast());
        assertThat(point.note()).startsWith("lr 0.0012, level 2, 64.1 % left: ");
    }

    @Test
    void kindsHaveColoursFarApart() {
        add("a", RUN.recipe("scope: layer", "scope: global"));
        add("b", RUN);
        Chart chart = chart("accuracy", List.of("ticket"), Score.TEST, Size.PERCENT);
        assertThat(legend(chart)).containsExactly("scope global", "scope layer");
        assertThat(inLegend(chart)).extracting(Line::ink).containsExactly(Ink.distinct(0), Ink.distinct(1));
    }

    @Test
    void tenRunsHaveColoursAndMarkersOfTheirOwn() {
        for (int i = 0; i < 10; i++) {
            add("run" + i, RUN.recipe("network: lenet-300-100", "network: network-" + i));
        }
        Chart chart = chart("accuracy", List.of("ticket"), Score.TEST, Size.PERCENT);
        assertThat(inLegend(chart)).hasSize(10).extracting(Line::ink).doesNotHaveDuplicates();
        assertThat(inLegend(chart)).extracting(Line::marker).doesNotHaveDuplicates();
    }

    @Test
    void controlsHaveStrokesInTheColourOfTheirRun() {
        add("a", RUN);
        add("b", RUN.recipe("lr: 0.0012", "lr: 0.01"));
        assertThat(chart("early-stop", List.of("reinit"), Score.TEST, Size.PERCENT)
                        .subtitle())
                .startsWith("LeNet-300-100 on MNIST · reinit · 3 trials");
        Chart chart = chart("early-stop", TWO, Score.TEST, Size.PERCENT);
        assertThat(legend(chart)).containsExactly("lr 0.0012", "lr 0.01", "ticket", "reinit");
        Line reinit = line(chart, "lr 0.01, reinit");
        assertThat(reinit.stroke()).isEqualTo(Chart.Stroke.DASHED);
        assertThat(reinit.ink()).isEqualTo(line(chart, "lr 0.01").ink());
        assertThat(reinit.points().getFirst())
                .isEqualTo(Point.bare(
                        100, line(chart, "lr 0.01").points().getFirst().y()));
        assertThat(line(chart, "reinit").stroke()).isEqualTo(Chart.Stroke.DASHED);
        assertThat(FiguresTest.panel(chart).lines().stream()
                        .filter(line -> !line.points().isEmpty())
                        .map(Line::shift))
                .doesNotHaveDuplicates()
                .hasSize(4);
    }

    @Test
    void accuracyAtAnIterationAndOnValidationImagesComesFromTheCurves() {
        add("a", RUN);
        add("b", RUN.recipe("lr: 0.0012", "lr: 0.01"));
        for (Score score : Score.values()) {
            for (String name : List.of("accuracy-at-200", "accuracy-end")) {
                int iteration = name.equals("accuracy-end") ? 600 : 200;
                double mean = RUN.curves().stream()
                        .filter(row -> row.control().equals("ticket") && row.level() == 3)
                        .filter(row -> row.iteration() == iteration)
                        .mapToDouble(row -> 100 * (score == Score.TEST ? row.testAccuracy() : row.valAccuracy()))
                        .average()
                        .orElseThrow();
                Chart chart = chart(name, List.of("ticket"), score, Size.PERCENT);
                assertThat(line(chart, "lr 0.01").points().get(3).y())
                        .as(name + " " + score)
                        .isCloseTo(mean, Offset.offset(1e-9));
                assertThat(FiguresTest.panel(chart).y().label()).isEqualTo(score.label() + " accuracy (%)");
            }
        }
        double mean = RUN.levels().stream()
                .filter(row -> row.control().equals("ticket") && row.level() == 3)
                .mapToDouble(row -> 100 * row.valAccuracyEarlyStop())
                .average()
                .orElseThrow();
        Chart chart = chart("accuracy", List.of("ticket"), Score.VALIDATION, Size.PERCENT);
        assertThat(line(chart, "lr 0.01").points().get(3).y()).isCloseTo(mean, Offset.offset(1e-9));
    }

    @Test
    void accuracyAtAnIterationIsTheMeanOverRedraws() {
        add("a", RUN);
        add("b", RUN.recipe("lr: 0.0012", "lr: 0.01"));
        double mean = RUN.curves().stream()
                .filter(row -> row.control().equals("reinit") && row.level() == 1 && row.iteration() == 200)
                .mapToDouble(row -> 100 * row.testAccuracy())
                .average()
                .orElseThrow();
        Chart chart = chart("accuracy-at-200", List.of("reinit"), Score.TEST, Size.PERCENT);
        assertThat(line(chart, "lr 0.01").points().get(1).y()).isCloseTo(mean, Offset.offset(1e-9));
    }

    @Test
    void whatDivergedIsLeftOutOfAccuracyAtAnIterationToo() {
        add("a", RUN.with(row -> row.level() == 2 && row.trial() < 2 ? SampleRun.diverged(row) : row));
        add("b", RUN.recipe("lr: 0.0012", "lr: 0.01"));
        Chart chart = chart("accuracy-at-200", List.of("ticket"), Score.TEST, Size.PERCENT);
        assertThat(line(chart, "lr 0.0012").points().get(2).note()).endsWith(", 1 of 3 trials");
        assertThat(chart.subtitle()).contains(" · 1 to 3 trials · ");
    }

    @Test
    void networksLieAtTheirWeights() {
        add("a", RUN);
        add("b", RUN.recipe("network: lenet-300-100", "network: lenet-30-10").with(ComparisonFiguresTest::tenth));
        Chart chart = chart("accuracy", List.of("ticket"), Score.TEST, Size.WEIGHTS);
        assertThat(legend(chart)).containsExactly("network lenet-30-10", "network lenet-300-100");
        assertThat(line(chart, "network lenet-300-100").points().getFirst().x()).isEqualTo(266_200);
        assertThat(line(chart, "network lenet-30-10").points().getFirst().x()).isEqualTo(26_620);
        assertThat(FiguresTest.panel(chart).x().position(266_200)).isBetween(0.0, 0.05);
        assertThat(FiguresTest.panel(chart)
                        .x()
                        .position(line(chart, "network lenet-30-10")
                                .points()
                                .getLast()
                                .x()))
                .isBetween(0.9, 1.0);
        assertThat(FiguresTest.panel(chart).x().ticks())
                .extracting(Axis.Tick::label)
                .containsExactlyInAnyOrder("10,000", "20,000", "50,000", "100,000", "200,000");
        assertThat(chart.subtitle()).startsWith("MNIST · 3 trials");
    }

    @Test
    void aRunThatNeverLearnsIsNamedBelowTheAxis() {
        add("a", RUN);
        add("b", RUN.recipe("lr: 0.0012", "lr: 0.002"));
        add("c", RUN.recipe("lr: 0.0012", "lr: 0.9").with(row -> SampleRun.accuracy(row, 0.1)));
        Chart chart = chart("accuracy", List.of("ticket"), Score.TEST, Size.PERCENT);
        assertThat(FiguresTest.panel(chart).y().low()).isGreaterThan(90);
        assertThat(chart.key()).startsWith("below the axis: lr 0.9");
        assertThat(FiguresTest.panel(chart).x().low()).isLessThan(41);
    }

    @Test
    void aRunWhoseSmallNetworksCollapseIsNamed() {
        SampleRun good = SampleRun.of("mnist", 600, 1, 9, List.of("ticket"));
        add("a", good.with(row -> SampleRun.accuracy(row, 0.97 + 0.001 * row.level())));
        add(
                "b",
                good.recipe("lr: 0.0012", "lr: 0.002")
                        .with(row -> SampleRun.accuracy(row, row.level() < 7 ? 0.97 : 0.2)));
        Chart chart = chart("accuracy", List.of("ticket"), Score.TEST, Size.PERCENT);
        assertThat(FiguresTest.panel(chart).y().low()).isGreaterThan(90);
        assertThat(chart.key()).isEqualTo("going on below the axis: lr 0.002");
    }

    @Test
    void noAccuracyAxisGoesAboveOneHundred() {
        add("a", RUN.with(row -> SampleRun.accuracy(row, 1)));
        add("b", RUN.recipe("lr: 0.0012", "lr: 0.002").with(row -> SampleRun.accuracy(row, 1)));
        Axis y = FiguresTest.panel(chart("accuracy", List.of("ticket"), Score.TEST, Size.PERCENT))
                .y();
        assertThat(y.high()).isEqualTo(100);
        assertThat(y.ticks().getLast().value()).isEqualTo(100);
    }

    @Test
    void aRunThatLearnsIsSeenHoweverMuchBetterTheOtherIs() {
        add("a", RUN);
        add("b", RUN.recipe("lr: 0.0012", "lr: 0.9").with(row -> SampleRun.accuracy(row, 0.5 + 0.1 * row.level())));
        Chart chart = chart("accuracy", List.of("ticket"), Score.TEST, Size.PERCENT);
        assertThat(FiguresTest.panel(chart).y().low()).isBetween(60.0, 70.0);
    }

    @Test
    void sizesAtWhichEveryRunHasCollapsedTakeNoRoom() {
        SampleRun collapsed = SampleRun.of("mnist", 600, 1, 9, List.of("ticket"))
                .with(row -> SampleRun.accuracy(row, row.level() < 6 ? 0.97 + 0.001 * row.level() : 0.2));
        add("a", collapsed);
        add("b", collapsed.recipe("lr: 0.0012", "lr: 0.002"));
        Chart chart = chart("accuracy", List.of("ticket"), Score.TEST, Size.PERCENT);
        assertThat(FiguresTest.panel(chart).x().low()).isBetween(20.0, 30.0);
        assertThat(chart.key()).isEqualTo("all smaller networks lie below the axis");
        assertThat(FiguresTest.panel(chart("early-stop", List.of("ticket"), Score.TEST, Size.PERCENT))
                        .x()
                        .low())
                .isLessThan(14);
    }

    @Test
    void anEarlyStopAtTheVeryEndIsHollow() {
        add("a", RUN.with(row -> SampleRun.stop(row, row.level() == 1 ? 600 : 300)));
        add("b", RUN.recipe("lr: 0.0012", "lr: 0.002").with(row -> SampleRun.stop(row, 300)));
        Chart chart = chart("early-stop", List.of("ticket"), Score.TEST, Size.PERCENT);
        assertThat(line(chart, "lr 0.0012").points())
                .extracting(Point::hollow)
                .containsExactly(false, true, false, false, false);
        assertThat(line(chart, "lr 0.002").points()).noneMatch(Point::hollow);
        assertThat(chart.key()).startsWith("hollow: ");
    }

    @Test
    void everythingDivergedStillDraws() {
        add("a", RUN.with(SampleRun::diverged));
        add("b", RUN.recipe("lr: 0.0012", "lr: 0.002").with(SampleRun::diverged));
        for (Size size : Size.values()) {
            for (String name : List.of("early-stop", "accuracy", "accuracy-at-200", "accuracy-end")) {
                Chart chart = chart(name, TWO, Score.TEST, size);
                assertThat(SvgPen.file(chart)).doesNotContain("NaN").doesNotContain("Infinity");
                assertThat(chart.subtitle()).contains("no trial");
            }
        }
    }

    private static LevelRow tenth(LevelRow row) {
        String csv = row.toCsv()
                .replaceFirst(
                        "," + row.weightsLeft() + "," + row.weightsTotal() + ",",
                        "," + row.weightsLeft() / 10 + ",26620,");
        return LevelRow.parse(csv, Path.of("levels.csv"), 2);
    }

    private void add(String name, SampleRun run) {
        Path path = run.write(folder.resolve(name));
        runs.put(path, RunFiles.read(path));
    }

    private Chart chart(String name, List<String> controls, Score score, Size size) {
        Comparison comparison = new Comparison(List.copyOf(runs.keySet()), controls, score, size, List.of(200));
        List<Compared> compared = Compared.of(runs, new Differences(List.copyOf(runs.values())));
        return new ComparisonFigures(comparison, compared)
                .all().stream()
                        .filter(chart -> chart.name().equals(name))
                        .findFirst()
                        .orElseThrow();
    }

    private static List<String> legend(Chart chart) {
        return inLegend(chart).stream().map(Line::label).toList();
    }

    private static List<Line> inLegend(Chart chart) {
        return FiguresTest.panel(chart).lines().stream()
                .filter(line -> line.rank() >= 0)
                .sorted(Comparator.comparingInt(Line::rank))
                .toList();
    }

    private static Line line(Chart chart, String label) {
        return FiguresTest.panel(chart).lines().stream()
                .filter(line -> line.label().equals(label))
                .findFirst()
                .orElseThrow();
    }
}
