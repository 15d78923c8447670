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
    /// The sizes of the paper's figures 3 and 11, in percent of the weights.
    private static final double[] SIZES = {100, 51.3, 21.1, 7.0, 3.6, 1.9};

    /// How far, as a factor, a level may lie from one of these sizes: about a round of pruning.
    private static final double NEAR = 1.25;

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
        List<Integer> ticket = levels.levels(Levels.TICKET);
        TreeMap<Integer, Key> keys = new TreeMap<>();
        for (double size : SIZES) {
            ticket.stream()
                    .filter(level -> distance(level, size) < Math.log(NEAR))
                    .min((a, b) -> Double.compare(distance(a, size), distance(b, size)))
                    .ifPresent(level -> keys.put(level, new Key(Levels.TICKET, level)));
        }
        if (!ticket.isEmpty() && keys.size() < SIZES.length) {
            keys.put(ticket.getLast(), new Key(Levels.TICKET, ticket.getLast()));
        }
        List<Key> chosen = new ArrayList<>(keys.values());
        List<Integer> redrawn = keys.keySet().stream()
                .filter(level -> levels.has(Levels.REINIT, level))
                .toList();
        redrawn.stream()
                .filter(level -> distance(level, SIZES[2]) < Math.log(NEAR))
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

    private double distance(int level, double size) {
        return Math.abs(Math.log(levels.percentLeft(level) / size));
    }
}
