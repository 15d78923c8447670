package dev.tombola.report;

import dev.tombola.lottery.LevelRow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/// The rows of `levels.csv`, ready to be asked for a measure of a control at a level.
final class Levels {
    static final String TICKET = "ticket";
    static final String REINIT = "reinit";
    static final String RESET = "reset";

    /// What can be asked for; fractions, iterations and microseconds.
    enum Measure implements ToDoubleFunction<LevelRow> {
        TEST_EARLY_STOP,
        VALIDATION_EARLY_STOP,
        TEST_END,
        TRAIN_EARLY_STOP,
        TRAIN_END,
        EARLY_STOP,
        STEP;

        @Override
        public double applyAsDouble(LevelRow row) {
            return switch (this) {
                case TEST_EARLY_STOP -> row.testAccuracyEarlyStop();
                case VALIDATION_EARLY_STOP -> row.valAccuracyEarlyStop();
                case TEST_END -> row.testAccuracyEnd();
                case TRAIN_EARLY_STOP -> row.trainAccuracyEarlyStop();
                case TRAIN_END -> row.trainAccuracyEnd();
                case EARLY_STOP -> Double.isFinite(row.valLossEarlyStop()) ? row.earlyStopIteration() : Double.NaN;
                case STEP -> row.usPerStep();
            };
        }
    }

    private final List<LevelRow> rows;
    private final NavigableMap<Integer, NavigableMap<String, List<LevelRow>>> byLevel = new TreeMap<>();

    Levels(List<LevelRow> rows) {
        this.rows = List.copyOf(rows);
        for (LevelRow row : rows) {
            byLevel.computeIfAbsent(row.level(), _ -> new TreeMap<>(Comparator.comparing(Look::of)))
                    .computeIfAbsent(row.control(), _ -> new ArrayList<>())
                    .add(row);
        }
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    /// Every level that some control has finished, ascending.
    List<Integer> levels() {
        return List.copyOf(byLevel.keySet());
    }

    /// The levels that `control` has finished, ascending.
    List<Integer> levels(String control) {
        return levels().stream().filter(level -> has(control, level)).toList();
    }

    /// Every control with a finished training, the ticket first.
    List<String> controls() {
        return rows.stream()
                .map(LevelRow::control)
                .distinct()
                .sorted(Comparator.comparing(Look::of))
                .toList();
    }

    boolean has(String control, int level) {
        return byLevel.containsKey(level) && byLevel.get(level).containsKey(control);
    }

    /// How many trials there are.
    int trials() {
        return (int) rows.stream().mapToInt(LevelRow::trial).distinct().count();
    }

    /// How many trainings ended with a value that is not finite.
    int diverged() {
        return (int) rows.stream().filter(LevelRow::diverged).count();
    }

    int trainings() {
        return rows.size();
    }

    /// `measure` of `control` at `level` over its trials and draws; unknown if there is no such training.
    Stat stat(String control, int level, ToDoubleFunction<LevelRow> measure) {
        return Stat.of(rows(control, level).stream().map(measure::applyAsDouble).toList());
    }

    /// The same over some of the trials.
    Stat stat(String control, int level, ToDoubleFunction<LevelRow> measure, Set<Integer> trials) {
        return Stat.of(rows(control, level).stream()
                .filter(row -> trials.contains(row.trial()))
                .map(measure::applyAsDouble)
                .toList());
    }

    /// The trials in which both have finished a training that did not diverge.
    Set<Integer> common(String control, int level, String other, int otherLevel) {
        Set<Integer> trials = finished(control, level);
        trials.retainAll(finished(other, otherLevel));
        return trials;
    }

    private Set<Integer> finished(String control, int level) {
        return rows(control, level).stream()
                .filter(row -> Double.isFinite(row.testAccuracyEarlyStop()) && Double.isFinite(row.valLossEarlyStop()))
                .map(LevelRow::trial)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private List<LevelRow> rows(String control, int level) {
        return has(control, level) ? byLevel.get(level).get(control) : List.of();
    }

    /// In how many trials `measure` of `control` at `level` is known.
    int trials(String control, int level, ToDoubleFunction<LevelRow> measure) {
        return (int) rows(control, level).stream()
                .filter(row -> Double.isFinite(measure.applyAsDouble(row)))
                .mapToInt(LevelRow::trial)
                .distinct()
                .count();
    }

    /// Whether some training of `control` at `level` had its lowest validation loss at `last`, the last iteration: its
    /// early stop would lie later had it gone on.
    boolean stopsAtEnd(String control, int level, long last) {
        return rows(control, level).stream().anyMatch(row -> row.stopsAtEnd(last));
    }

    /// The same of some of the trials.
    boolean stopsAtEnd(String control, int level, Set<Integer> trials, long last) {
        return rows(control, level).stream().anyMatch(row -> trials.contains(row.trial()) && row.stopsAtEnd(last));
    }

    /// How many trainings had their lowest validation loss at `last`, the last iteration.
    long stopAtEnd(long last) {
        return rows.stream().filter(row -> row.stopsAtEnd(last)).count();
    }

    double percentLeft(int level) {
        return first(level).percentLeft();
    }

    long weightsLeft(int level) {
        return first(level).weightsLeft();
    }

    /// The forms of the layers in a training of this level, the ticket's if it is there.
    String forms(int level) {
        return first(level).forms();
    }

    /// Weights of the dense network.
    long weightsTotal() {
        return rows.getFirst().weightsTotal();
    }

    private LevelRow first(int level) {
        return byLevel.get(level).firstEntry().getValue().getFirst();
    }
}
