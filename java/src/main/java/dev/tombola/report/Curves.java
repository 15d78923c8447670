package dev.tombola.report;

import dev.tombola.lottery.CurveRow;
import dev.tombola.lottery.LevelRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/// Which curves the figures show, and their values over the trials.
final class Curves {
    /// One curve: a control at a level.
    record Key(String control, int level) {}

    private record Training(int trial, String control, int draw, int level) {}

    private final List<CurveRow> rows;
    private final Levels levels;

    Curves(List<CurveRow> rows, Levels levels) {
        this.rows = rows;
        this.levels = levels;
    }

    /// The ticket's levels nearest to the paper's sizes, largest first, with its last one, and a reinit of one of them.
    List<Key> chosen() {
        List<Integer> shown = PaperSizes.chosen(levels.levels(Levels.TICKET), levels::percentLeft);
        List<Key> chosen = new ArrayList<>();
        shown.forEach(level -> chosen.add(new Key(Levels.TICKET, level)));
        List<Integer> redrawn =
                shown.stream().filter(level -> levels.has(Levels.REINIT, level)).toList();
        redrawn.stream()
                .filter(level -> PaperSizes.isFastest(levels.percentLeft(level)))
                .findFirst()
                .or(() -> redrawn.stream().reduce((_, last) -> last))
                .ifPresent(level -> chosen.add(new Key(Levels.REINIT, level)));
        return chosen;
    }

    /// `measure` of one curve by iteration, over trials and draws.
    NavigableMap<Integer, Stat> of(Key key, ToDoubleFunction<CurveRow> measure) {
        TreeMap<Integer, List<Double>> values = new TreeMap<>();
        rows(key)
                .forEach(row -> values.computeIfAbsent(row.iteration(), _ -> new ArrayList<>())
                        .add(measure.applyAsDouble(row)));
        TreeMap<Integer, Stat> stats = new TreeMap<>();
        values.forEach((iteration, found) -> stats.put(iteration, Stat.of(found)));
        return stats;
    }

    /// `measure` of each training after `iteration`; of one that diverged, or was not evaluated then, NaN.
    ToDoubleFunction<LevelRow> at(int iteration, ToDoubleFunction<CurveRow> measure) {
        Map<Training, Double> values = new HashMap<>();
        rows.stream()
                .filter(row -> row.iteration() == iteration)
                .forEach(row -> values.put(
                        new Training(row.trial(), row.control(), row.draw(), row.level()), measure.applyAsDouble(row)));
        return row -> row.diverged()
                ? Double.NaN
                : values.getOrDefault(new Training(row.trial(), row.control(), row.draw(), row.level()), Double.NaN);
    }

    private Stream<CurveRow> rows(Key key) {
        return rows.stream()
                .filter(row -> row.level() == key.level() && row.control().equals(key.control()));
    }
}
