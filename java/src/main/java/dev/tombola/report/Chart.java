package dev.tombola.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// One figure: a panel, or several of one kind in rows. The axes' labels of the first panel are those of all, and lines
/// of the same label are one line of the legend.
///
/// @param name the file's name without its ending
record Chart(String name, String title, String subtitle, List<Panel> panels) {
    static final int WIDTH = 900;
    private static final int HEIGHT = 560;
    private static final int HEADER = 180;
    private static final int ROW_HEIGHT = 250;

    /// A chart of one panel.
    Chart(String name, String title, String subtitle, Axis x, Axis y, List<Line> lines) {
        this(name, title, subtitle, List.of(new Panel("", x, y, lines)));
    }

    /// Lines over one pair of axes: of means, with bars from minimum to maximum, or bare ones.
    ///
    /// @param title empty where it is the only one
    /// @param lines drawn in this order, so that the last lies on top; the legend lists them by `Line.rank`
    record Panel(String title, Axis x, Axis y, List<Line> lines) {
        private boolean hasArrow() {
            return shown().anyMatch(point -> point.leavesBelow(y) || point.leavesAbove(y));
        }

        private boolean hasHollow() {
            return shown().anyMatch(point -> point.hollow() && Double.isFinite(point.y()));
        }

        private Stream<Line> linesBelow() {
            return lines.stream().filter(line -> line.rank() >= 0 && line.liesBelow(y));
        }

        /// Those that are on the y axis and go below it towards the far end of a falling x axis; nobody where all do
        /// and the smaller networks are left out.
        private Stream<Line> linesLeaving() {
            List<Line> drawn = lines.stream()
                    .filter(line -> line.rank() >= 0 && !line.points().isEmpty() && !line.liesBelow(y))
                    .toList();
            List<Line> leaving = drawn.stream()
                    .filter(line -> x.falls() && line.endsBelow(x, y))
                    .toList();
            return hasSmaller() && leaving.size() == drawn.size() ? Stream.empty() : leaving.stream();
        }

        /// Whether a point lies beyond the far end of a falling axis.
        private boolean hasSmaller() {
            return x.falls()
                    && lines.stream()
                            .flatMap(line -> line.points().stream())
                            .anyMatch(point -> point.x() < x.low() && Double.isFinite(point.y()));
        }

        /// The points that lie on the x axis.
        private Stream<Point> shown() {
            return lines.stream().flatMap(line -> line.points().stream()).filter(point -> x.holds(point.x()));
        }
    }

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
        /// Pixels between the bars of neighbouring lines, where they are few.
        private static final double APART = 2.6;

        /// Pixels from the first line's bars to the last's, where they are many: less than a level's width.
        private static final double WIDEST = 20;

        /// Of the i-th of `count` lines.
        static double shift(int i, int count) {
            return Math.min(APART, WIDEST / count) * (i - (count - 1) / 2.0);
        }

        private boolean liesBelow(Axis axis) {
            List<Double> known =
                    points.stream().map(Point::y).filter(Double::isFinite).toList();
            return !known.isEmpty() && known.stream().allMatch(value -> value < axis.low());
        }

        /// Whether its last point on a falling axis lies below the other.
        private boolean endsBelow(Axis falling, Axis axis) {
            return points.stream()
                    .filter(point -> point.x() >= falling.low() && Double.isFinite(point.y()))
                    .min(Comparator.comparingDouble(Point::x))
                    .filter(last -> last.y() < axis.low())
                    .isPresent();
        }

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
        addLines(marks, "below the axis: ", panels.stream().flatMap(Panel::linesBelow));
        addLines(marks, "going on below the axis: ", panels.stream().flatMap(Panel::linesLeaving));
        if (panels.stream().anyMatch(Panel::hasSmaller)) {
            marks.add("all smaller networks lie below the axis");
        }
        if (panels.stream().anyMatch(Panel::hasArrow)) {
            marks.add("arrow: the bar goes on beyond the axis");
        }
        if (panels.stream().anyMatch(Panel::hasHollow)) {
            marks.add(
                    "hollow: validation loss of some trainings was lowest at the very end, so the true one lies later");
        }
        return String.join(" · ", marks);
    }

    private static void addLines(List<String> marks, String what, Stream<Line> lines) {
        String labels = lines.map(Line::label).distinct().collect(Collectors.joining(", "));
        if (!labels.isEmpty()) {
            marks.add(what + labels);
        }
    }

    /// Panels of a row.
    int columns() {
        return panels.size() == 4 ? 2 : Math.min(3, panels.size());
    }

    int rows() {
        return Math.ceilDiv(panels.size(), columns());
    }

    /// Of the whole figure, in pixels.
    int height() {
        return panels.size() == 1 ? HEIGHT : HEADER + ROW_HEIGHT * rows();
    }

    /// A line of each label, as the legend lists them.
    List<Line> legend() {
        Set<String> labels = new HashSet<>();
        return panels.stream()
                .flatMap(panel -> panel.lines().stream())
                .filter(line -> line.rank() >= 0 && labels.add(line.label()))
                .sorted(Comparator.comparingInt(Line::rank))
                .toList();
    }
}
