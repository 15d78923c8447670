package dev.tombola.optim;

import java.util.List;

/// How the learning rate moves: lr · min(1, i / warmup) · gammaᵈ with d the drops at or before
/// iteration i = 0, 1, … (paper, Appendix I).
///
/// @param warmup iterations of linear warm-up from 0; 0 for none
/// @param drops iterations at which the rate is multiplied by `gamma`, ascending
public record Schedule(int warmup, List<Integer> drops, double gamma) {
    public static final Schedule CONSTANT = new Schedule(0, List.of(), 0.1);

    public Schedule {
        drops = List.copyOf(drops);
    }

    /// The factor of the initial rate at an iteration from 0.
    public double factor(int iteration) {
        double ramp = warmup == 0 ? 1 : Math.min(1, (double) iteration / warmup);
        int passed = (int) drops.stream().filter(drop -> drop <= iteration).count();
        return ramp * StrictMath.pow(gamma, passed);
    }
}
