package dev.tombola.data;

import java.util.Arrays;
import java.util.List;

/// One way to write a digit: strokes through points of the unit square, x to the right and y down.
final class Glyph {
    /// The ways to write each digit, as strokes separated by `|`: `~` is a smooth curve through its points, `-` a
    /// broken line; a curve that ends where it starts is closed.
    private static final String[][] WAYS = {
        {
            "~.50,.04 .20,.22 .14,.55 .26,.88 .52,.96 .80,.80 .86,.45 .74,.14 .50,.04",
            "~.62,.06 .30,.12 .15,.45 .22,.82 .50,.96 .78,.80 .85,.45 .72,.14 .44,.10",
        },
        {"-.50,.04 .50,.96", "-.28,.26 .54,.05 .54,.96", "-.26,.28 .52,.05 .52,.95 | -.26,.95 .78,.95"},
        {
            "~.18,.28 .32,.08 .60,.05 .78,.24 .66,.50 .38,.74 .16,.95 | -.16,.95 .84,.93",
            "~.20,.24 .46,.05 .76,.20 .68,.50 .36,.80 .18,.90 .26,.74 .46,.82 .64,.94 .86,.86",
        },
        {
            "~.20,.16 .48,.04 .76,.18 .70,.40 .44,.48 | ~.44,.48 .74,.56 .80,.78 .56,.95 .18,.86",
            "-.20,.06 .78,.06 .46,.42 | ~.46,.42 .78,.54 .78,.82 .48,.96 .18,.84",
        },
        {
            "-.64,.05 .14,.66 .88,.66 | -.66,.40 .66,.96",
            "~.22,.06 .18,.34 .26,.54 .54,.54 .76,.48 | -.76,.06 .74,.96",
        },
        {
            "-.80,.06 .28,.06 .24,.44 | ~.24,.44 .56,.36 .80,.56 .76,.84 .46,.96 .16,.84",
            "~.76,.08 .40,.08 .28,.20 .36,.42 .64,.52 .76,.72 .60,.92 .34,.96 .18,.86",
        },
        {
            "~.70,.06 .40,.22 .20,.54 .22,.84 .50,.96 .78,.82 .74,.58 .48,.50 .22,.66",
            "~.40,.04 .22,.36 .20,.72 .38,.95 .66,.92 .78,.72 .62,.54 .36,.58 .22,.74",
        },
        {
            "-.16,.08 .84,.08 .40,.96",
            "-.18,.08 .82,.08 .42,.96 | -.30,.50 .76,.48",
            "-.18,.22 .18,.08 .82,.08 | ~.82,.08 .60,.40 .48,.68 .44,.96",
        },
        {
            "~.50,.48 .24,.34 .26,.12 .50,.04 .74,.12 .76,.34 .50,.48 "
                    + ".20,.66 .24,.90 .50,.97 .76,.90 .80,.66 .50,.48",
            "~.78,.14 .50,.04 .24,.16 .32,.38 .66,.58 .78,.82 .50,.96 .22,.82 .34,.58 .66,.38 .78,.14",
        },
        {
            "~.76,.20 .50,.05 .24,.20 .26,.42 .50,.50 .74,.36 .77,.16 | ~.77,.16 .76,.50 .68,.78 .40,.96",
            "~.74,.22 .48,.04 .22,.24 .34,.48 .60,.44 .74,.22 | -.76,.14 .70,.96",
        },
    };

    private static final List<List<Glyph>> GLYPHS = Arrays.stream(WAYS)
            .map(ways -> Arrays.stream(ways).map(Glyph::new).toList())
            .toList();

    final List<Stroke> strokes;

    private Glyph(String way) {
        strokes = Arrays.stream(way.split("\\|"))
                .map(String::trim)
                .map(Stroke::new)
                .toList();
    }

    /// The ways to write a digit of 0 to 9; the first is the plainest.
    static List<Glyph> of(int digit) {
        return GLYPHS.get(digit);
    }

    /// Points joined by lines or by a smooth curve.
    static final class Stroke {
        private static final int PIECES = 4;

        final double[] x;
        final double[] y;
        private final boolean curved;
        private final boolean closed;

        private Stroke(String text) {
            double[][] points = Arrays.stream(text.substring(1).split(" "))
                    .map(point -> Arrays.stream(point.split(","))
                            .mapToDouble(Double::parseDouble)
                            .toArray())
                    .toArray(double[][]::new);
            curved = text.charAt(0) == '~';
            closed = curved && Arrays.equals(points[0], points[points.length - 1]);
            int n = closed ? points.length - 1 : points.length;
            x = new double[n];
            y = new double[n];
            for (int i = 0; i < n; i++) {
                x[i] = points[i][0];
                y[i] = points[i][1];
            }
        }

        /// Draws the stroke through other points than its own: `px[from + i], py[from + i]` for its point i.
        void draw(Pen pen, double[] px, double[] py, int from) {
            int n = x.length;
            int spans = closed ? n : n - 1;
            for (int i = 0; i < spans; i++) {
                int p1 = from + i;
                int p2 = from + (i + 1) % n;
                if (!curved) {
                    pen.line(px[p1], py[p1], px[p2], py[p2]);
                    continue;
                }
                // A Catmull-Rom span; at an open end the end point stands in for its missing neighbour.
                int p0 = from + (closed ? (i + n - 1) % n : Math.max(i - 1, 0));
                int p3 = from + (closed ? (i + 2) % n : Math.min(i + 2, n - 1));
                double fromX = px[p1];
                double fromY = py[p1];
                for (int piece = 1; piece <= PIECES; piece++) {
                    double t = (double) piece / PIECES;
                    double toX = spline(px[p0], px[p1], px[p2], px[p3], t);
                    double toY = spline(py[p0], py[p1], py[p2], py[p3], t);
                    pen.line(fromX, fromY, toX, toY);
                    fromX = toX;
                    fromY = toY;
                }
            }
        }

        private static double spline(double a, double b, double c, double d, double t) {
            double linear = c - a;
            double square = 2 * a - 5 * b + 4 * c - d;
            double cube = 3 * (b - c) + d - a;
            return b + 0.5 * t * (linear + t * (square + t * cube));
        }
    }
}
