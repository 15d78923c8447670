package dev.tombola.report;

import dev.tombola.lottery.EarlyStop;
import dev.tombola.lottery.LevelRow;
import dev.tombola.report.Chart.Point;
import dev.tombola.report.Levels.Measure;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.function.ToDoubleFunction;

/// One line against the weights left: a quantity of a run's control, level by level, over trials and draws.
final class Series {
    private final String name;
    private final RunFiles run;
    private final String control;
    private final Quantity quantity;
    private final ToDoubleFunction<LevelRow> measure;

    /// @param name what the line is called
    Series(String name, RunFiles run, String control, Quantity quantity) {
        this.name = name;
        this.run = run;
        this.control = control;
        this.quantity = quantity;
        measure = quantity.measure().apply(run);
    }

    /// The levels that it has trainings at, ascending.
    List<Integer> levels() {
        return run.levels().levels(control);
    }

    /// Its value at `level` in the figure's unit.
    Stat at(int level) {
        return quantity.of(run.levels().stat(control, level, measure));
    }

    /// In how many trials its value at `level` is known.
    int trials(int level) {
        return run.levels().trials(control, level, measure);
    }

    /// Whether its value at `level` is an early stop that some trainings had not reached yet.
    boolean atEnd(int level) {
        return measure == Measure.EARLY_STOP && run.levels().stopsAtEnd(control, level, run.lastIteration());
    }

    /// Its mean at each level with bars from minimum to maximum; what is pruned begins at the dense network's mean.
    ///
    /// @param x where a level lies
    List<Point> points(IntToDoubleFunction x) {
        List<Point> points = new ArrayList<>();
        if (!control.equals(Levels.TICKET)) {
            Stat dense = new Series(name, run, Levels.TICKET, quantity).at(0);
            if (dense.known()) {
                points.add(Point.bare(x.applyAsDouble(0), dense.mean()));
            }
        }
        for (int level : levels()) {
            points.add(point(level, x.applyAsDouble(level), at(level)));
        }
        return points;
    }

    /// @param stat its value at `level`, in the figure's unit
    Point point(int level, double x, Stat stat) {
        boolean hollow = atEnd(level);
        String share = run.asked().share(control, stat.count());
        String range = stat.high() > stat.low()
                ? " (%s to %s)"
                        .formatted(
                                quantity.format().apply(stat.low()),
                                quantity.format().apply(stat.high()))
                : "";
        String note = "%s, level %s, %s %% left: %s%s%s%s"
                .formatted(
                        name,
                        level,
                        Text.percentLeft(run.levels().percentLeft(level)),
                        hollow ? EarlyStop.AT_LEAST : "",
                        quantity.format().apply(stat.mean()),
                        range,
                        share.isEmpty() ? "" : ", " + share);
        return new Point(x, stat.mean(), stat.low(), stat.high(), note, hollow);
    }
}
