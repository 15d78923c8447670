package dev.tombola.prune;

import dev.tombola.nn.Role;
import java.math.BigDecimal;

/// The share of surviving weights that a round prunes, by role, from 0 to below 1; exact decimals.
public record Rates(BigDecimal conv, BigDecimal fc, BigDecimal output) {
    public Rates {
        for (BigDecimal rate : new BigDecimal[] {conv, fc, output}) {
            if (rate.signum() < 0 || rate.compareTo(BigDecimal.ONE) >= 0) {
                throw new IllegalArgumentException("a pruning rate is " + rate + "; it must be 0 to below 1");
            }
        }
    }

    /// The rate of a role; 0 for what is never pruned.
    public BigDecimal of(Role role) {
        return switch (role) {
            case CONV -> conv;
            case FC -> fc;
            case OUTPUT -> output;
            case SHORTCUT, BIAS, SCALE, MEAN, VARIANCE -> BigDecimal.ZERO;
        };
    }
}
