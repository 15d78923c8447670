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
    /// A layer size that was measured: the densities below which compressed is faster by more than a hair.
    ///
    /// @param first in the first layer, which needs no input gradient
    /// @param inner in any other
    public record Point(int outputs, int inputs, double first, double inner) {
        double breakEven(boolean firstLayer) {
            return firstLayer ? first : inner;
        }

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
        return new CostModel(List.of(new Point(1, 1, breakEven, breakEven)), origin);
    }

    /// The density below which a layer is compressed: between measured sizes, by the logarithm of the weights.
    ///
    /// @param first whether it is the network's first layer
    public double breakEven(int outputs, int inputs, boolean first) {
        double size = Math.log((double) outputs * inputs);
        Point below = points.getFirst();
        for (Point point : points) {
            if (point.size() >= size) {
                double width = point.size() - below.size();
                double share = width <= 0 ? 0 : Math.max(0, (size - below.size()) / width);
                return below.breakEven(first) + share * (point.breakEven(first) - below.breakEven(first));
            }
            below = point;
        }
        return below.breakEven(first);
    }

    /// The figures in one line.
    public String sentence() {
        return points.stream().map(this::text).collect(Collectors.joining(", ")) + " (" + origin + ")";
    }

    private String text(Point point) {
        if (points.size() == 1) {
            return percent(point.inner());
        }
        return "%s at %d×%d (%s as first layer)"
                .formatted(percent(point.inner()), point.outputs(), point.inputs(), percent(point.first()));
    }

    private static String percent(double density) {
        return String.format(Locale.ROOT, "%.0f %%", 100 * density);
    }
}
