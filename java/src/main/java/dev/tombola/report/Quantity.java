package dev.tombola.report;

import dev.tombola.lottery.LevelRow;
import dev.tombola.report.Levels.Measure;
import java.util.function.DoubleFunction;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/// What a figure against the weights left shows.
///
/// @param name the figure's file without its ending
/// @param label of the y axis, with the unit
/// @param measure what it is of a training, in a run
/// @param unit a measured 1 in the figure's unit
/// @param format of a value in that unit
record Quantity(
        String name,
        String title,
        String label,
        Function<RunFiles, ToDoubleFunction<LevelRow>> measure,
        double unit,
        DoubleFunction<String> format) {

    static final Quantity EARLY_STOP = new Quantity(
            "early-stop", "Early-stop iteration", "early-stop iteration", _ -> Measure.EARLY_STOP, 1, Text::whole);

    /// An accuracy, measured as a fraction and shown in percent.
    static Quantity accuracy(
            String name, String title, String label, Function<RunFiles, ToDoubleFunction<LevelRow>> measure) {
        return new Quantity(name, title, label + " (%)", measure, 100, Text::short3);
    }

    boolean isAccuracy() {
        return unit == 100;
    }

    /// `stat` in the figure's unit.
    Stat of(Stat stat) {
        return new Stat(unit * stat.mean(), unit * stat.median(), unit * stat.low(), unit * stat.high(), stat.count());
    }
}
