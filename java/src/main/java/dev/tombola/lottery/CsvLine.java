package dev.tombola.lottery;

import dev.tombola.base.Plural;
import dev.tombola.base.UserError;
import java.nio.file.Path;
import java.util.regex.Pattern;

/// One line of a comma-separated file, read field by field from the left. Every failure names the file, the line, the
/// column, what was found and what would be right. No field of ours holds a comma or a quote, so there is no quoting.
final class CsvLine {
    private static final Pattern WORD = Pattern.compile("[a-z][a-z0-9_.]*");

    private final String[] columns;
    private final String[] fields;
    private final String where;
    private int next;

    CsvLine(String header, String line, Path file, int lineNumber) {
        columns = header.split(",");
        fields = line.split(",", -1);
        where = file + " line " + lineNumber;
        if (fields.length != columns.length) {
            throw new UserError("%s has %s where %d are expected: %s."
                    .formatted(where, Plural.of(fields.length, "field"), columns.length, header));
        }
    }

    /// A lower-case name such as `one_shot` or `noise_0.5`.
    String word() {
        String text = fields[next];
        if (!WORD.matcher(text).matches()) {
            throw wrong(text, "a lower-case name such as ticket or one_shot");
        }
        next++;
        return text;
    }

    /// A whole number, 0 or more.
    int count() {
        String text = fields[next];
        try {
            int value = Integer.parseInt(text);
            if (value >= 0) {
                next++;
                return value;
            }
        } catch (NumberFormatException _) {
            // Reported below, in our words.
        }
        throw wrong(text, "a whole number, 0 or more");
    }

    /// A whole number of at least `least`, which may pass two thousand million.
    long longCount(long least) {
        String text = fields[next];
        try {
            long value = Long.parseLong(text);
            if (value >= least) {
                next++;
                return value;
            }
        } catch (NumberFormatException _) {
            // Reported below, in our words.
        }
        throw wrong(text, "a whole number, " + least + " or more");
    }

    /// A finite number above `low`, at most `high`.
    double above(double low, double high) {
        String text = fields[next];
        double value = finite(text);
        if (value > low && value <= high) {
            next++;
            return value;
        }
        throw wrong(text, "a number above " + low + " and at most " + high);
    }

    /// A measured value of at least `low` and at most `high`; NaN or an infinity where the training diverged.
    double measure(double low, double high) {
        String text = fields[next];
        boolean diverged = text.equals("NaN") || text.equals("Infinity") || text.equals("-Infinity");
        double value = diverged ? Double.parseDouble(text) : finite(text);
        if (diverged || (value >= low && value <= high)) {
            next++;
            return value;
        }
        String range =
                high < Double.MAX_VALUE ? "a number from " + low + " to " + high : "a number, " + low + " or more";
        throw wrong(text, range + " (NaN for a training that diverged)");
    }

    /// The decimal number that `text` spells, NaN if it spells none. Java's own parser takes more, such as `1f` or `
    /// 1`.
    private static double finite(String text) {
        for (int i = 0; i < text.length(); i++) {
            if ("0123456789.-+eE".indexOf(text.charAt(i)) < 0) {
                return Double.NaN;
            }
        }
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException _) {
            return Double.NaN;
        }
    }

    private UserError wrong(String found, String right) {
        return new UserError(
                where + ", column " + columns[next] + ": found '" + found + "' where " + right + " is expected.");
    }
}
