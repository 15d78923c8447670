package dev.tombola.report;

import java.util.List;

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
        /// Thin and dashed, for a level to compare with.
        REFERENCE
    }

    /// @param rank its place in the legend
    /// @param shift pixels to the right, so that bars of several lines at one place stay apart
    record Line(int rank, String label, Ink ink, Look.Marker marker, Stroke stroke, double shift, List<Point> points) {}

    /// @param y the mean; NaN breaks the line
    /// @param low the bar's lower end, NaN for no bar
    /// @param high the bar's upper end, NaN for no bar
    /// @param note what hovering over the marker says, empty for no marker
    record Point(double x, double y, double low, double high, String note) {
        static Point bare(double x, double y) {
            return new Point(x, y, Double.NaN, Double.NaN, "");
        }

        boolean hasBar() {
            return high > low;
        }
    }
}
