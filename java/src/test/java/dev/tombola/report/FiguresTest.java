package dev.tombola.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tombola.data.Digits;
import dev.tombola.lottery.Control;
import dev.tombola.report.Chart.Line;
import dev.tombola.report.Chart.Point;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FiguresTest {
    private static final List<String> ALL =
            List.of("ticket", "reinit", "one_shot", "one_shot_reinit", "random_sparsity");

    @TempDir
    private Path folder;

    @Test
    void accuracyShowsMeansBarsAndTheDenseNetwork() {
        SampleRun run = SampleRun.of("mnist", 2000, 3, 4, List.of("ticket", "reinit"));
        Chart chart = chart(run, "accuracy");
        assertThat(panel(chart).lines()).extracting(Line::label).last().isEqualTo("ticket");
        List<Double> found = run.levels().stream()
                .filter(row -> row.control().equals("reinit") && row.level() == 2)
                .map(row -> 100 * row.testAccuracyEarlyStop())
                .sorted()
                .toList();
        Point point = line(chart, "reinit").points().get(2);
        assertThat(found).hasSize(9);
        assertThat(point.y())
                .isCloseTo(found.stream().mapToDouble(d -> d).average().orElseThrow(), near(1e-9));
        assertThat(point.low()).isEqualTo(found.getFirst());
        assertThat(point.high()).isEqualTo(found.getLast());
        assertThat(point.x()).isCloseTo(100.0 * 170_538 / 266_200, near(1e-9));

        double dense = line(chart, "ticket").points().getFirst().y();
        assertThat(line(chart, "reinit").points().getFirst()).isEqualTo(Point.bare(100, dense));
        Line reference = panel(chart).lines().getFirst();
        assertThat(reference.label()).startsWith("dense (");
        assertThat(reference.points()).allSatisfy(end -> assertThat(end.y()).isEqualTo(dense));
    }

    /// A row without them, of whatever origin, leaves its point out, and says in how many trials it is known.
    @Test
    void trainingAccuraciesHaveFiguresOfTheirOwn() {
        SampleRun run = SampleRun.of("mnist", 2000, 3, 4, List.of("ticket", "reinit"))
                .with(row -> SampleRun.trained(
                        row, row.level() == 2 && row.trial() == 1 ? Double.NaN : 0.9 + row.trial() / 100.0));
        for (String name : List.of("train-accuracy", "train-accuracy-end")) {
            double offset = name.equals("train-accuracy") ? 0 : 5;
            Chart chart = chart(run, name);
            String when = offset == 0 ? "early-stop iteration" : "end of training";
            assertThat(chart.title()).isEqualTo("Training accuracy at the " + when);
            assertThat(chart.subtitle()).contains(" · 2 to 3 of 3 trials · ");
            assertThat(panel(chart).y().label()).isEqualTo("training accuracy (%)");
            for (String control : List.of("ticket", "reinit")) {
                List<Point> points = line(chart, control).points();
                assertThat(points).hasSize(5).allSatisfy(p -> assertThat(p.y()).isCloseTo(91 + offset, near(1e-9)));
                assertThat(points.getLast().low()).isCloseTo(90 + offset, near(1e-9));
                assertThat(points.getLast().high()).isCloseTo(92 + offset, near(1e-9));
            }
        }
        assertThat(chart(run, "accuracy").subtitle()).contains(" · 3 trials · ");
    }

    @Test
    void anAccuracyAxisEndsAtAHundredPercent() {
        SampleRun run = SampleRun.of("mnist", 2000, 1, 4, List.of("ticket")).with(row -> SampleRun.trained(row, 0.95));
        Chart chart = chart(run, "train-accuracy-end");
        assertThat(line(chart, "ticket").points()).extracting(Point::y).containsOnly(100.0);
        assertThat(panel(chart).y().high()).isEqualTo(100);
        assertThat(panel(chart).y().ticks()).extracting(Axis.Tick::label).last().isEqualTo("100.0");
    }

    @Test
    void curvesShowThePapersSizesAndOneReinit() {
        Chart chart = chart(SampleRun.of("mnist", 3000, 2, 19, ALL), "curves");
        assertThat(panel(chart).lines())
                .extracting(Line::label)
                .containsExactly("dense, 100 %", "51.3 %", "21.1 %", "6.95 %", "3.58 %", "1.85 %", "reinit, 21.1 %");
        assertThat(panel(chart).lines().getLast().stroke()).isEqualTo(Chart.Stroke.DASHED);
        assertThat(panel(chart).lines().getLast().ink())
                .isEqualTo(Look.of("reinit").ink());
        assertThat(panel(chart).lines())
                .allSatisfy(line -> assertThat(line.points()).hasSize(30));
        assertThat(panel(chart).lines())
                .allSatisfy(line -> assertThat(line.points().stream()
                                .filter(point -> point.hasBar()
                                        && point.x() <= panel(chart).x().high())
                                .count())
                        .isBetween(2L, 10L));
    }

    @Test
    void noTwoCurvesHaveBarsAtOneIteration() {
        for (int iterations : new int[] {800, 3000, 30_000}) {
            Chart chart = chart(SampleRun.of("mnist", iterations, 2, 19, ALL), "curves");
            assertThat(panel(chart).lines())
                    .hasSize(7)
                    .allSatisfy(line -> assertThat(line.points()).anyMatch(Point::hasBar))
                    .flatExtracting(
                            line -> line.points().stream().filter(Point::hasBar).toList())
                    .extracting(Point::x)
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void oneTrialHasNoBarsAndSaysNothingOfThem() {
        SampleRun run = SampleRun.of("mnist", 1000, 1, 2, List.of("ticket", "one_shot"));
        for (Chart chart : charts(run)) {
            boolean shifted = panel(chart).lines().stream().anyMatch(line -> line.shift() != 0);
            assertThat(chart.subtitle())
                    .isEqualTo("LeNet-300-100 on MNIST · 1 trial" + (shifted ? " · points side by side" : ""));
            assertThat(panel(chart).lines())
                    .flatExtracting(Line::points)
                    .allSatisfy(point -> assertThat(point.note()).doesNotContain("("));
        }
        SampleRun redrawn = SampleRun.of("mnist", 1000, 1, 2, List.of("ticket", "reinit"));
        assertThat(chart(redrawn, "accuracy").subtitle())
                .endsWith(" · 1 trial · mean, bars from minimum to maximum, side by side");
        assertThat(chart(redrawn, "speed").subtitle()).endsWith(" · 1 trial");
    }

    /// On an even axis their whole descent would be one upright stroke.
    @Test
    void lossesThatFallFarHaveALogarithmicAxis() {
        SampleRun run = SampleRun.of("mnist", 3000, 2, 4, List.of("ticket", "reinit"));
        Chart even = chart(run, "validation-loss");
        assertThat(panel(even).y().label()).isEqualTo("validation loss");
        Chart chart = chart(run.withLosses(row -> Math.exp(-row.iteration() / 100.0) + 1e-5), "validation-loss");
        Axis y = panel(chart).y();
        assertThat(y.label()).isEqualTo("validation loss, logarithmic");
        assertThat(panel(chart).lines())
                .flatExtracting(Line::points)
                .allSatisfy(point -> assertThat(y.holds(point.y())).isTrue());
        Chart vanishing =
                chart(run.withLosses(row -> row.iteration() < 2000 ? 1.0 / row.iteration() : 0), "validation-loss");
        assertThat(SvgPen.file(vanishing)).doesNotContain("NaN").doesNotContain("Infinity");
    }

    @Test
    void aLossAxisDoesNotGoBelowZero() {
        SampleRun run = SampleRun.of("mnist", 3000, 2, 4, List.of("ticket", "reinit"))
                .withLosses(row -> row.iteration() < 1000 ? 1 : 0.02);
        Axis y = panel(chart(run, "validation-loss")).y();
        assertThat(y.low()).isZero();
    }

    @Test
    void aShortLadderShowsItsLastLevel() {
        Chart chart = chart(SampleRun.of(Digits.NAME, 600, 1, 5, List.of("ticket", "reinit")), "curves");
        assertThat(panel(chart).lines())
                .extracting(Line::label)
                .containsExactly("dense, 100 %", "51.3 %", "32.9 %", "reinit, 32.9 %");
        assertThat(chart.subtitle()).contains("synthetic digits").contains("1 trial ");
    }

    @Test
    void theAxisHoldsTheTicketsBars() {
        Chart chart = chart(spread("ticket"), "accuracy");
        for (Point point : line(chart, "ticket").points()) {
            assertThat(point.low()).isGreaterThan(panel(chart).y().low());
            assertThat(point.high()).isLessThan(panel(chart).y().high());
        }
        assertThat(chart.key()).isEmpty();
    }

    @Test
    void aBarThatLeavesTheAxisHasAnArrowThatIsExplained() {
        Chart chart = chart(spread("reinit"), "accuracy");
        Point point = line(chart, "reinit").points().getLast();
        assertThat(point.low()).isLessThan(panel(chart).y().low());
        assertThat(point.leavesBelow(panel(chart).y())).isTrue();
        assertThat(point.leavesAbove(panel(chart).y())).isFalse();
        assertThat(chart.key()).isEqualTo("arrow: the bar goes on beyond the axis");
        String arrow = SvgPen.file(chart);
        assertThat(arrow).contains(">arrow: the bar goes on beyond the axis</text>");
        Matcher heads = Pattern.compile("d=\"M[\\d.]+ ([\\d.]+)L[\\d.]+ ([\\d.]+)L[\\d.]+ \\1\"")
                .matcher(arrow);
        assertThat(heads.results().filter(head -> !head.group(1).equals(head.group(2))))
                .singleElement()
                .satisfies(head -> assertThat(head.group(2)).isEqualTo("498"));
    }

    @Test
    void anEarlyStopAtTheVeryEndIsHollow() {
        SampleRun run = SampleRun.of("mnist", 1000, 3, 2, List.of("ticket", "reinit"))
                .with(row -> SampleRun.stop(
                        row, row.control().equals("ticket") && row.level() != 1 && row.trial() == 2 ? 1000 : 300));
        Chart chart = chart(run, "early-stop");
        assertThat(line(chart, "ticket").points()).extracting(Point::hollow).containsExactly(true, false, true);
        assertThat(line(chart, "reinit").points()).noneMatch(Point::hollow);
        assertThat(line(chart, "ticket").points().getLast().note()).contains("left: ≥ 533 (300 to 1,000)");
        assertThat(panel(chart).lines().getFirst().label()).isEqualTo("dense (≥ 533)");
        assertThat(chart.key()).startsWith("hollow: validation loss of some trainings was lowest at the very end");
        assertThat(SvgPen.file(chart).split("class=\"fill-paper line-blue\"", -1))
                .hasSize(3);
        assertThat(panel(chart(run, "accuracy")).lines())
                .allSatisfy(line -> assertThat(line.points()).noneMatch(Point::hollow));
        assertThat(chart(run, "accuracy").key()).isEmpty();
    }

    @Test
    void aBarBesideTheAxisIsNotDrawn() {
        for (double y : new double[] {10, 90}) {
            List<Point> points = List.of(new Point(5, y, y - 5, y + 5, "", false));
            Line line = new Line(0, "a", Ink.BLUE, Look.Marker.NONE, Chart.Stroke.SOLID, 0, points);
            Axis axis = Axis.even("x", 0, 10, 5);
            Chart chart = new Chart("n", "t", "s", axis, Axis.even("y", 40, 60, 5), List.of(line));
            assertThat(chart.key()).isEqualTo(y < 40 ? "below the axis: a" : "");
            assertThat(SvgPen.file(chart).split("path class=\"line-blue\"", -1))
                    .as("the legend's")
                    .hasSize(2);
        }
    }

    /// Three trials of which one trains the last level badly.
    private static SampleRun spread(String control) {
        return SampleRun.of("mnist", 1000, 3, 2, List.of("ticket", "reinit"))
                .with(row -> row.control().equals(control) && row.level() == 2 && row.trial() == 1 && row.draw() < 2
                        ? SampleRun.accuracy(row, 0.5)
                        : row);
    }

    @Test
    void divergedTrainingsAreLeftOut() {
        SampleRun run = SampleRun.of("mnist", 1000, 2, 3, List.of("ticket", "reinit"))
                .with(row ->
                        row.level() == 2 || (row.trial() == 1 && row.level() == 3) ? SampleRun.diverged(row) : row);
        for (Chart chart : charts(run)) {
            assertThat(panel(chart).y().low()).as(chart.name()).isFinite();
            assertThat(panel(chart).y().high()).as(chart.name()).isFinite();
            assertThat(SvgPen.file(chart))
                    .as(chart.name())
                    .doesNotContain("NaN")
                    .doesNotContain("Infinity");
        }
        List<Point> ticket = line(chart(run, "early-stop"), "ticket").points();
        assertThat(ticket.get(2).y()).isNaN();
        assertThat(chart(run, "speed").subtitle()).contains(" · 1 to 2 of 2 trials · ");
        assertThat(ticket.get(3).hasBar()).isFalse();
        assertThat(ticket.get(3).y()).isGreaterThan(0);
    }

    @Test
    void everythingDivergedStillDraws() {
        SampleRun run = SampleRun.of("mnist", 300, 1, 1, List.of("ticket")).with(SampleRun::diverged);
        assertThat(charts(run)).hasSize(8).allSatisfy(chart -> {
            assertThat(SvgPen.file(chart)).doesNotContain("NaN").doesNotContain("Infinity");
            assertThat(chart.subtitle()).isEqualTo("LeNet-300-100 on MNIST · 0 of 1 trial");
        });
    }

    @Test
    void theSameControlLooksTheSameEverywhere() {
        for (Chart chart : charts(SampleRun.of("mnist", 1000, 1, 2, ALL))) {
            for (Line line : panel(chart).lines()) {
                if (line.marker() != Look.Marker.NONE) {
                    Look look = ALL.stream()
                            .map(Look::of)
                            .filter(l -> l.label().equals(line.label()))
                            .findFirst()
                            .orElseThrow();
                    assertThat(line.ink()).isEqualTo(look.ink());
                    assertThat(line.marker()).isEqualTo(look.marker());
                }
            }
        }
        assertThat(ALL.stream().map(control -> Look.of(control).ink()).distinct())
                .hasSize(5);
    }

    /// By shape and by colour each, for whoever sees no colours and whoever sees no shapes.
    @Test
    void allControlsTogetherCanBeToldApart() {
        List<Look> looks = Control.labels().stream().map(Look::of).toList();
        assertThat(looks).isSorted();
        assertThat(looks).extracting(Look::label).doesNotHaveDuplicates();
        assertThat(looks).extracting(Look::ink).doesNotHaveDuplicates();
        assertThat(looks.stream().map(Look::marker).filter(marker -> marker != Look.Marker.DIAMOND))
                .as("one-shot and reset have one shape")
                .doesNotHaveDuplicates()
                .hasSize(looks.size() - 2);
        Chart chart = chart(SampleRun.of("mnist", 1000, 1, 2, Control.labels()), "accuracy");
        assertThat(panel(chart).lines())
                .extracting(Line::label)
                .containsAll(looks.stream().map(Look::label).toList());
        assertThat(SvgPen.file(chart)).contains(">noise 0.5σ</text>").contains(">initial magnitude</text>");
    }

    @Test
    void speedShowsTheMedian() {
        SampleRun run = SampleRun.of("mnist", 300, 3, 2, List.of("ticket"));
        List<Double> steps = run.levels().stream()
                .filter(row -> row.level() == 1)
                .map(row -> row.usPerStep())
                .sorted()
                .toList();
        assertThat(line(chart(run, "speed"), "ticket").points().get(1).y()).isEqualTo(steps.get(1));
    }

    private List<Chart> charts(SampleRun run) {
        return new Figures(RunFiles.read(run.write(folder))).all();
    }

    private Chart chart(SampleRun run, String name) {
        return charts(run).stream()
                .filter(chart -> chart.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    static Chart.Panel panel(Chart chart) {
        assertThat(chart.panels()).hasSize(1);
        return chart.panels().getFirst();
    }

    private static Line line(Chart chart, String label) {
        return panel(chart).lines().stream()
                .filter(line -> line.label().equals(label))
                .findFirst()
                .orElseThrow();
    }

    private static org.assertj.core.data.Offset<Double> near(double offset) {
        return org.assertj.core.data.Offset.offset(offset);
    }
}
