package dev.tombola.report;

import dev.tombola.base.Png;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.Map;

/// Draws a chart as PNG, two image pixels to a chart pixel.
final class ImagePen implements Pen {
    private static final int SCALE = 2;

    private final Graphics2D graphics;
    private final Map<Ink, Color> colours = new EnumMap<>(Ink.class);

    private ImagePen(Graphics2D graphics) {
        this.graphics = graphics;
    }

    /// The bytes of a PNG file, 1800 pixels wide.
    ///
    /// @throws LinkageError or InternalError or RuntimeException, whichever the JDK chooses, on a machine without fonts
    static byte[] png(Chart chart) {
        BufferedImage image =
                new BufferedImage(Chart.WIDTH * SCALE, chart.height() * SCALE, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        graphics.scale(SCALE, SCALE);
        ImagePen pen = new ImagePen(graphics);
        graphics.setColor(pen.colour(Ink.PAPER));
        graphics.fillRect(0, 0, Chart.WIDTH, chart.height());
        ChartPainter.paint(chart, pen);
        graphics.dispose();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            Png.write(image, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("could not encode the figure " + chart.name(), e);
        }
        return bytes.toByteArray();
    }

    @Override
    public void text(double x, double y, String text, Anchor anchor, int size, boolean bold, Ink ink) {
        graphics.setFont(new Font(Font.SANS_SERIF, bold ? Font.BOLD : Font.PLAIN, size));
        graphics.setColor(colour(ink));
        double width = graphics.getFontMetrics().getStringBounds(text, graphics).getWidth();
        double start = switch (anchor) {
            case START -> x;
            case MIDDLE -> x - width / 2;
            case END -> x - width;
        };
        graphics.drawString(text, (float) start, (float) y);
    }

    @Override
    public void upwards(double x, double y, String text, int size, Ink ink) {
        AffineTransform before = graphics.getTransform();
        graphics.translate(x, y);
        graphics.rotate(-Math.PI / 2);
        text(0, 0, text, Anchor.MIDDLE, size, false, ink);
        graphics.setTransform(before);
    }

    @Override
    public void path(double[] xs, double[] ys, int count, Ink ink, double width, Chart.Stroke stroke) {
        Path2D path = new Path2D.Double(Path2D.WIND_NON_ZERO, count);
        path.moveTo(xs[0], ys[0]);
        for (int i = 1; i < count; i++) {
            path.lineTo(xs[i], ys[i]);
        }
        float[] dash = switch (stroke) {
            case SOLID -> null;
            case DASHED -> new float[] {7, 5};
            case DOTTED -> new float[] {2, 4};
            case REFERENCE -> new float[] {3, 3};
        };
        graphics.setColor(colour(ink));
        graphics.setStroke(new BasicStroke((float) width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10, dash, 0));
        graphics.draw(path);
    }

    @Override
    public void marker(double x, double y, Look.Marker marker, Ink ink, boolean hollow, String note) {
        if (marker == Look.Marker.NONE) {
            return;
        }
        Shape shape = shape(x, y, marker);
        graphics.setColor(colour(hollow ? Ink.PAPER : ink));
        graphics.fill(shape);
        if (hollow) {
            graphics.setColor(colour(ink));
            graphics.setStroke(new BasicStroke(1.6f));
            graphics.draw(shape);
        }
    }

    private static Shape shape(double x, double y, Look.Marker marker) {
        if (marker == Look.Marker.CIRCLE) {
            return new Ellipse2D.Double(x - RADIUS, y - RADIUS, 2 * RADIUS, 2 * RADIUS);
        }
        Path2D shape = new Path2D.Double();
        for (double[] corner : Pen.corners(marker)) {
            if (shape.getCurrentPoint() == null) {
                shape.moveTo(x + corner[0], y + corner[1]);
            } else {
                shape.lineTo(x + corner[0], y + corner[1]);
            }
        }
        shape.closePath();
        return shape;
    }

    @Override
    public void clip(double x, double y, double width, double height) {
        graphics.setClip(new Rectangle2D.Double(x, y, width, height));
    }

    @Override
    public void unclip() {
        graphics.setClip(null);
    }

    private Color colour(Ink ink) {
        return colours.computeIfAbsent(ink, key -> Color.decode(key.light));
    }
}
