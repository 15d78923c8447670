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
            case TRIANGLE_LEFT -> new double[][] {{-5, 0}, {3.6, -4.8}, {3.6, 4.8}};
            case TRIANGLE_RIGHT -> new double[][] {{5, 0}, {-3.6, 4.8}, {-3.6, -4.8}};
            case HEXAGON -> round(6, 0, new double[][] {{0, -4.8}});
            case PLUS -> round(4, 0, new double[][] {{-1.5, -5}, {1.5, -5}, {1.5, -1.5}});
            case CROSS -> round(4, Math.PI / 4, new double[][] {{-1.5, -5}, {1.5, -5}, {1.5, -1.5}});
            case STAR -> round(5, 0, new double[][] {{0, -6}, {1.5, -2.1}});
            case CIRCLE, NONE -> new double[0][];
        };
    }

    /// These corners `times` times around (0, 0), the first time turned by `turn`.
    private static double[][] round(int times, double turn, double[][] corners) {
        double[][] all = new double[times * corners.length][];
        for (int i = 0; i < all.length; i++) {
            int round = i / corners.length;
            double angle = turn + 2 * Math.PI * round / times;
            double[] corner = corners[i % corners.length];
            all[i] = new double[] {
                corner[0] * Math.cos(angle) - corner[1] * Math.sin(angle),
                corner[0] * Math.sin(angle) + corner[1] * Math.cos(angle)
            };
        }
        return all;
    }

    /// The radius of a round marker.
    double RADIUS = 4;
}
