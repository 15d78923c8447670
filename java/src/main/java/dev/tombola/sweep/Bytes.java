package dev.tombola.sweep;

import dev.tombola.base.UserError;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Sizes of memory and disk in words: `8GB`, in powers of 1,000.
public final class Bytes {
    private static final List<String> UNITS = List.of("B", "KB", "MB", "GB", "TB");
    private static final Pattern SIZE = Pattern.compile("(\\d{1,6}(?:\\.\\d{1,3})?)\\s*([KMGT]?B?)");

    private Bytes() {}

    /// What an option says.
    ///
    /// @throws UserError that names the option
    public static long of(String option, String text) {
        Matcher size = SIZE.matcher(text.strip().toUpperCase(Locale.ROOT));
        if (!size.matches()) {
            throw new UserError("%s is %s; it must be a size such as 8GB or 500MB."
                    .formatted(option, text.isBlank() ? "empty" : text));
        }
        String unit = size.group(2).endsWith("B") ? size.group(2) : size.group(2) + "B";
        return (long) (Double.parseDouble(size.group(1)) * Math.pow(1000, UNITS.indexOf(unit)));
    }

    /// Three digits and a unit.
    public static String text(long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= 999.5 && unit < UNITS.size() - 1) {
            value /= 1000;
            unit++;
        }
        int decimals = unit == 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
        return String.format(Locale.ROOT, "%." + decimals + "f %s", value, UNITS.get(unit));
    }
}
