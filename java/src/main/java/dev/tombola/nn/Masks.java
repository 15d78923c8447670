package dev.tombola.nn;

import dev.tombola.tensor.Mask;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// The masks of a network's prunable parameters by name, in the network's order.
public record Masks(SequencedMap<String, Mask> byName) {
    public Masks {
        byName = new LinkedHashMap<>(byName);
    }

    /// Nothing is pruned.
    public static Masks full(Network network) {
        SequencedMap<String, Mask> full = new LinkedHashMap<>();
        for (Parameter parameter : network.prunable()) {
            full.put(parameter.name(), Mask.full(parameter.count()));
        }
        return new Masks(full);
    }

    /// The mask of a prunable parameter.
    public Mask get(String parameter) {
        Mask found = byName.get(parameter);
        if (found == null) {
            throw new IllegalArgumentException("no mask for " + parameter + "; there are masks for " + byName.keySet());
        }
        return found;
    }

    /// Surviving prunable weights of the whole network.
    public long survivors() {
        return byName.values().stream().mapToLong(Mask::survivors).sum();
    }
}
