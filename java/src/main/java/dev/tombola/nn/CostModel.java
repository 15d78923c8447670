package dev.tombola.nn;

import dev.tombola.tensor.Form;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/// From which density on a dense layer's step is the faster one, and how long either takes, by the kind and size of the
/// layer: measured once per machine ([CostMeter]), and no more than a matter of time.
///
/// @param points linear layers before convolutions, each by measure, ascending
/// @param origin where the figures come from, for people
public record CostModel(List<Point> points, String origin) {
    /// A layer size that was measured: the densities below which compressed is faster by more than a hair.
    ///
    /// @param first in the first layer, which needs no input gradient
    /// @param inner in any other
    /// @param compressed by density, ascending
    public record Point(Size size, double first, double inner, Time dense, List<Time> compressed) {
        public Point {
            compressed = List.copyOf(compressed);
        }

        /// A size of which no times are known.
        static Point assumed(Size size, double first, double inner) {
            Time whole = Time.assumed(size);
            return new Point(size, first, inner, whole, List.of(whole));
        }

        double breakEven(boolean firstLayer) {
            return firstLayer ? first : inner;
        }
    }

    /// What a layer's step takes, in nanoseconds for each lane of the batch.
    ///
    /// @param density share of the weights that are left
    /// @param update forward product, and weight gradient with the optimiser's step
    /// @param input the input gradient; a forward product alone takes as long, within a third
    public record Time(double density, double update, double input) {
        /// One multiply-add a nanosecond, as plain loops have it.
        private static Time assumed(Size size) {
            return new Time(1, 2 * size.products(), size.products());
        }
    }

    /// A layer's size.
    ///
    /// @param inputs weights of an output
    /// @param positions of an image that it puts out; 1 of a linear layer
    public record Size(Kind kind, int outputs, int inputs, int positions) {
        static Size of(Plan plan, Weighted layer) {
            return new Size(Kind.of(layer), plan.outputs(layer), plan.inputs(layer), plan.positions(layer));
        }

        /// Multiply-adds for an example while no weight is pruned.
        double products() {
            return (double) outputs * inputs * positions;
        }

        /// What the break-even goes by. Of linear layers it is the weights; of convolutions the positions, since dense
        /// loops leave out what lies beyond the borders of small images.
        private double measure() {
            return Math.log(kind == Kind.LINEAR ? (double) outputs * inputs : positions);
        }
    }

    /// What loops a layer has.
    public enum Kind {
        LINEAR,
        CONV;

        public static Kind of(Weighted layer) {
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
            if (points.stream().noneMatch(point -> point.size().kind() == kind)) {
                throw new IllegalArgumentException("a cost model has at least one point of kind " + kind.word());
            }
        }
    }

    /// The same break-even for every layer, and assumed times.
    public static CostModel constant(double breakEven, String origin) {
        return new CostModel(
                List.of(
                        Point.assumed(new Size(Kind.LINEAR, 1, 1, 1), breakEven, breakEven),
                        Point.assumed(new Size(Kind.CONV, 1, 1, 1), breakEven, breakEven)),
                origin);
    }

    /// The density below which a layer is compressed: between those measured, by the logarithm of the measure.
    ///
    /// @param first whether it is the network's first layer
    public double breakEven(Size size, boolean first) {
        return between(size, point -> point.breakEven(first));
    }

    /// How long a layer's step takes, in nanoseconds for each lane of the batch. Between the sizes measured its
    /// multiply-adds take what lies between, and between the densities the step does.
    ///
    /// @param density share of its weights that are left
    public double step(Size size, boolean first, Form form, double density) {
        return size.products()
                * between(size, point -> {
                    double update = time(point, form, density, Time::update);
                    double input = first ? 0 : time(point, form, density, Time::input);
                    return (update + input) / point.size().products();
                });
    }

    /// How long its forward product takes alone, as [#step].
    public double forward(Size size, Form form, double density) {
        return size.products()
                * between(
                        size,
                        point -> time(point, form, density, Time::input)
                                / point.size().products());
    }

    private static double time(Point point, Form form, double density, ToDoubleFunction<Time> part) {
        if (form == Form.DENSE) {
            return part.applyAsDouble(point.dense());
        }
        double low = 0;
        double below = 0;
        for (Time time : point.compressed()) {
            if (density <= time.density()) {
                double share = (density - low) / (time.density() - low);
                return below + share * (part.applyAsDouble(time) - below);
            }
            low = time.density();
            below = part.applyAsDouble(time);
        }
        return below;
    }

    private double between(Size size, ToDoubleFunction<Point> value) {
        List<Point> measured = points.stream()
                .filter(point -> point.size().kind() == size.kind())
                .toList();
        Point below = measured.getFirst();
        for (Point point : measured) {
            double width = point.size().measure() - below.size().measure();
            double beyond = size.measure() - below.size().measure();
            if (beyond <= width) {
                double share = width <= 0 ? 0 : beyond / width;
                double low = value.applyAsDouble(below);
                return low + share * (value.applyAsDouble(point) - low);
            }
            below = point;
        }
        return value.applyAsDouble(below);
    }

    /// From the lowest to the highest of the figures.
    public String range() {
        double low = points.stream()
                .mapToDouble(p -> Math.min(p.first(), p.inner()))
                .min()
                .orElseThrow();
        double high = points.stream()
                .mapToDouble(p -> Math.max(p.first(), p.inner()))
                .max()
                .orElseThrow();
        return low == high
                ? "%s (%s)".formatted(percent(low), origin)
                : "%s to %s, by its kind and size (%s)".formatted(percent(low), percent(high), origin);
    }

    /// The figures in one line.
    public String sentence() {
        if (points.stream().mapToDouble(Point::inner).distinct().count() == 1) {
            return "%s (%s)".formatted(percent(points.getFirst().inner()), origin);
        }
        return points.stream().map(CostModel::text).collect(Collectors.joining(", ")) + " (" + origin + ")";
    }

    private static String text(Point point) {
        Size size = point.size();
        return "%s at %s (%s as first layer)"
                .formatted(
                        percent(point.inner()),
                        size.kind() == Kind.CONV
                                ? "conv %d×%d on %d positions"
                                        .formatted(size.outputs(), size.inputs(), size.positions())
                                : "%d×%d".formatted(size.outputs(), size.inputs()),
                        percent(point.first()));
    }

    private static String percent(double density) {
        return String.format(Locale.ROOT, "%.0f %%", 100 * density);
    }
}
