package dev.tombola.optim;

import java.io.Serializable;
import java.util.List;

/// How the learning rate moves: lr · min(1, it / warmup) · gammaᵈ in iteration it = 1, 2, …, with d the drops that lie
/// before it: a drop at 20,000 leaves 20,000 iterations at the rate before (paper, section 4 and Appendix I).
///
/// @param warmup iterations of linear warm-up from 0; 0 for none
/// @param drops iterations at which the rate is multiplied by `gamma`, ascending
public record Schedule(int warmup, List<Integer> drops, double gamma) implements Serializable {
    public static final Schedule CONSTANT = new Schedule(0, List.of(), 0.1);

    public Schedule {
        drops = List.copyOf(drops);
    }

    /// The factor of the initial rate in the iteration that `iteration` others precede.
    public double factor(int iteration) {
        double ramp = warmup == 0 ? 1 : Math.min(1, (iteration + 1.0) / warmup);
        int passed = (int) drops.stream().filter(drop -> drop <= iteration).count();
        return ramp * StrictMath.pow(gamma, passed);
    }
}
