package dev.tombola.report;

import java.util.List;

/// Lays a chart out and draws it with any pen.
final class ChartPainter {
    private static final double EDGE = 24;
    private static final double RIGHT = Chart.WIDTH - 36.0;

    /// What the labels of the axes take, at the left and below.
    private static final double Y_LABEL = 26;

    private static final double X_LABEL = 62;
    private static final double LEGEND_TOP = 80;
    private static final double LEGEND_ROW = 21;
    private static final double LEGEND_LINE = 30;
    private static final double LEGEND_GAP = 18;

    /// Width of a line.
    static final double LINE = 2;

    /// Between panels: of two columns, and of two rows with the upper one's tick labels.
    private static final double COLUMN_GAP = 18;

    private static final double ROW_GAP = 40;
    private static final double PANEL_TITLE = 20;

    private final Chart chart;
    private final Pen pen;

    private ChartPainter(Chart chart, Pen pen) {
        this.chart = chart;
        this.pen = pen;
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
        panels(legend() + 20, chart.height() - X_LABEL);
    }

    private void panels(double top, double bottom) {
        List<Chart.Panel> panels = chart.panels();
        double ticks = 10
                + panels.stream()
                        .flatMap(panel -> panel.y().ticks().stream())
                        .mapToDouble(tick -> textWidth(tick.label(), 13))
                        .max()
                        .orElse(0);
        double width = (RIGHT - EDGE - Y_LABEL + COLUMN_GAP) / chart.columns();
        double height = (bottom - top + ROW_GAP) / chart.rows();
        for (int i = 0; i < panels.size(); i++) {
            int row = i / chart.columns();
            double x = EDGE + Y_LABEL + i % chart.columns() * width;
            double y = top + row * height;
            double title = panels.get(i).title().isEmpty() ? 0 : PANEL_TITLE;
            new PanelPainter(panels.get(i), pen, x + ticks, x + width - COLUMN_GAP, y + title, y + height - ROW_GAP)
                    .paint();
        }
        Chart.Panel first = panels.getFirst();
        double left = EDGE + Y_LABEL + ticks;
        pen.text((left + RIGHT) / 2, bottom + 46, first.x().label(), Pen.Anchor.MIDDLE, 14, false, Ink.TEXT);
        pen.upwards(EDGE + 10, (top + bottom) / 2, first.y().label(), 14, Ink.TEXT);
    }

    /// Draws the legend in as many columns as there is room for and returns where it ends.
    private double legend() {
        List<Chart.Line> lines = chart.legend();
        int columns = Math.max(1, lines.size());
        while (columns > 1 && starts(lines, columns)[columns] > RIGHT + LEGEND_GAP) {
            columns--;
        }
        double[] starts = starts(lines, columns);
        double top = chart.key().isEmpty() ? LEGEND_TOP : LEGEND_TOP + 20;
        double y = top;
        for (int i = 0; i < lines.size(); i++) {
            Chart.Line line = lines.get(i);
            double x = starts[i % columns];
            int row = i / columns;
            y = top + row * LEGEND_ROW;
            pen.path(
                    new double[] {x, x + LEGEND_LINE},
                    new double[] {y - 4.5, y - 4.5},
                    2,
                    line.ink(),
                    lineWidth(line),
                    line.stroke());
            pen.marker(x + LEGEND_LINE / 2, y - 4.5, line.marker(), line.ink(), false, "");
            pen.text(x + LEGEND_LINE + 8, y, line.label(), Pen.Anchor.START, 13, false, Ink.TEXT);
        }
        return y;
    }

    /// Where each column of a legend starts, and where the next would: each is as wide as its longest line.
    private static double[] starts(List<Chart.Line> lines, int columns) {
        double[] starts = new double[columns + 1];
        starts[0] = EDGE;
        for (int column = 0; column < columns; column++) {
            double width = 0;
            for (int i = column; i < lines.size(); i += columns) {
                width = Math.max(width, textWidth(lines.get(i).label(), 13));
            }
            starts[column + 1] = starts[column] + LEGEND_LINE + 8 + width + LEGEND_GAP;
        }
        return starts;
    }

    static double lineWidth(Chart.Line line) {
        return line.stroke() == Chart.Stroke.REFERENCE ? 1.3 : LINE;
    }

    /// A generous guess at a text's width, the same for every font and machine.
    private static double textWidth(String text, int size) {
        return 0.6 * size * text.length();
    }
}
