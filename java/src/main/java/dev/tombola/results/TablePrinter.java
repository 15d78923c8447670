package dev.tombola.results;

import dev.tombola.lottery.EarlyStop;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// Columns side by side, numbers to the right and rounded to six digits; a dash is a value that is not there. Widths
/// are those of the first rows, so that any number of rows can follow.
final class TablePrinter implements Printer {
    private static final int MEASURED = 1000;
    private static final int DIGITS = 6;
    private static final Pattern CONTROL = Pattern.compile("\\p{Cc}");

    private final PrintWriter out;
    private final List<List<Object>> waiting = new ArrayList<>();
    private List<String> columns = List.of();
    private int[] widths = {};
    private boolean[] numbers = {};
    private boolean measured;

    TablePrinter(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void begin(List<String> names) {
        columns = names.stream().map(TablePrinter::shown).toList();
    }

    @Override
    public void row(List<Object> values) {
        if (measured) {
            print(values);
            return;
        }
        waiting.add(values);
        if (waiting.size() == MEASURED) {
            measure();
        }
    }

    @Override
    public void end() {
        if (!measured) {
            measure();
        }
        out.flush();
    }

    private void measure() {
        measured = true;
        widths = columns.stream().mapToInt(String::length).toArray();
        numbers = new boolean[widths.length];
        for (List<Object> row : waiting) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], text(row.get(i)).length());
                numbers[i] |= row.get(i) instanceof Number || row.get(i) instanceof LowerBounds.Bound;
            }
        }
        line(columns);
        waiting.forEach(this::print);
        waiting.clear();
    }

    private void print(List<Object> values) {
        line(values.stream().map(TablePrinter::text).toList());
    }

    private void line(List<String> cells) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String gap = " ".repeat(Math.max(0, widths[i] - cells.get(i).length()));
            line.append(i == 0 ? "" : "  ");
            line.append(numbers[i] ? gap + cells.get(i) : cells.get(i) + gap);
        }
        out.println(line.toString().stripTrailing());
    }

    private static String text(Object value) {
        return switch (value) {
            case null -> "–";
            case Double real -> rounded(real);
            case LowerBounds.Bound(Object number) -> EarlyStop.AT_LEAST + text(number);
            default -> shown(Printer.text(value));
        };
    }

    /// In one line, and without what a terminal would obey.
    private static String shown(String text) {
        return CONTROL.matcher(text.replaceAll("\\R", " "))
                .replaceAll(found -> "\\\\u%04x".formatted((int) found.group().charAt(0)));
    }

    private static String rounded(double value) {
        if (value == 0 || !Double.isFinite(value)) {
            return value == 0 ? "0" : Double.toString(value);
        }
        double size = Math.floor(Math.log10(Math.abs(value)));
        if (size < -DIGITS || size >= 2 * DIGITS) {
            return String.format(Locale.ROOT, "%.3e", value);
        }
        String text = String.format(Locale.ROOT, "%." + Math.max(0, DIGITS - 1 - (int) size) + "f", value);
        return text.contains(".") ? text.replaceAll("\\.?0+$", "") : text;
    }
}
