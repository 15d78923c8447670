package dev.tombola.nn;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// From which density on a dense layer's step is the faster one, by the size of the layer: measured once per machine
/// ([CostMeter]), and no more than a matter of time.
///
/// @param points by size, ascending
/// @param origin where the figures come from, for people
public record CostModel(List<Point> points, String origin) {
    /// A layer size that was measured.
    ///
    /// @param breakEven the density below which compressed is faster by more than a hair
    public record Point(int outputs, int inputs, double breakEven) {
        double size() {
            return Math.log((double) outputs * inputs);
        }
    }

    public CostModel {
        points = List.copyOf(points);
        if (points.isEmpty()) {
            throw new IllegalArgumentException("a cost model has at least one point");
        }
    }

    /// The same break-even for every layer.
    public static CostModel constant(double breakEven, String origin) {
        return new CostModel(List.of(new Point(1, 1, breakEven)), origin);
    }

    /// The density below which a layer is compressed: between measured sizes, by the logarithm of the weights.
    public double breakEven(int outputs, int inputs) {
        double size = Math.log((double) outputs * inputs);
        Point below = points.getFirst();
        for (Point point : points) {
            if (point.size() >= size) {
                double width = point.size() - below.size();
                double share = width <= 0 ? 0 : Math.max(0, (size - below.size()) / width);
                return below.breakEven() + share * (point.breakEven() - below.breakEven());
            }
            below = point;
        }
        return below.breakEven();
    }

    /// The figures in one line.
    public String sentence() {
        return points.stream()
                        .map(point -> points.size() == 1
                                ? percent(point.breakEven())
                                : "%s at %d×%d".formatted(percent(point.breakEven()), point.outputs(), point.inputs()))
                        .collect(Collectors.joining(", "))
                + " (" + origin + ")";
    }

    private static String percent(double density) {
        return String.format(Locale.ROOT, "%.0f %%", 100 * density);
    }
}
