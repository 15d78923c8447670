package dev.tombola.optim;

import java.io.Serializable;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// How the learning rate moves: lr · min(1, it / warmup) · gammaᵈ in iteration it = 1, 2, …, with d the drops that lie
/// before it: a drop at 20,000 leaves 20,000 iterations at the rate before (paper, section 4 and Appendix I).
///
/// @param warmup iterations of linear warm-up from 0; 0 for none
/// @param drops iterations at which the rate is multiplied by `gamma`, ascending
public record Schedule(int warmup, List<Integer> drops, double gamma) implements Serializable {
    public Schedule {
        drops = List.copyOf(drops);
    }

    /// What of it does not come about in so many iterations, a sentence each: a schedule is made for a length.
    public List<String> beyond(int iterations) {
        List<String> sentences = new ArrayList<>();
        if (warmup > iterations) {
            sentences.add(String.format(
                    Locale.ROOT,
                    "Warm-up takes %,d iterations and a training has %,d: the rate ends at %s %% of what is named%s"
                            + " (train.schedule.warmup).",
                    warmup,
                    iterations,
                    percent(factor(iterations - 1)),
                    drops.isEmpty() || drops.getFirst() >= iterations ? "" : ", drops included"));
        }
        List<Integer> never = drops.stream().filter(drop -> drop >= iterations).toList();
        if (!never.isEmpty()) {
            String which = drops.size() == 1
                    ? "The drop of the rate comes"
                    : never.size() == 1
                            ? "The last of %d drops of the rate comes".formatted(drops.size())
                            : "%d of %d drops of the rate come".formatted(never.size(), drops.size());
            sentences.add(String.format(
                    Locale.ROOT,
                    "%s after a training's last iteration, %,d: %s %,d (train.schedule.drops).",
                    which,
                    iterations,
                    never.size() == 1 ? "at" : "the first at",
                    never.getFirst()));
        }
        return sentences;
    }

    /// Two digits: what little is left is not said to be nothing.
    private static String percent(double factor) {
        BigDecimal percent = BigDecimal.valueOf(100 * factor).round(new MathContext(2));
        return percent.stripTrailingZeros().toPlainString();
    }

    /// The factor of the initial rate in the iteration that `iteration` others precede.
    public double factor(int iteration) {
        double ramp = warmup == 0 ? 1 : Math.min(1, (iteration + 1.0) / warmup);
        int passed = (int) drops.stream().filter(drop -> drop <= iteration).count();
        return ramp * StrictMath.pow(gamma, passed);
    }
}
