package dev.tombola.nn;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// From which density on a dense layer's step is the faster one, by the kind and size of the layer: measured once per
/// machine ([CostMeter]), and no more than a matter of time.
///
/// @param points linear layers before convolutions, each by size, ascending
/// @param origin where the figures come from, for people
public record CostModel(List<Point> points, String origin) {
    /// A layer size that was measured: the densities below which compressed is faster by more than a hair.
    ///
    /// @param kind `linear` or `conv`
    /// @param inputs weights of an output
    /// @param first in the first layer, which needs no input gradient
    /// @param inner in any other
    public record Point(Kind kind, int outputs, int inputs, double first, double inner) {
        double breakEven(boolean firstLayer) {
            return firstLayer ? first : inner;
        }

        double size() {
            return Math.log((double) outputs * inputs);
        }
    }

    /// What loops a layer has.
    public enum Kind {
        LINEAR,
        CONV;

        static Kind of(Weighted layer) {
            return layer instanceof Conv ? CONV : LINEAR;
        }

        /// As in the file that keeps the figures.
        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public CostModel {
        points = List.copyOf(points);
        for (Kind kind : Kind.values()) {
            if (points.stream().noneMatch(point -> point.kind() == kind)) {
                throw new IllegalArgumentException("a cost model has at least one point of kind " + kind.word());
            }
        }
    }

    /// The same break-even for every layer.
    public static CostModel constant(double breakEven, String origin) {
        return new CostModel(
                List.of(
                        new Point(Kind.LINEAR, 1, 1, breakEven, breakEven),
                        new Point(Kind.CONV, 1, 1, breakEven, breakEven)),
                origin);
    }

    /// The density below which a layer is compressed: between measured sizes, by the logarithm of the weights.
    ///
    /// @param first whether it is the network's first layer
    public double breakEven(Kind kind, int outputs, int inputs, boolean first) {
        double size = Math.log((double) outputs * inputs);
        List<Point> measured =
                points.stream().filter(point -> point.kind() == kind).toList();
        Point below = measured.getFirst();
        for (Point point : measured) {
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
        if (points.stream().mapToDouble(Point::inner).distinct().count() == 1) {
            return "%s (%s)".formatted(percent(points.getFirst().inner()), origin);
        }
        return points.stream().map(CostModel::text).collect(Collectors.joining(", ")) + " (" + origin + ")";
    }

    private static String text(Point point) {
        return "%s at %s%d×%d (%s as first layer)"
                .formatted(
                        percent(point.inner()),
                        point.kind() == Kind.CONV ? "conv " : "",
                        point.outputs(),
                        point.inputs(),
                        percent(point.first()));
    }

    private static String percent(double density) {
        return String.format(Locale.ROOT, "%.0f %%", 100 * density);
    }
}
