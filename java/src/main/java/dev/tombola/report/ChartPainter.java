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
        panels(legend() + 16, chart.height() - X_LABEL);
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

    /// Draws the legend in rows and returns where it ends.
    private double legend() {
        double x = EDGE;
        double y = chart.key().isEmpty() ? LEGEND_TOP : LEGEND_TOP + 20;
        for (Chart.Line line : chart.legend()) {
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

    static double lineWidth(Chart.Line line) {
        return line.stroke() == Chart.Stroke.REFERENCE ? 1.3 : 2;
    }

    /// A generous guess at a text's width, the same for every font and machine.
    private static double textWidth(String text, int size) {
        return 0.54 * size * text.length();
    }
}
