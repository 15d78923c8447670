package dev.tombola.sweep;

import dev.tombola.base.UserError;
import dev.tombola.lottery.Settings;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Values of a swept key in words, in exact decimal arithmetic, so that a recipe's hash is the same wherever a sweep is
/// read:
///
/// - `0.1..0.5 step 0.1`: from the first number to the last that the steps do not pass;
/// - `1..5`: the same between whole numbers, step 1;
/// - `log 1e-4..1e-2 x 5`: so many numbers, the ends among them, each the one before times the same factor, rounded to
///   [#DIGITS] significant digits, or to whole numbers between ends that are whole;
/// - anything else: itself.
///
/// A sample is drawn from `1..5` (a whole number), `0.0..0.5` (a number of [#DIGITS] digits) or `log 1e-4..1e-2` (by
/// its logarithm).
record ValueText(String key, String text) {
    /// Significant digits of a number that no one wrote.
    static final int DIGITS = 3;

    private static final MathContext ROUNDED = new MathContext(DIGITS, RoundingMode.HALF_EVEN);
    private static final String NUMBER = "[-+]?(?:\\d{1,18}(?:\\.\\d{0,18})?|\\.\\d{1,18})(?:[eE][-+]?\\d{1,2})?";
    private static final Pattern RANGE = Pattern.compile("(log\\s+)?(" + NUMBER + ")\\s*\\.\\.\\s*(" + NUMBER
            + ")(?:\\s+step\\s+(" + NUMBER + ")|\\s+x\\s+(\\d{1,9}))?");
    private static final Pattern MEANT = Pattern.compile("log\\s.*|[-+]?\\.?\\d.*\\.\\..*");
    private static final Pattern WHOLE = Pattern.compile("[-+]?\\d+");
    private static final String RIGHT = "1..5, 0.1..0.5 step 0.1 or log 1e-4..1e-2 x 5";

    /// The values that a grid takes, in order.
    ///
    /// @param most values that it may have
    List<String> values(int most) {
        if (!isRange()) {
            return List.of(text);
        }
        Matcher range = range();
        boolean log = range.group(1) != null;
        BigDecimal low = new BigDecimal(range.group(2));
        BigDecimal high = new BigDecimal(range.group(3));
        boolean whole = isWhole(range);
        requireOrder(low, high, log);
        if (log) {
            if (range.group(5) == null) {
                throw wrong("a log range with a number of points, such as log 1e-4..1e-2 x 5");
            }
            return points(low, high, whole, Integer.parseInt(range.group(5)), most);
        }
        if (range.group(5) != null || (range.group(4) == null && !whole)) {
            throw wrong("a range with a step, such as 0.1..0.5 step 0.1");
        }
        return steps(low, high, range.group(4) == null ? BigDecimal.ONE : new BigDecimal(range.group(4)), most);
    }

    /// The value that a uniform draw from [0, 1) stands for.
    String sample(double draw) {
        if (!isRange()) {
            return text;
        }
        Matcher range = range();
        boolean log = range.group(1) != null;
        BigDecimal low = new BigDecimal(range.group(2));
        BigDecimal high = new BigDecimal(range.group(3));
        requireOrder(low, high, log);
        if (range.group(4) != null || range.group(5) != null) {
            throw wrong("a range to draw from, without step and points, such as log 1e-4..1e-2 or 20..100");
        }
        if (log) {
            return Settings.text(geometric(low, high, isWhole(range), draw));
        }
        if (isWhole(range)) {
            BigDecimal count = high.subtract(low).add(BigDecimal.ONE);
            return Settings.text(low.add(new BigDecimal(draw).multiply(count).setScale(0, RoundingMode.FLOOR)));
        }
        BigDecimal drawn = low.add(new BigDecimal(draw).multiply(high.subtract(low)));
        return Settings.text(within(drawn.round(ROUNDED), low, high));
    }

    private List<String> steps(BigDecimal low, BigDecimal high, BigDecimal step, int most) {
        if (step.signum() <= 0) {
            throw wrong("a range with a step above 0");
        }
        if (high.subtract(low).divideToIntegralValue(step).compareTo(BigDecimal.valueOf(most)) >= 0) {
            throw tooMany(most);
        }
        List<String> values = new ArrayList<>();
        for (BigDecimal value = low; value.compareTo(high) <= 0; value = value.add(step)) {
            values.add(Settings.text(value));
        }
        return values;
    }

    private List<String> points(BigDecimal low, BigDecimal high, boolean whole, int count, int most) {
        if (count < 2) {
            throw wrong("a log range of at least 2 points");
        }
        if (count > most) {
            throw tooMany(most);
        }
        List<String> values = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            values.add(Settings.text(geometric(low, high, whole, (double) i / (count - 1))));
        }
        return values.stream().distinct().toList();
    }

    /// Between the ends by the logarithm; the ends themselves exactly.
    private static BigDecimal geometric(BigDecimal low, BigDecimal high, boolean whole, double share) {
        if (share == 0 || share == 1) {
            return share == 0 ? low : high;
        }
        double from = StrictMath.log(low.doubleValue());
        double value = StrictMath.exp(from + share * (StrictMath.log(high.doubleValue()) - from));
        BigDecimal exact = new BigDecimal(value);
        return within(whole ? exact.setScale(0, RoundingMode.HALF_EVEN) : exact.round(ROUNDED), low, high);
    }

    private static BigDecimal within(BigDecimal value, BigDecimal low, BigDecimal high) {
        return value.max(low).min(high);
    }

    private void requireOrder(BigDecimal low, BigDecimal high, boolean log) {
        if (low.compareTo(high) > 0) {
            throw wrong("a range from a number to a larger one; this one is empty");
        }
        if (log && low.signum() <= 0) {
            throw wrong("a log range between numbers above 0");
        }
    }

    /// Whether it means to say more than itself.
    boolean isRange() {
        return MEANT.matcher(text).matches();
    }

    private Matcher range() {
        Matcher range = RANGE.matcher(text);
        if (!range.matches()) {
            throw wrong(RIGHT);
        }
        return range;
    }

    private static boolean isWhole(Matcher range) {
        return WHOLE.matcher(range.group(2)).matches()
                && WHOLE.matcher(range.group(3)).matches();
    }

    private UserError wrong(String right) {
        return Settings.wrong(key, text, right);
    }

    private UserError tooMany(int most) {
        return wrong("a range of at most %,d values".formatted(most));
    }
}
