package dev.tombola.report;

import dev.tombola.report.Chart.Line;
import dev.tombola.report.Chart.Point;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Which heights a y axis shows: every mean from `from` to `to` on the x axis, and before it those on the better side;
/// with their bars for the lines that are `whole`. The other lines' bars may stretch it by half of that to either side
/// and leave it beyond: one training that failed would else press all others flat. No axis goes where no value can be.
///
/// @param accuracy whether they are accuracies in percent, of which the better side is above, or losses
record Heights(double from, double to, boolean accuracy, Predicate<Line> whole) {
    /// How many times the lowest loss the highest is where no even axis shows both.
    private static final double WIDE = 100;

    /// How far below the middle one a mean may lie, in points, and as a multiple of how far the best lies above it.
    private static final double MOST_BELOW = 3;

    private static final double FAR = 6;

    /// The axis of `lines`.
    Axis axis(String label, List<Line> lines) {
        return wide(label, lines).orElseGet(() -> even(label, lines));
    }

    private Axis even(String label, List<Line> lines) {
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        double barLow = low;
        double barHigh = high;
        for (Line line : lines) {
            for (Point point : line.points()) {
                if (!Double.isFinite(point.y()) || point.x() > to) {
                    continue;
                }
                double bottom = point.hasBar() ? point.low() : point.y();
                double top = point.hasBar() ? point.high() : point.y();
                boolean settled = point.x() >= from;
                boolean held = settled && whole.test(line);
                if (settled || !accuracy) {
                    low = Math.min(low, held ? bottom : point.y());
                    barLow = Math.min(barLow, bottom);
                }
                if (settled || accuracy) {
                    high = Math.max(high, held ? top : point.y());
                    barHigh = Math.max(barHigh, top);
                }
            }
        }
        if (low > high) {
            return Axis.even(label, 0, 1, 6);
        }
        double half = (high - low) / 2;
        double bottom = Math.max(barLow, low - half);
        double top = Math.min(barHigh, high + half);
        double margin = top > bottom ? 0.05 * (top - bottom) : Math.max(1e-3, 0.02 * Math.abs(top));
        double most = accuracy ? 100 : Double.POSITIVE_INFINITY;
        return Axis.even(label, Math.max(0, bottom - margin), Math.min(most, top + margin), 10);
    }

    /// The logarithmic axis of losses that fall far, as those of data soon learned do.
    private Optional<Axis> wide(String label, List<Line> lines) {
        DoubleSummaryStatistics losses = lines.stream()
                .flatMap(line -> line.points().stream())
                .filter(point -> point.x() <= to)
                .mapToDouble(Point::y)
                .filter(loss -> loss > 0 && Double.isFinite(loss))
                .summaryStatistics();
        double low = losses.getMin();
        double high = losses.getMax();
        double margin = Math.pow(high / low, 0.04);
        return accuracy || losses.getCount() == 0 || high < WIDE * low
                ? Optional.empty()
                : Optional.of(Axis.logarithmic(label, low / margin, high * margin, 10));
    }

    /// An axis of accuracies in percent for the lines that do well: means far below most others, such as those of a
    /// network that never learns, lie below it, and bars may stretch it by half. A line with half the best accuracy has
    /// half its means on it, however much better the others are.
    static Axis aboveFailures(String label, List<Line> lines) {
        double[] means = means(lines);
        double most = means.length == 0 ? 0 : means[means.length - 1];
        double middle = means.length == 0 ? 0 : means[means.length / 2];
        double far = lines.stream()
                .map(line -> means(List.of(line)))
                .filter(line -> line.length > 0)
                .mapToDouble(line -> line[(line.length - 1) / 2])
                .filter(half -> half >= most / 2)
                .reduce(middle - Math.max(MOST_BELOW, FAR * (most - middle)), Math::min);
        boolean hardly = means.length == 0 || means[0] >= far - (most - far) / 4; // cutting would win next to nothing
        double floor = hardly ? Double.NEGATIVE_INFINITY : far;
        List<Line> well = lines.stream().map(line -> line.above(floor)).toList();
        return new Heights(0, Double.POSITIVE_INFINITY, true, _ -> false).axis(label, well);
    }

    private static double[] means(List<Line> lines) {
        return lines.stream()
                .flatMap(line -> line.points().stream())
                .mapToDouble(Point::y)
                .filter(Double::isFinite)
                .sorted()
                .toArray();
    }

    /// An axis from 0 that holds everything, with about `count` ticks.
    static Axis fromZero(String label, List<Line> lines, int count) {
        double highest = lines.stream()
                .flatMap(line -> line.points().stream())
                .mapToDouble(point -> point.hasBar() ? point.high() : point.y())
                .filter(Double::isFinite)
                .max()
                .orElse(0);
        return Axis.even(label, 0, highest > 0 ? 1.06 * highest : 1, count);
    }
}
