package dev.tombola.report;

import java.util.EnumSet;
import java.util.Set;

/// Draws a chart as SVG. One decimal and nothing of the machine in it: the same chart gives the same bytes.
final class SvgPen implements Pen {
    private final StringBuilder body = new StringBuilder();
    private final Set<Ink> inks = EnumSet.of(Ink.PAPER);
    private final Chart chart;
    private int clips;

    private SvgPen(Chart chart) {
        this.chart = chart;
        ChartPainter.paint(chart, this);
    }

    /// The `<svg>` element alone, to be put in a page that has the rules of `Ink.darkCss`.
    static String inline(Chart chart) {
        return new SvgPen(chart).element("");
    }

    /// A whole SVG file.
    static String file(Chart chart) {
        SvgPen pen = new SvgPen(chart);
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                + pen.element("<style>" + Ink.darkCss(pen.inks) + "</style>\n");
    }

    private String element(String style) {
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"tombola\" viewBox=\"0 0 " + Chart.WIDTH + " "
                + chart.height() + "\" width=\"" + Chart.WIDTH + "\" height=\"" + chart.height()
                + "\" role=\"img\" aria-label=\""
                + Html.escape(
                        chart.title() + ". " + chart.subtitle() + (chart.key().isEmpty() ? "" : ". " + chart.key()))
                + "\" font-family=\"system-ui, 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif\">\n" + style
                + "<rect width=\"100%\" height=\"100%\" class=\"" + Ink.PAPER.fill() + "\" fill=\"" + Ink.PAPER.light
                + "\"/>\n" + body + "</svg>\n";
    }

    @Override
    public void text(double x, double y, String text, Anchor anchor, int size, boolean bold, Ink ink) {
        String position = "x=\"" + number(x) + "\" y=\"" + number(y) + "\"";
        write(position, text, anchor, size, bold, ink);
    }

    @Override
    public void upwards(double x, double y, String text, int size, Ink ink) {
        String position = "transform=\"translate(" + number(x) + " " + number(y) + ") rotate(-90)\"";
        write(position, text, Anchor.MIDDLE, size, false, ink);
    }

    private void write(String position, String text, Anchor anchor, int size, boolean bold, Ink ink) {
        body.append("<text ")
                .append(position)
                .append(" font-size=\"")
                .append(size)
                .append('"');
        if (bold) {
            body.append(" font-weight=\"600\"");
        }
        if (anchor != Anchor.START) {
            body.append(" text-anchor=\"")
                    .append(anchor == Anchor.MIDDLE ? "middle" : "end")
                    .append('"');
        }
        fill(ink);
        body.append('>').append(Html.escape(text)).append("</text>\n");
    }

    @Override
    public void path(double[] xs, double[] ys, int count, Ink ink, double width, Chart.Stroke stroke) {
        inks.add(ink);
        body.append("<path class=\"")
                .append(ink.stroke())
                .append("\" stroke=\"")
                .append(ink.light);
        body.append("\" stroke-width=\"").append(number(width)).append("\" fill=\"none\" stroke-linejoin=\"round\"");
        switch (stroke) {
            case SOLID -> {}
            case DASHED -> body.append(" stroke-dasharray=\"7 5\"");
            case DOTTED -> body.append(" stroke-dasharray=\"2 4\"");
            case REFERENCE -> body.append(" stroke-dasharray=\"3 3\"");
        }
        body.append(" d=\"");
        for (int i = 0; i < count; i++) {
            body.append(i == 0 ? 'M' : 'L');
            body.append(number(xs[i])).append(' ').append(number(ys[i]));
        }
        body.append("\"/>\n");
    }

    @Override
    public void marker(double x, double y, Look.Marker marker, Ink ink, boolean hollow, String note) {
        if (marker == Look.Marker.NONE) {
            return;
        }
        if (marker == Look.Marker.CIRCLE) {
            body.append("<circle cx=\"").append(number(x)).append("\" cy=\"").append(number(y));
            body.append("\" r=\"").append(number(RADIUS)).append('"');
        } else {
            body.append("<polygon points=\"");
            for (double[] corner : Pen.corners(marker)) {
                body.append(number(x + corner[0])).append(',').append(number(y + corner[1]));
                body.append(' ');
            }
            body.setCharAt(body.length() - 1, '"');
        }
        if (hollow) {
            inks.add(ink);
            body.append(" class=\"%s %s\" fill=\"%s\" stroke=\"%s\" stroke-width=\"1.6\""
                    .formatted(Ink.PAPER.fill(), ink.stroke(), Ink.PAPER.light, ink.light));
        } else {
            fill(ink);
        }
        body.append(note.isEmpty() ? "/>\n" : "><title>" + Html.escape(note) + "</title>");
        if (!note.isEmpty()) {
            body.append(marker == Look.Marker.CIRCLE ? "</circle>\n" : "</polygon>\n");
        }
    }

    @Override
    public void clip(double x, double y, double width, double height) {
        String id = chart.name() + "-plot-" + ++clips;
        body.append("<clipPath id=\"").append(id).append("\"><rect x=\"").append(number(x));
        body.append("\" y=\"").append(number(y)).append("\" width=\"").append(number(width));
        body.append("\" height=\"").append(number(height)).append("\"/></clipPath>\n");
        body.append("<g clip-path=\"url(#").append(id).append(")\">\n");
    }

    @Override
    public void unclip() {
        body.append("</g>\n");
    }

    private void fill(Ink ink) {
        inks.add(ink);
        body.append(" class=\"")
                .append(ink.fill())
                .append("\" fill=\"")
                .append(ink.light)
                .append('"');
    }

    /// `value` to a tenth, without a needless `.0`.
    private static String number(double value) {
        long tenths = Math.round(value * 10);
        return tenths % 10 == 0 ? Long.toString(tenths / 10) : Double.toString(tenths / 10.0);
    }
}
