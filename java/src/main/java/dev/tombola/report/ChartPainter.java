package dev.tombola.report;

import java.util.Comparator;
import java.util.List;

/// Lays a chart out and draws it with any pen.
final class ChartPainter {
    private static final double EDGE = 24;
    private static final double RIGHT = Chart.WIDTH - 36.0;
    private static final double BOTTOM = Chart.HEIGHT - 62.0;
    private static final double LEGEND_TOP = 80;
    private static final double LEGEND_ROW = 21;
    private static final double LEGEND_LINE = 30;

    /// Length of an arrow's head.
    private static final double ARROW = 9;

    private final Chart chart;
    private final Pen pen;
    private final double left;
    private double top;

    private ChartPainter(Chart chart, Pen pen) {
        this.chart = chart;
        this.pen = pen;
        double widest = chart.y().ticks().stream()
                .mapToDouble(tick -> textWidth(tick.label(), 13))
                .max()
                .orElse(0);
        left = EDGE + 36 + widest;
    }

    static void paint(Chart chart, Pen pen) {
        new ChartPainter(chart, pen).paint();
    }

    private void paint() {
        pen.text(EDGE, 32, chart.title(), Pen.Anchor.START, 18, true, Ink.TEXT);
        pen.text(EDGE, 54, chart.subtitle(), Pen.Anchor.START, 13, false, Ink.MUTED);
        if (!chart.key().isEmpty()) {
            pen.text(EDGE, LEGEND_TOP - 6, chart.key(), Pen.Anchor.START, 13, false, Ink.MUTED);
        }
        top = legend() + 16;
        axes();
        pen.clip(left, top, RIGHT - left, BOTTOM - top);
        for (Chart.Line line : chart.lines()) {
            bars(line);
        }
        for (Chart.Line line : chart.lines()) {
            means(line);
        }
        for (Chart.Line line : chart.lines()) {
            markers(line);
        }
        pen.unclip();
    }

    /// Draws the legend in rows and returns where it ends.
    private double legend() {
        double x = EDGE;
        double y = chart.key().isEmpty() ? LEGEND_TOP : LEGEND_TOP + 20;
        List<Chart.Line> ranked = chart.lines().stream()
                .filter(line -> line.rank() >= 0)
                .sorted(Comparator.comparingInt(Chart.Line::rank))
                .toList();
        for (Chart.Line line : ranked) {
            double width = LEGEND_LINE + 8 + textWidth(line.label(), 13);
            if (x > EDGE && x + width > RIGHT) {
                x = EDGE;
                y += LEGEND_ROW;
            }
            pen.path(
                    new double[] {x, x + LEGEND_LINE},
                    new double[] {y - 4.5, y - 4.5},
                    2,
                    line.ink(),
                    lineWidth(line),
                    line.stroke());
            pen.marker(x + LEGEND_LINE / 2, y - 4.5, line.marker(), line.ink(), false, "");
            pen.text(x + LEGEND_LINE + 8, y, line.label(), Pen.Anchor.START, 13, false, Ink.TEXT);
            x += width + 18;
        }
        return y;
    }

    private void axes() {
        for (Axis.Tick tick : chart.y().ticks()) {
            double y = y(tick.value());
            stroke(left, y, RIGHT, y, Ink.GRID, 1);
            pen.text(left - 10, y + 4.5, tick.label(), Pen.Anchor.END, 13, false, Ink.MUTED);
        }
        for (Axis.Tick tick : chart.x().ticks()) {
            double x = x(tick.value());
            stroke(x, top, x, BOTTOM, Ink.GRID, 1);
            stroke(x, BOTTOM, x, BOTTOM + 5, Ink.MUTED, 1);
            pen.text(x, BOTTOM + 21, tick.label(), Pen.Anchor.MIDDLE, 13, false, Ink.MUTED);
        }
        stroke(left, BOTTOM, RIGHT, BOTTOM, Ink.MUTED, 1);
        pen.text((left + RIGHT) / 2, BOTTOM + 46, chart.x().label(), Pen.Anchor.MIDDLE, 14, false, Ink.TEXT);
        pen.upwards(EDGE + 10, (top + BOTTOM) / 2, chart.y().label(), 14, Ink.TEXT);
    }

    private void bars(Chart.Line line) {
        for (Chart.Point point : line.points()) {
            if (point.hasBar(chart.y())) {
                double x = x(point.x()) + line.shift();
                double low = y(Math.max(point.low(), chart.y().low()));
                double high = y(Math.min(point.high(), chart.y().high()));
                stroke(x, low, x, high, line.ink(), 1.2);
                end(x, low, point.leavesBelow(chart.y()) ? -ARROW : 0, line.ink());
                end(x, high, point.leavesAbove(chart.y()) ? ARROW : 0, line.ink());
            }
        }
    }

    /// A bar's end: a stroke across, or the head of an arrow with its wings `back` pixels below its tip.
    private void end(double x, double y, double back, Ink ink) {
        double wing = back == 0 ? 3.5 : 5;
        double width = back == 0 ? 1.2 : 2;
        pen.path(
                new double[] {x - wing, x, x + wing},
                new double[] {y + back, y, y + back},
                3,
                ink,
                width,
                Chart.Stroke.SOLID);
    }

    private void means(Chart.Line line) {
        double[] xs = new double[line.points().size()];
        double[] ys = new double[xs.length];
        int count = 0;
        for (Chart.Point point : line.points()) {
            if (Double.isFinite(point.y())) {
                xs[count] = x(point.x()) + line.shift();
                ys[count++] = y(point.y());
            } else {
                segment(line, xs, ys, count);
                count = 0;
            }
        }
        segment(line, xs, ys, count);
    }

    private void segment(Chart.Line line, double[] xs, double[] ys, int count) {
        if (count > 1) {
            pen.path(xs, ys, count, line.ink(), lineWidth(line), line.stroke());
        }
    }

    private void markers(Chart.Line line) {
        for (Chart.Point point : line.points()) {
            if (!point.note().isEmpty() && Double.isFinite(point.y())) {
                pen.marker(
                        x(point.x()) + line.shift(),
                        y(point.y()),
                        line.marker(),
                        line.ink(),
                        point.hollow(),
                        point.note());
            }
        }
    }

    private void stroke(double x1, double y1, double x2, double y2, Ink ink, double width) {
        pen.path(new double[] {x1, x2}, new double[] {y1, y2}, 2, ink, width, Chart.Stroke.SOLID);
    }

    private static double lineWidth(Chart.Line line) {
        return line.stroke() == Chart.Stroke.REFERENCE ? 1.3 : 2;
    }

    private double x(double value) {
        return left + chart.x().position(value) * (RIGHT - left);
    }

    private double y(double value) {
        return BOTTOM - chart.y().position(value) * (BOTTOM - top);
    }

    /// A generous guess at a text's width, the same for every font and machine.
    private static double textWidth(String text, int size) {
        return 0.54 * size * text.length();
    }
}
