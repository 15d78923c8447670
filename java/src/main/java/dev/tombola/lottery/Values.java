package dev.tombola.lottery;

import dev.tombola.base.UserError;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Typed values of recipe keys: each reader checks the range and says what would be right. A text with a null fallback
/// must be there.
record Values(Settings settings) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    /// With an exponent, or as all that have one are written.
    private static final Pattern NUMBER = Pattern.compile(
            "[-+]?((\\d{1,40}(\\.\\d{0,40})?|\\.\\d{1,40})([eE][-+]?\\d{1,2})?|\\d{1,40}\\.\\d{1,139})");

    /// Percent.
    private static final BigDecimal ALL = BigDecimal.valueOf(100);

    /// What nothing else is taken for, in any recipe.
    private static final List<String> NEEDED = List.of(
            "data.name",
            "data.validation",
            "train.iterations",
            "train.batch",
            "train.evaluate_every",
            "train.optimizer.name",
            "train.optimizer.lr",
            "prune.rates.fc",
            "prune.rates.output",
            "run.seed",
            "run.trials",
            "run.levels");

    /// One of a few names.
    String word(String key, String fallback, List<String> words) {
        String text = text(key, fallback);
        if (!words.contains(text)) {
            throw Settings.wrong(key, text, "one of " + String.join(", ", words));
        }
        return text;
    }

    /// A name of the user's own: letters, digits, dots, dashes and underscores.
    String name(String key, String fallback) {
        String text = text(key, fallback);
        if (!NAME.matcher(text).matches()) {
            throw Settings.wrong(key, text, "at most 64 letters, digits, dots, dashes and underscores");
        }
        return text;
    }

    /// A choice of which there is one.
    ///
    /// @param why no other
    String only(String key, String value, String why) {
        String text = text(key, value);
        if (!text.equals(value)) {
            throw Settings.wrong(key, text, value + ": " + why);
        }
        return value;
    }

    /// A constant by its lower-case name.
    <E extends Enum<E>> E constant(String key, E fallback) {
        List<E> constants = Arrays.asList(fallback.getDeclaringClass().getEnumConstants());
        List<String> words = constants.stream().map(Values::lower).toList();
        return constants.get(words.indexOf(word(key, lower(fallback), words)));
    }

    int whole(String key, String fallback, int low, int high) {
        return within(key, text(key, fallback), low, high);
    }

    /// Any 64-bit number.
    long seed(String key) {
        String text = text(key, null);
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException _) {
            throw Settings.wrong(key, text, "a whole number of at most 64 bits");
        }
    }

    /// A decimal of at least `low` and below `high`, exactly.
    BigDecimal decimal(String key, String fallback, String low, String high) {
        return decimal(key, text(key, fallback), new BigDecimal(low), new BigDecimal(high), "");
    }

    private static BigDecimal decimal(String key, String text, BigDecimal low, BigDecimal high, String instead) {
        if (NUMBER.matcher(text).matches()) {
            BigDecimal value = new BigDecimal(text);
            if (value.compareTo(low) >= 0 && value.compareTo(high) < 0) {
                return value;
            }
        }
        throw Settings.wrong(key, text, instead + "a number from " + low + " to below " + high);
    }

    /// A percentage, exactly.
    BigDecimal percent(String key, String fallback) {
        String text = text(key, fallback);
        if (NUMBER.matcher(text).matches()) {
            BigDecimal value = new BigDecimal(text);
            if (value.signum() >= 0 && value.compareTo(ALL) <= 0) {
                return value;
            }
        }
        throw Settings.wrong(key, text, "a number from 0 to " + ALL);
    }

    double number(String key, String fallback, String low, String high) {
        return decimal(key, fallback, low, high).doubleValue();
    }

    /// A number of at least `low` and below `high`, or `word`, which stands for 0.
    double numberOr(String word, String key, String low, String high) {
        String text = text(key, word);
        return text.equals(word)
                ? 0
                : decimal(key, text, new BigDecimal(low), new BigDecimal(high), word + " or ")
                        .doubleValue();
    }

    /// A number above 0 and below `high`.
    double positive(String key, String fallback, String high) {
        return above0(key, text(key, fallback), high);
    }

    private static double above0(String key, String text, String high) {
        if (NUMBER.matcher(text).matches()) {
            double value = Double.parseDouble(text);
            if (value > 0 && value < Double.parseDouble(high)) {
                return value;
            }
        }
        throw Settings.wrong(key, text, "a number above 0 and below " + high);
    }

    /// One number or several, each from `low` to below `high`.
    List<Double> numbers(String key, String fallback, String low, String high) {
        return items(key, fallback)
                .map(text -> decimal(key, text, new BigDecimal(low), new BigDecimal(high), "")
                        .doubleValue())
                .toList();
    }

    /// One number or several, each above 0 and below `high`.
    List<Double> positives(String key, String fallback, String high) {
        return items(key, fallback).map(text -> above0(key, text, high)).toList();
    }

    /// Refuses a list that is given and has neither one item nor `count`.
    void requireItems(String key, int count, String what) {
        String text = settings.get(key);
        int found = text == null ? 1 : text.split(",", -1).length;
        if (found != 1 && found != count) {
            throw Settings.wrong(key, text, "one number, or %d for %s".formatted(count, what));
        }
    }

    /// The name of a file.
    String file(String key) {
        String text = text(key, null);
        if (text.isEmpty() || text.indexOf('\0') >= 0) {
            throw Settings.wrong(key, text, "the name of a file");
        }
        return text;
    }

    /// The names of one file or several.
    List<String> files(String key) {
        String text = file(key);
        List<String> names = list(key, null);
        if (names.contains("")) {
            throw Settings.wrong(key, text, "the names of files");
        }
        return names;
    }

    /// A SHA-256 sum; empty where none is given.
    String sum(String key) {
        String text = text(key, "");
        if (!text.matches("([0-9a-f]{64})?")) {
            throw Settings.wrong(key, text, "a SHA-256 sum of 64 digits from 0 to f");
        }
        return text;
    }

    /// The items of a list, which may be empty.
    List<String> list(String key, String fallback) {
        String text = settings.get(key) == null ? fallback : settings.get(key);
        return text.isBlank()
                ? List.of()
                : Arrays.stream(text.split(",", -1)).map(String::strip).toList();
    }

    /// Iterations from 1, ascending.
    List<Integer> iterations(String key) {
        List<Integer> values = list(key, "").stream()
                .map(text -> within(key, text, 1, Integer.MAX_VALUE))
                .toList();
        Iterator<Integer> next = values.iterator();
        for (int last = 0; next.hasNext(); ) {
            int value = next.next();
            if (value <= last) {
                throw Settings.wrong(key, settings.get(key), "a list of iterations in ascending order");
            }
            last = value;
        }
        return values;
    }

    /// Refuses keys that belong to another choice than the one made.
    void requireAbsent(String reason, List<String> keys) {
        for (String key : keys) {
            if (settings.get(key) != null) {
                throw new UserError("%s is given but %s; leave it out.".formatted(key, reason));
            }
        }
    }

    /// The shortest decimal that is this double, in its one spelling; what is no number is named, to be refused.
    static String text(double value) {
        return Double.isFinite(value) ? Settings.text(BigDecimal.valueOf(value)) : Double.toString(value);
    }

    /// One number, or several with commas between.
    static String numbers(List<Double> values) {
        return text(values.stream().map(Values::text).toList());
    }

    static String text(List<?> items) {
        return items.stream().map(Object::toString).collect(Collectors.joining(","));
    }

    static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static int within(String key, String text, int low, int high) {
        try {
            int value = Integer.parseInt(text);
            if (value >= low && value <= high) {
                return value;
            }
        } catch (NumberFormatException _) {
            // Reported below, in our words.
        }
        throw Settings.wrong(key, text, "a whole number from " + low + " to " + high);
    }

    private Stream<String> items(String key, String fallback) {
        return Arrays.stream(text(key, fallback).split(",", -1)).map(String::strip);
    }

    /// As it stands.
    String text(String key, String fallback) {
        String given = settings.get(key);
        if (given == null && fallback == null) {
            throw missing(key);
        }
        return given == null ? fallback : given;
    }

    /// Names all that is missing of what any recipe needs, not the first alone.
    private UserError missing(String key) {
        String keys = Stream.of(Stream.of(key), NEEDED.stream(), DataText.needed(settings.get("data.name")).stream())
                .flatMap(needed -> needed)
                .distinct()
                .filter(needed -> settings.get(needed) == null)
                .collect(Collectors.joining(", "));
        return new UserError("The recipe says nothing about " + keys + ", which it must.");
    }
}
