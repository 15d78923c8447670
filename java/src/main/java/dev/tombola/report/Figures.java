package dev.tombola.report;

import dev.tombola.lottery.CurveRow;
import dev.tombola.lottery.EarlyStop;
import dev.tombola.report.Chart.Line;
import dev.tombola.report.Chart.Point;
import dev.tombola.report.Levels.Measure;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/// The figures of a run. The source of their form is Frankle and Carbin, figures 3, 4, 11 and 12.
final class Figures {
    private static final Quantity STEP = new Quantity(
            "speed",
            "Time of one training step",
            "µs of core time per training step",
            _ -> Measure.STEP,
            1,
            Text::short3);

    /// About how many bars a curve carries.
    private static final int BARS = 9;

    private final RunFiles run;
    private final Levels levels;
    private final Curves curves;
    private final Subtitle subtitle;

    Figures(RunFiles run) {
        this.run = run;
        levels = run.levels();
        curves = new Curves(run.curves(), levels);
        subtitle = new Subtitle(run);
    }

    List<Chart> all() {
        return levels.isEmpty()
                ? List.of()
                : List.of(
                        accuracy("accuracy", "Test", "at the early-stop iteration", Measure.TEST_EARLY_STOP),
                        accuracy("accuracy-end", "Test", "at the end of training", Measure.TEST_END),
                        accuracy("train-accuracy", "Training", "at the early-stop iteration", Measure.TRAIN_EARLY_STOP),
                        accuracy("train-accuracy-end", "Training", "at the end of training", Measure.TRAIN_END),
                        bySize(Quantity.EARLY_STOP, Measure.EARLY_STOP),
                        byIteration(
                                "curves",
                                "Test accuracy during training",
                                "test accuracy (%)",
                                CurveRow::testAccuracy,
                                100),
                        byIteration(
                                "validation-loss",
                                "Validation loss during training",
                                "validation loss",
                                CurveRow::valLoss,
                                1),
                        speed());
    }

    /// @param images whose accuracy it is, of test or training
    private Chart accuracy(String name, String images, String when, Measure measure) {
        String accuracy = images + " accuracy";
        Quantity quantity =
                Quantity.accuracy(name, accuracy + " " + when, accuracy.toLowerCase(Locale.ROOT), _ -> measure);
        return bySize(quantity, measure);
    }

    /// A measure against the percent of weights left, one line per control and the dense network's mean.
    private Chart bySize(Quantity quantity, Measure measure) {
        List<String> controls = levels.controls();
        List<Line> lines = new ArrayList<>();
        for (int i = 0; i < controls.size(); i++) {
            Look look = Look.of(controls.get(i));
            List<Point> points = new Series(look.label(), run, controls.get(i), quantity).points(levels::percentLeft);
            double shift = Line.shift(i, controls.size());
            lines.addFirst(new Line(i, look.label(), look.ink(), look.marker(), Chart.Stroke.SOLID, shift, points));
        }
        String ticket = Look.of(Levels.TICKET).label();
        Axis x = Axis.percentLeft(smallest());
        Series dense = new Series(ticket, run, Levels.TICKET, quantity);
        Stat level0 = dense.at(0);
        if (level0.known()) {
            String value = quantity.format().apply(level0.mean()) + (quantity.isAccuracy() ? " %" : "");
            String what = "dense (" + (dense.atEnd(0) ? EarlyStop.AT_LEAST : "") + value + ")";
            lines.addFirst(reference(what, x, level0.mean(), controls.size()));
        }
        Axis y = quantity.isAccuracy()
                ? new Heights(
                                0,
                                Double.POSITIVE_INFINITY,
                                true,
                                line -> line.label().equals(ticket))
                        .axis(quantity.label(), lines)
                : Heights.fromZero(quantity.label(), lines, 8);
        String of = subtitle.of(keys(controls), measure, "mean", lines);
        return new Chart(quantity.name(), quantity.title(), of, x, y, lines);
    }

