package dev.tombola.prune;

import dev.tombola.base.UserError;
import dev.tombola.nn.Network;
import dev.tombola.nn.Parameter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/// Parameters whose weights are ranked together and of which each round prunes the share `rate`: one layer, or all
/// layers where the scope is global.
public record Pool(List<Parameter> parameters, BigDecimal rate) {
    private static final BigDecimal HALF = new BigDecimal("0.5");

    public Pool {
        parameters = List.copyOf(parameters);
    }

    /// A network's pools; together they hold each prunable parameter once.
    ///
    /// @throws UserError where the scope is global and two rates above 0 differ
    public static List<Pool> of(Network network, Scope scope, Rates rates) {
        List<Pool> pools = new ArrayList<>();
        List<Parameter> together = new ArrayList<>();
        for (Parameter parameter : network.prunable()) {
            BigDecimal rate = rates.of(parameter.role());
            if (scope == Scope.LAYER || rate.signum() == 0) {
                pools.add(new Pool(List.of(parameter), rate));
            } else {
                together.add(parameter);
            }
        }
        if (!together.isEmpty()) {
            pools.addFirst(new Pool(together, oneRate(together, rates)));
        }
        return List.copyOf(pools);
    }

    /// Weights before any pruning.
    public int size() {
        return parameters.stream().mapToInt(Parameter::count).reduce(0, Math::addExact);
    }

    /// Survivors after one round on `alive` weights: floor(rate · alive + ½) go, but each layer keeps one.
    public int after(int alive) {
        int pruned = rate.multiply(BigDecimal.valueOf(alive))
                .add(HALF)
                .setScale(0, RoundingMode.FLOOR)
                .intValueExact();
        return Math.max(alive - pruned, parameters.size());
    }

    private static BigDecimal oneRate(List<Parameter> together, Rates rates) {
        BigDecimal first = rates.of(together.getFirst().role());
        for (Parameter parameter : together) {
            BigDecimal rate = rates.of(parameter.role());
            if (rate.compareTo(first) != 0) {
                throw new UserError(
                        "prune.rates are %s for %s and %s for %s; with prune.scope global they must be equal or 0."
                                .formatted(first, together.getFirst().name(), rate, parameter.name()));
            }
        }
        return first;
    }
}
