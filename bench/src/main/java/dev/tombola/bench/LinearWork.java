package dev.tombola.bench;

import dev.tombola.base.UserError;
import dev.tombola.tensor.Form;
import dev.tombola.tensor.Mask;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One linear layer's work as benchmarks name it: how large, how much of it is left, in which form.
///
/// @param batch examples N
/// @param density survivors as a fraction of all weights, over 0 and up to 1
record LinearWork(int outputs, int inputs, int batch, double density, Form form) {
    private static final Pattern SHAPE = Pattern.compile("([1-9]\\d{0,5})x([1-9]\\d{0,5})");

    /// The density under which `auto` is compressed: about where the two forms meet.
    private static final double AUTO_COMPRESSED = 0.6;

    private static final int MOST_WEIGHTS = 1 << 26;

    /// @param shape outputs x inputs, such as `300x784`
    /// @param form `auto`, `dense` or `compressed`
    /// @throws UserError for anything else
    static LinearWork of(String shape, int batch, String density, String form) {
        Matcher sides = SHAPE.matcher(shape);
        if (!sides.matches()) {
            throw new UserError("shape is " + shape + "; it must be OUTPUTSxINPUTS, such as 300x784.");
        }
        if (batch < 1) {
            throw new UserError("batch is " + batch + "; it must be at least 1.");
        }
        int outputs = Integer.parseInt(sides.group(1));
        int inputs = Integer.parseInt(sides.group(2));
        if ((long) outputs * inputs > MOST_WEIGHTS) {
            throw new UserError("shape is %s; it must have at most %,d weights.".formatted(shape, MOST_WEIGHTS));
        }
        double left = fraction(density);
        return new LinearWork(outputs, inputs, batch, left, form(form, left));
    }

    /// Weights left: the nearest whole number to density times all, and at least one.
    int survivors() {
        return (int) Math.max(1, Math.round(density * outputs * inputs));
    }

    /// Exactly [#survivors] weights at random places.
    Mask mask() {
        int weights = Math.multiplyExact(outputs, inputs);
        byte[] alive = new byte[weights];
        if (survivors() == weights) {
            Arrays.fill(alive, (byte) 1);
            return Mask.of(alive);
        }
        SplittableRandom random = new SplittableRandom(weights);
        int wanted = survivors();
        for (int i = 0; wanted > 0; i++) {
            if (random.nextInt(weights - i) < wanted) {
                alive[i] = 1;
                wanted--;
            }
        }
        return Mask.of(alive);
    }

    /// Floating-point operations of one product: a multiplication and an addition for each surviving weight and each
    /// example. Pruned weights of a dense form, lanes that fill up a batch and Adam's own arithmetic do not count.
    double flop() {
        return 2.0 * survivors() * batch;
    }

    private static double fraction(String density) {
        try {
            double fraction = Double.parseDouble(density);
            if (fraction > 0 && fraction <= 1) {
                return fraction;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new UserError("density is " + density + "; it must be a fraction over 0 and up to 1.");
    }

    private static Form form(String name, double density) {
        return switch (name) {
            case "auto" -> density < AUTO_COMPRESSED ? Form.COMPRESSED : Form.DENSE;
            case "dense" -> Form.DENSE;
            case "compressed" -> Form.COMPRESSED;
            default -> throw new UserError("form is " + name + "; it must be auto, dense or compressed.");
        };
    }
}
