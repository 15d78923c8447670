package dev.tombola.report;

import dev.tombola.base.Plural;
import dev.tombola.report.Chart.Line;
import dev.tombola.report.Chart.Stroke;
import dev.tombola.report.Levels.Measure;
import java.util.ArrayList;
import java.util.IntSummaryStatistics;
import java.util.List;

/// The figures of a comparison: one colour for each run, one stroke for each control. The source of their form is
/// Frankle and Carbin, figures 7, 8 and 26 to 45.
final class ComparisonFigures {
    /// How controls are drawn, in the order they were asked for.
    static final List<Stroke> STROKES = List.of(Stroke.SOLID, Stroke.DASHED, Stroke.DOTTED);

    /// From the last level that is shown to the end of the x axis, as a factor.
    private static final double LEAVING = 0.7;

    private final Comparison comparison;
    private final List<Compared> runs;

    ComparisonFigures(Comparison comparison, List<Compared> runs) {
        this.comparison = comparison;
        this.runs = runs;
    }

    List<Chart> all() {
        Score score = comparison.score();
        String scored = score == Score.TEST ? "Test accuracy" : "Validation accuracy";
        String label = score.label() + " accuracy";
        List<Chart> charts = new ArrayList<>();
        charts.add(chart(Quantity.EARLY_STOP));
        charts.add(chart(
                Quantity.accuracy("accuracy", scored + " at the early-stop iteration", label, _ -> score.earlyStop())));
        for (int iteration : comparison.at()) {
            charts.add(chart(Quantity.accuracy(
                    "accuracy-at-" + iteration,
                    scored + " at iteration " + Text.count(iteration),
                    label,
                    run -> run.at(iteration, score.during()))));
        }
        charts.add(chart(Quantity.accuracy(
                "accuracy-end",
                scored + " at the end of training",
                label,
                run -> score == Score.TEST ? Measure.TEST_END : run.at((int) run.lastIteration(), score.during()))));
        return charts;
    }

    private Chart chart(Quantity quantity) {
        List<Line> lines = new ArrayList<>();
        IntSummaryStatistics trials = new IntSummaryStatistics();
        List<String> controls = comparison.controls();
        int count = runs.size() * controls.size();
        for (int i = 0; i < controls.size(); i++) {
            for (int j = 0; j < runs.size(); j++) {
                Compared compared = runs.get(j);
                String name = controls.size() == 1
                        ? compared.name()
                        : compared.name() + ", " + Look.of(controls.get(i)).label();
                Series series = new Series(name, compared.run(), controls.get(i), quantity);
                series.levels().stream()
                        .mapToInt(series::trials)
                        .filter(known -> known > 0)
                        .forEach(trials);
                lines.addFirst(new Line(
                        i == 0 ? j : -1,
                        i == 0 ? compared.name() : name,
                        compared.ink(),
                        compared.marker(),
                        STROKES.get(i),
                        Line.shift(j * controls.size() + i, count),
                        series.points(level -> comparison.size().of(compared.run(), level))));
            }
        }
        Axis y = quantity.isAccuracy()
                ? Heights.aboveFailures(quantity.label(), lines)
                : Heights.fromZero(quantity.label(), lines, 8);
        Axis x = comparison.size().axis(smallestShown(lines, y.low()), largest());
        for (int i = 0; i < controls.size() && controls.size() > 1; i++) {
            String name = Look.of(controls.get(i)).label();
            lines.addFirst(new Line(runs.size() + i, name, Ink.MUTED, Look.Marker.NONE, STROKES.get(i), 0, List.of()));
        }
        return new Chart(quantity.name(), quantity.title(), subtitle(trials, lines), x, y, lines);
    }

    /// The smallest network that a figure has room for: those that lie below the y axis in every run are left out, but
    /// for as much as shows the lines leave.
    private static double smallestShown(List<Line> lines, double floor) {
        double least = Double.POSITIVE_INFINITY;
        double shown = Double.POSITIVE_INFINITY;
        for (Line line : lines) {
            for (Chart.Point point : line.points()) {
                least = Math.min(least, point.x());
                shown = point.y() >= floor ? Math.min(shown, point.x()) : shown;
            }
        }
        return Double.isFinite(shown) ? Math.max(least, LEAVING * shown) : least;
    }

    private double largest() {
        return runs.stream()
                .mapToDouble(run -> comparison.size().dense(run.run()))
                .max()
                .orElseThrow();
    }

    private String subtitle(IntSummaryStatistics trials, List<Line> lines) {
        String network = Compared.same(runs, RunFiles::network);
        String count = trials.getCount() == 0
                ? "no trial"
                : trials.getMin() == trials.getMax()
                        ? Plural.of(trials.getMax(), "trial")
                        : trials.getMin() + " to " + Plural.of(trials.getMax(), "trial");
        return (network.isEmpty() ? "" : network + " on ")
                + runs.getFirst().run().data()
                + comparison.alone().map(" · "::concat).orElse("") + " · " + count
                + Subtitle.marks("mean", lines);
    }
}