    /// Microseconds of a training step against the percent of weights left; median and bars over trials.
    private Chart speed() {
        Look look = Look.of(Levels.TICKET);
        Series series = new Series(look.label(), run, Levels.TICKET, STEP);
        List<Point> points = new ArrayList<>();
        for (int level : series.levels()) {
            Stat stat = series.at(level);
            Stat median = new Stat(stat.median(), stat.median(), stat.low(), stat.high(), stat.count());
            points.add(series.point(level, levels.percentLeft(level), median));
        }
        Axis x = Axis.percentLeft(smallest());
        List<Line> lines = new ArrayList<>();
        Stat dense = levels.stat(Levels.TICKET, 0, Measure.STEP);
        if (dense.known()) {
            String what = "dense (" + Text.short3(dense.median()) + " µs)";
            lines.add(reference(what, x, dense.median(), 1));
        }
        lines.add(new Line(0, look.label(), look.ink(), look.marker(), Chart.Stroke.SOLID, 0, points));
        String of = subtitle.of(keys(List.of(Levels.TICKET)), Measure.STEP, "median", lines);
        return new Chart(STEP.name(), STEP.title(), of, x, Heights.fromZero(STEP.label(), lines, 8), lines);
    }

    /// A measure against the iteration for chosen levels of the ticket and one reinit.
    private Chart byIteration(
            String name, String title, String label, ToDoubleFunction<CurveRow> measure, double unit) {
        List<Curves.Key> keys = curves.chosen();
        int end = lastShown(keys);
        List<Line> lines = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            Curves.Key key = keys.get(i);
            boolean ticket = key.control().equals(Levels.TICKET);
            List<Map.Entry<Integer, Stat>> stats =
                    List.copyOf(curves.of(key, measure).entrySet());
            int shown = (int) stats.stream().filter(e -> e.getKey() <= end).count();
            // No two lines have bars at one iteration, and each has some.
            int every = Math.min(stats.size(), Math.max(1 + shown / BARS, keys.size()));
            List<Point> points = new ArrayList<>();
            for (int j = 0; j < stats.size(); j++) {
                Stat stat = stats.get(j).getValue();
                boolean marked = j % every == every * (2 * i + 1) / (2 * keys.size());
                points.add(new Point(
                        stats.get(j).getKey(),
                        unit * stat.mean(),
                        marked ? unit * stat.low() : Double.NaN,
                        marked ? unit * stat.high() : Double.NaN,
                        "",
                        false));
            }
            String size = Text.percentLeft(levels.percentLeft(key.level())) + " %";
            Ink ink = ticket ? Ink.ofSize(i) : Look.of(Levels.REINIT).ink();
            String called = key.level() == 0 ? "dense, " + size : ticket ? size : "reinit, " + size;
            Chart.Stroke stroke = ticket ? Chart.Stroke.SOLID : Chart.Stroke.DASHED;
            lines.add(new Line(i, called, ink, Look.Marker.NONE, stroke, 0, points));
        }
        Axis x = Axis.even("training iteration", 0, end, 8);
        Heights heights = new Heights(0.15 * end, end, unit == 100, line -> line.stroke() == Chart.Stroke.SOLID);
        String of = subtitle.of(keys, Measure.TEST_END, "mean", lines);
        return new Chart(name, title, of, x, heights.axis(label, lines), lines);
    }

    private static Line reference(String label, Axis x, double y, int rank) {
        List<Point> ends = List.of(Point.bare(x.high(), y), Point.bare(x.low(), y));
        return new Line(rank, label, Ink.MUTED, Look.Marker.NONE, Chart.Stroke.REFERENCE, 0, ends);
    }

    private double smallest() {
        return levels.percentLeft(levels.levels().getLast());
    }

    /// Training curves end long after anything happens: show half as long again as the latest mean early stop,
    /// and at least twenty evaluations, or all.
    private int lastShown(List<Curves.Key> keys) {
        int all = run.curves().stream().mapToInt(CurveRow::iteration).max().orElse(1);
        double latest = keys.stream()
                .map(key -> levels.stat(key.control(), key.level(), Measure.EARLY_STOP))
                .filter(Stat::known)
                .mapToDouble(Stat::mean)
                .max()
                .orElse(all);
        int first = run.curves().stream().mapToInt(CurveRow::iteration).min().orElse(1);
        double wanted = Math.max(1.5 * latest, 20.0 * first);
        double step = Axis.roundStep(Math.max(1, wanted / 8));
        double shown = step * Math.ceil(wanted / step);
        return shown > 0.8 * all ? all : (int) shown;
    }

    /// Every level that these controls have.
    private List<Curves.Key> keys(List<String> controls) {
        return controls.stream()
                .flatMap(control -> levels.levels(control).stream().map(level -> new Curves.Key(control, level)))
                .toList();
    }
}
