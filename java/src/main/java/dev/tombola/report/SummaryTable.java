package dev.tombola.report;

import dev.tombola.base.Plural;
import dev.tombola.lottery.EarlyStop;
import dev.tombola.lottery.LevelRow;
import dev.tombola.report.Levels.Measure;
import java.util.ArrayList;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/// The table in plain text that a run ends with.
public final class SummaryTable {
    private SummaryTable() {}

    /// One line per level: percent and number of weights left, mean test accuracy at the early-stop iteration of every
    /// control in percent, the ticket's mean early-stop iteration, its median microseconds per step, and the form of
    /// each layer (d dense, t dense in TF32, c compressed). Lines end with a newline; values that are not there are
    /// dashes. A mean early stop that is a lower bound has ≥ before it, and a line below the table says why; others say
    /// how many trainings diverged, and whether means are over different numbers of trials.
    ///
    /// @param iterations of a training
    public static String of(List<LevelRow> rows, int iterations) {
        Levels levels = new Levels(rows);
        if (levels.isEmpty()) {
            return "No training has finished yet.\n";
        }
        List<List<String>> table = new ArrayList<>();
        List<String> head = new ArrayList<>(List.of("level", "% left", "weights"));
        for (String control : levels.controls()) {
            head.add(Look.of(control).label() + " %");
        }
        head.addAll(List.of("early stop", "µs/step", "form"));
        table.add(head);
        boolean cutShort = false;
        for (int level : levels.levels()) {
            List<String> line = new ArrayList<>();
            line.add(Integer.toString(level));
            line.add(String.format(Locale.ROOT, "%.2f", levels.percentLeft(level)));
            line.add(Text.count(levels.weightsLeft(level)));
            for (String control : levels.controls()) {
                line.add(Text.accuracy(
                        levels.stat(control, level, Measure.TEST_EARLY_STOP).mean()));
            }
            boolean later = levels.stopsAtEnd(Levels.TICKET, level, iterations);
            cutShort |= later;
            line.add((later ? EarlyStop.AT_LEAST : "")
                    + Text.whole(levels.stat(Levels.TICKET, level, Measure.EARLY_STOP)
                            .mean()));
            line.add(Text.short3(levels.stat(Levels.TICKET, level, Measure.STEP).median()));
            line.add(levels.forms(level));
            table.add(line);
        }
        return aligned(table) + (cutShort ? EarlyStop.WHY + "\n" : "") + diverged(rows) + trials(rows);
    }

    private static String diverged(List<LevelRow> rows) {
        List<LevelRow> diverged = rows.stream().filter(LevelRow::diverged).toList();
        if (diverged.isEmpty()) {
            return "";
        }
        List<Integer> at =
                diverged.stream().map(LevelRow::level).distinct().sorted().toList();
        return String.format(
                Locale.ROOT,
                "%d of %s diverged and count in no mean: at level%s %s.\n",
                diverged.size(),
                Plural.of(rows.size(), "training"),
                at.size() == 1 ? "" : "s",
                at.stream().map(String::valueOf).collect(Collectors.joining(", ")));
    }

    /// A line on how many trials the means are over, where that is not the same everywhere.
    private static String trials(List<LevelRow> rows) {
        IntSummaryStatistics trials = rows.stream()
                .filter(row -> !row.diverged())
                .collect(Collectors.groupingBy(
                        row -> row.control() + " " + row.level(),
                        Collectors.mapping(LevelRow::trial, Collectors.toSet())))
                .values()
                .stream()
                .mapToInt(Set::size)
                .summaryStatistics();
        return trials.getMin() >= trials.getMax()
                ? ""
                : String.format(Locale.ROOT, "Means are over %d to %d trials.\n", trials.getMin(), trials.getMax());
    }

    private static String aligned(List<List<String>> table) {
        int[] widths = new int[table.getFirst().size()];
        for (List<String> line : table) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> line : table) {
            for (int i = 0; i < widths.length; i++) {
                text.append(i == 0 ? "" : "  ");
                text.append(" ".repeat(widths[i] - line.get(i).length())).append(line.get(i));
            }
            text.append('\n');
        }
        return text.toString();
    }
}
