package dev.tombola.nn;

import dev.tombola.tensor.Mask;
import java.io.Serializable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// The masks of a network's prunable parameters by name, in the network's order. Immutable.
public record Masks(SequencedMap<String, Mask> byName) implements Serializable {
    public Masks {
        byName = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(byName));
    }

    /// Nothing is pruned.
    public static Masks full(Network network) {
        SequencedMap<String, Mask> full = new LinkedHashMap<>();
        for (Parameter parameter : network.prunable()) {
            full.put(parameter.name(), Mask.full(parameter.count()));
        }
        return new Masks(full);
    }

    /// What survives in at least one of them.
    static Masks union(Network network, List<Masks> masks) {
        SequencedMap<String, Mask> union = new LinkedHashMap<>();
        for (Parameter parameter : network.prunable()) {
            byte[] alive = new byte[parameter.count()];
            for (Masks one : masks) {
                Mask mask = one.get(parameter.name());
                for (int i = 0; i < alive.length; i++) {
                    alive[i] |= (byte) (mask.alive(i) ? 1 : 0);
                }
            }
            union.put(parameter.name(), Mask.of(alive));
        }
        return new Masks(union);
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
