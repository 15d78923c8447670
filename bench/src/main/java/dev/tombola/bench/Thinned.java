package dev.tombola.bench;

import dev.tombola.base.UserError;
import dev.tombola.tensor.Form;
import dev.tombola.tensor.Mask;
import java.util.Arrays;
import java.util.SplittableRandom;

/// A layer's weights as benchmarks name them: how many there are, how much of them is left, in which form.
///
/// @param density survivors as a fraction of all weights, over 0 and up to 1
record Thinned(int weights, double density, Form form) {
    /// The density under which `auto` is compressed: about where the two forms meet.
    private static final double AUTO_COMPRESSED = 0.6;

    private static final int MOST_WEIGHTS = 1 << 26;

    /// @param shape what the layer is called, for messages
    /// @param form `auto`, `dense` or `compressed`
    /// @throws UserError for anything else
    static Thinned of(String shape, long weights, String density, String form) {
        if (weights > MOST_WEIGHTS) {
            throw new UserError("shape is %s; it must have at most %,d weights.".formatted(shape, MOST_WEIGHTS));
        }
        double left = fraction(density);
        return new Thinned((int) weights, left, form(form, left));
    }

    /// Weights left: the nearest whole number to density times all, and at least one.
    int survivors() {
        return (int) Math.max(1, Math.round(density * weights));
    }

    /// Exactly [#survivors] weights at random places.
    Mask mask() {
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
