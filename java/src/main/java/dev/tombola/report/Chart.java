package dev.tombola.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// One figure: lines of means with bars from minimum to maximum.
///
/// @param name the file's name without its ending
/// @param lines drawn in this order, so that the last lies on top; the legend lists them by `Line.rank`
record Chart(String name, String title, String subtitle, Axis x, Axis y, List<Line> lines) {
    static final int WIDTH = 900;
    static final int HEIGHT = 560;

    enum Stroke {
        SOLID,
        DASHED,
        DOTTED,
        /// Thin and dashed, for a level to compare with.
        REFERENCE
    }

    /// @param rank its place in the legend; negative for none
    /// @param shift pixels to the right, so that bars of several lines at one place stay apart
    record Line(int rank, String label, Ink ink, Look.Marker marker, Stroke stroke, double shift, List<Point> points) {
        /// The same without points whose mean lies below `floor`.
        Line above(double floor) {
            List<Point> kept =
                    points.stream().filter(point -> point.y() >= floor).toList();
            return new Line(rank, label, ink, marker, stroke, shift, kept);
        }
    }

    /// @param y the mean; NaN breaks the line
    /// @param low the bar's lower end, NaN for no bar
    /// @param high the bar's upper end, NaN for no bar
    /// @param note what hovering over the marker says, empty for no marker
    /// @param hollow whether `y` is an early stop that would lie later had all its trainings gone on
    record Point(double x, double y, double low, double high, String note, boolean hollow) {
        static Point bare(double x, double y) {
            return new Point(x, y, Double.NaN, Double.NaN, "", false);
        }

        boolean hasBar() {
            return high > low;
        }

        /// Whether some of its bar lies on `axis`.
        boolean hasBar(Axis axis) {
            return hasBar() && low < axis.high() && high > axis.low();
        }

        /// Whether its bar goes on below `axis`.
        boolean leavesBelow(Axis axis) {
            return hasBar(axis) && low < axis.low();
        }

        /// Whether its bar goes on above `axis`.
        boolean leavesAbove(Axis axis) {
            return hasBar(axis) && high > axis.high();
        }
    }

    /// What its unusual marks mean, empty if it has none.
    String key() {
        List<String> marks = new ArrayList<>();
        String below = lines.stream()
                .filter(line -> line.rank() >= 0 && liesBelow(line))
                .map(Line::label)
                .collect(Collectors.joining(", "));
        if (!below.isEmpty()) {
            marks.add("below the axis: " + below);
        }
        if (lines.stream().flatMap(line -> line.points().stream()).anyMatch(this::isSmaller)) {
            marks.add("all smaller networks lie below the axis");
        }
        if (shown().anyMatch(point -> point.leavesBelow(y) || point.leavesAbove(y))) {
            marks.add("arrow: the bar goes on beyond the axis");
        }
        if (shown().anyMatch(point -> point.hollow() && Double.isFinite(point.y()))) {
            marks.add(
                    "hollow: validation loss of some trainings was lowest at the very end, so the true one lies later");
        }
        return String.join(" · ", marks);
    }

    private boolean liesBelow(Line line) {
        List<Double> known =
                line.points().stream().map(Point::y).filter(Double::isFinite).toList();
        return !known.isEmpty() && known.stream().allMatch(value -> value < y.low());
    }

    /// Whether a point lies beyond the far end of a falling axis.
    private boolean isSmaller(Point point) {
        return x.falling() && point.x() < x.low() && Double.isFinite(point.y());
    }

    /// The points that lie on the x axis.
    private Stream<Point> shown() {
        return lines.stream()
                .flatMap(line -> line.points().stream())
                .filter(point -> point.x() >= x.low() && point.x() <= x.high());
    }
}
