package dev.tombola.nn;

import java.io.Serializable;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// A snapshot of every parameter as dense host arrays by name, in the network's order. Pruned entries
/// are +0. Treat the arrays as immutable once the snapshot is made.
public record State(SequencedMap<String, float[]> values) implements Serializable {
    public State {
        values = new LinkedHashMap<>(values);
    }

    /// The dense tensor of a parameter.
    public float[] get(String parameter) {
        float[] found = values.get(parameter);
        if (found == null) {
            throw new IllegalArgumentException(
                    "no parameter " + parameter + " in this state; it holds " + values.keySet());
        }
        return found;
    }

    /// What is left of a network where nobody can say what it came to: NaN, one and the same, but +0 wherever a mask
    /// prunes.
    public static State lost(Network network, Masks masks) {
        SequencedMap<String, float[]> values = new LinkedHashMap<>();
        for (Parameter parameter : network.parameters()) {
            float[] dense = new float[parameter.count()];
            Arrays.fill(dense, Float.NaN);
            values.put(parameter.name(), dense);
        }
        return new State(values).masked(masks);
    }

    /// The same values in arrays of their own.
    public State copy() {
        SequencedMap<String, float[]> copies = new LinkedHashMap<>(values);
        copies.replaceAll((_, dense) -> dense.clone());
        return new State(copies);
    }

    /// This state with +0 wherever a mask prunes.
    public State masked(Masks masks) {
        SequencedMap<String, float[]> result = new LinkedHashMap<>(values);
        masks.byName().forEach((name, mask) -> {
            float[] dense = get(name).clone();
            for (int i = 0; i < dense.length; i++) {
                if (!mask.alive(i)) {
                    dense[i] = 0f;
                }
            }
            result.put(name, dense);
        });
        return new State(result);
    }
}
