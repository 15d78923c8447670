package dev.tombola.report;

/// What a chart is drawn with; coordinates in pixels of a sheet as large as its chart, y downwards.
interface Pen {
    enum Anchor {
        START,
        MIDDLE,
        END
    }

    /// A text whose base line starts, is centred or ends at (x, y).
    void text(double x, double y, String text, Anchor anchor, int size, boolean bold, Ink ink);

    /// A text that reads upwards, centred at (x, y).
    void upwards(double x, double y, String text, int size, Ink ink);

    /// Straight lines through `count` points.
    void path(double[] xs, double[] ys, int count, Ink ink, double width, Chart.Stroke stroke);

    /// A point, filled or `hollow`; `note` is shown where the pen can.
    void marker(double x, double y, Look.Marker marker, Ink ink, boolean hollow, String note);

    /// From here on nothing is drawn outside this rectangle, until `unclip`.
    void clip(double x, double y, double width, double height);

    void unclip();

    /// The corners of a marker other than a circle, around (0, 0).
    static double[][] corners(Look.Marker marker) {
        return switch (marker) {
            case SQUARE -> new double[][] {{-3.6, -3.6}, {3.6, -3.6}, {3.6, 3.6}, {-3.6, 3.6}};
            case DIAMOND -> new double[][] {{0, -5.2}, {5.2, 0}, {0, 5.2}, {-5.2, 0}};
            case TRIANGLE_UP -> new double[][] {{0, -5}, {4.8, 3.6}, {-4.8, 3.6}};
            case TRIANGLE_DOWN -> new double[][] {{0, 5}, {4.8, -3.6}, {-4.8, -3.6}};
            case CIRCLE, NONE -> new double[0][];
        };
    }

    /// The radius of a round marker.
    double RADIUS = 4;
}
