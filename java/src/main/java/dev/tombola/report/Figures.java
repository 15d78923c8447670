package dev.tombola.report;

import dev.tombola.lottery.CurveRow;
import dev.tombola.report.Chart.Line;
import dev.tombola.report.Chart.Point;
import dev.tombola.report.Levels.Measure;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;

/// The eight figures of a run. The source of their form is Frankle and Carbin, figures 3, 4, 11 and 12.
final class Figures {
    /// Pixels between the bars of neighbouring series.
    private static final double SHIFT = 2.6;

    /// About how many bars a curve carries.
    private static final int BARS = 9;

    private final RunFiles run;
    private final Levels levels;
    private final Curves curves;
    private final Asked asked;
    private final Subtitle subtitle;

    Figures(RunFiles run) {
        this.run = run;
        levels = run.levels();
        curves = new Curves(run.curves(), levels);
        asked = run.asked();
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
                        bySize(
                                "early-stop",
                                "Early-stop iteration",
                                "early-stop iteration",
                                Measure.EARLY_STOP,
                                1,
                                Text::whole),
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
        String accuracy = images + " accuracy ";
        return bySize(name, accuracy + when, accuracy.toLowerCase(Locale.ROOT) + "(%)", measure, 100, Text::short3);
    }

    /// A measure against the percent of weights left, one line per control and the dense network's mean.
    private Chart bySize(
            String name, String title, String label, Measure measure, double unit, DoubleFunction<String> format) {
        String ticket = Look.of(Levels.TICKET).label();
        Stat dense = levels.stat(Levels.TICKET, 0, measure);
        List<String> controls = levels.controls();
        List<Line> lines = new ArrayList<>();
        for (int i = 0; i < controls.size(); i++) {
            String control = controls.get(i);
            Look look = Look.of(control);
            List<Point> points = new ArrayList<>();
            if (!control.equals(Levels.TICKET) && dense.known()) {
                points.add(Point.bare(100, unit * dense.mean()));
            }
            for (int level : levels.levels()) {
                if (levels.has(control, level)) {
                    Stat stat = levels.stat(control, level, measure);
                    points.add(point(control, level, stat, unit, format, atEnd(control, level, measure)));
                }
            }
            double shift = SHIFT * (i - (controls.size() - 1) / 2.0);
            lines.addFirst(new Line(i, look.label(), look.ink(), look.marker(), Chart.Stroke.SOLID, shift, points));
        }
        Axis x = Axis.percentLeft(smallest());
        if (dense.known()) {
            String least = atEnd(Levels.TICKET, 0, measure) ? "≥ " : "";
            String what = "dense (" + least + format.apply(unit * dense.mean()) + (unit == 100 ? " %)" : ")");
            lines.addFirst(reference(what, x, unit * dense.mean(), controls.size()));
        }
        Axis y = measure == Measure.EARLY_STOP
                ? Heights.fromZero(label, lines, 8)
                : new Heights(
                                0,
                                Double.POSITIVE_INFINITY,
                                true,
                                line -> line.label().equals(ticket))
                        .axis(label, lines);
        return new Chart(name, title, subtitle.of(keys(controls), measure, "mean"), x, shown(y, unit), lines);
    }

    /// Microseconds of a training step against the percent of weights left; median and bars over trials.
    private Chart speed() {
        Look look = Look.of(Levels.TICKET);
        List<Point> points = new ArrayList<>();
        for (int level : levels.levels()) {
            if (levels.has(Levels.TICKET, level)) {
                Stat stat = levels.stat(Levels.TICKET, level, Measure.STEP);
                Stat median = new Stat(stat.median(), stat.median(), stat.low(), stat.high(), stat.count());
                points.add(point(Levels.TICKET, level, median, 1, Text::short3, false));
            }
        }
        Axis x = Axis.percentLeft(smallest());
        List<Line> lines = new ArrayList<>();
        Stat dense = levels.stat(Levels.TICKET, 0, Measure.STEP);
        if (dense.known()) {
            String what = "dense (" + Text.short3(dense.median()) + " µs)";
            lines.add(reference(what, x, dense.median(), 1));
        }
        lines.add(new Line(0, look.label(), look.ink(), look.marker(), Chart.Stroke.SOLID, 0, points));
        String of = subtitle.of(keys(List.of(Levels.TICKET)), Measure.STEP, "median");
        return new Chart(
                "speed", "Time of one training step", of, x, Heights.fromZero("µs per training step", lines, 8), lines);
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
            int every = 1 + (int) stats.stream().filter(e -> e.getKey() <= end).count() / BARS;
            List<Point> points = new ArrayList<>();
            for (int j = 0; j < stats.size(); j++) {
                Stat stat = stats.get(j).getValue();
                boolean marked = j % every == every * (i + 1) / (keys.size() + 1);
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
        Axis y = shown(heights.axis(label, lines), unit);
        return new Chart(name, title, subtitle.of(keys, Measure.TEST_END, "mean"), x, y, lines);
    }

    /// No accuracy is above 100 %.
    private static Axis shown(Axis y, double unit) {
        return unit == 100 ? y.ticksTo(100) : y;
    }

    /// Whether this is an early stop that some trainings had not reached yet.
    private boolean atEnd(String control, int level, Measure measure) {
        return measure == Measure.EARLY_STOP && levels.stopsAtEnd(control, level, run.lastIteration());
    }

    private Point point(
            String control, int level, Stat stat, double unit, DoubleFunction<String> format, boolean hollow) {
        double percent = levels.percentLeft(level);
        String share = asked.share(control, stat.count());
        String note = "%s, level %d, %s %% left: %s%s (%s to %s)%s"
                .formatted(
                        Look.of(control).label(),
                        level,
                        Text.percentLeft(percent),
                        hollow ? "≥ " : "",
                        format.apply(unit * stat.mean()),
                        format.apply(unit * stat.low()),
                        format.apply(unit * stat.high()),
                        share.isEmpty() ? "" : ", " + share);
        return new Point(percent, unit * stat.mean(), unit * stat.low(), unit * stat.high(), note, hollow);
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
                .flatMap(control -> levels.levels().stream()
                        .filter(level -> levels.has(control, level))
                        .map(level -> new Curves.Key(control, level)))
                .toList();
    }
}
