package dev.tombola.report;

/// Draws a panel's axes and lines into its place.
final class PanelPainter {
    /// Length of an arrow's head.
    private static final double ARROW = 9;

    private final Chart.Panel panel;
    private final Pen pen;
    private final double left;
    private final double right;
    private final double top;
    private final double bottom;

    /// A panel whose plot has these edges; tick labels and title lie outside.
    PanelPainter(Chart.Panel panel, Pen pen, double left, double right, double top, double bottom) {
        this.panel = panel;
        this.pen = pen;
        this.left = left;
        this.right = right;
        this.top = top;
        this.bottom = bottom;
    }

    void paint() {
        if (!panel.title().isEmpty()) {
            pen.text(left, top - 8, panel.title(), Pen.Anchor.START, 13, true, Ink.TEXT);
        }
        axes();
        panel.lines().forEach(this::bars);
        double more = ChartPainter.LINE / 2; // for a line that runs along an edge
        pen.clip(left - more, top - more, right - left + 2 * more, bottom - top + 2 * more);
        panel.lines().forEach(this::means);
        pen.unclip();
        panel.lines().forEach(this::markers);
    }

    private void axes() {
        for (Axis.Tick tick : panel.y().ticks()) {
            double y = y(tick.value());
            stroke(left, y, right, y, Ink.GRID, 1);
            pen.text(left - 10, y + 4.5, tick.label(), Pen.Anchor.END, 13, false, Ink.MUTED);
        }
        for (Axis.Tick tick : panel.x().ticks()) {
            double x = x(tick.value());
            stroke(x, top, x, bottom, Ink.GRID, 1);
            stroke(x, bottom, x, bottom + 5, Ink.MUTED, 1);
            pen.text(x, bottom + 21, tick.label(), Pen.Anchor.MIDDLE, 13, false, Ink.MUTED);
        }
        stroke(left, bottom, right, bottom, Ink.MUTED, 1);
    }

    private void bars(Chart.Line line) {
        for (Chart.Point point : line.points()) {
            if (panel.x().holds(point.x()) && point.hasBar(panel.y())) {
                double x = x(point.x()) + line.shift();
                double low = y(Math.max(point.low(), panel.y().low()));
                double high = y(Math.min(point.high(), panel.y().high()));
                stroke(x, low, x, high, line.ink(), 1.2);
                end(x, low, point.leavesBelow(panel.y()) ? -ARROW : 0, line.ink());
                end(x, high, point.leavesAbove(panel.y()) ? ARROW : 0, line.ink());
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
            pen.path(xs, ys, count, line.ink(), ChartPainter.lineWidth(line), line.stroke());
        }
    }

    private void markers(Chart.Line line) {
        for (Chart.Point point : line.points()) {
            if (!point.note().isEmpty()
                    && panel.x().holds(point.x())
                    && panel.y().holds(point.y())) {
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

    private double x(double value) {
        return left + panel.x().position(value) * (right - left);
    }

    private double y(double value) {
        return bottom - panel.y().position(value) * (bottom - top);
    }
}
