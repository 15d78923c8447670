package dev.tombola.prune;

import dev.tombola.nn.Masks;
import dev.tombola.nn.Network;
import dev.tombola.nn.Parameter;
import dev.tombola.nn.State;
import dev.tombola.numeric.Philox;
import dev.tombola.numeric.Purpose;
import dev.tombola.tensor.Mask;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// Pruning as pure functions from masks to masks.
public final class Pruning {
    private static final int MAGNITUDE = 0x7FFFFFFF;
    private static final int INFINITY = 0x7F800000;

    private Pruning() {}

    /// Prunes each pool to exactly `counts[i]` survivors: the smallest magnitudes go first, of equal ones the lower
    /// index (in a pool of several layers, the earlier layer), but a layer's last weight stays (paper, section 2).
    ///
    /// @param trained the trained weights; only survivors are looked at
    /// @param masks what survives so far
    /// @param counts survivors wanted, pool by pool, at least one per layer
    /// @throws IllegalArgumentException if a surviving weight is NaN or a count is out of reach
    public static Masks magnitude(List<Pool> pools, State trained, Masks masks, int[] counts) {
        Map<String, byte[]> alive = new HashMap<>();
        masks.byName().forEach((name, mask) -> alive.put(name, mask.toArray()));
        for (int i = 0; i < counts.length; i++) {
            prune(pools.get(i), trained, masks, alive, counts[i]);
        }
        SequencedMap<String, Mask> result = new LinkedHashMap<>();
        masks.byName().forEach((name, _) -> result.put(name, Mask.of(alive.get(name))));
        return new Masks(result);
    }

    /// As many survivors per layer as `masks` has, at random places: those of the lowest (unsigned draw, index).
    ///
    /// @param stream the identity of the training, trial, control, level and draw
    public static Masks random(Network network, Masks masks, long seed, int stream) {
        SequencedMap<String, Mask> result = new LinkedHashMap<>();
        List<Parameter> parameters = network.parameters();
        for (int layer = 0; layer < parameters.size(); layer++) {
            Parameter parameter = parameters.get(layer);
            if (parameter.prunable()) {
                String name = parameter.name();
                int word = Purpose.RANDOM_MASK.word(layer);
                result.put(name, random(parameter.count(), masks.get(name).survivors(), seed, word, stream));
            }
        }
        return new Masks(result);
    }

    private static void prune(Pool pool, State trained, Masks masks, Map<String, byte[]> alive, int keep) {
        List<Parameter> layers = pool.parameters();
        int[] left = layers.stream()
                .mapToInt(layer -> masks.get(layer.name()).survivors())
                .toArray();
        int survivors = Arrays.stream(left).sum();
        if (keep > survivors || keep < layers.size()) {
            throw new IllegalArgumentException("%s cannot be pruned to %d weights: %d survive, and each layer keeps one"
                    .formatted(layers.stream().map(Parameter::name).toList(), keep, survivors));
        }
        int[] first = new int[layers.size() + 1];
        for (int i = 0; i < layers.size(); i++) {
            first[i + 1] = first[i] + layers.get(i).count();
        }
        long[] ranked = ranked(layers, first, trained, masks, survivors);
        int pruned = survivors - keep;
        for (int rank = 0; pruned > 0; rank++) {
            int index = (int) ranked[rank];
            int layer = layerOf(first, index);
            if (left[layer] > 1) {
                left[layer]--;
                pruned--;
                alive.get(layers.get(layer).name())[index - first[layer]] = 0;
            }
        }
    }

    /// Survivors as (bits of the magnitude, index in the pool), ascending: a positive float's bits order as its value.
    private static long[] ranked(List<Parameter> layers, int[] first, State trained, Masks masks, int survivors) {
        long[] keys = new long[survivors];
        int next = 0;
        for (int i = 0; i < layers.size(); i++) {
            String name = layers.get(i).name();
            float[] weights = trained.get(name);
            Mask mask = masks.get(name);
            for (int k = 0; k < weights.length; k++) {
                if (mask.alive(k)) {
                    int bits = Float.floatToRawIntBits(weights[k]) & MAGNITUDE;
                    if (bits > INFINITY) {
                        throw new IllegalArgumentException(
                                "weight %d of %s is NaN: a diverged training cannot be ranked".formatted(k, name));
                    }
                    keys[next++] = (long) bits << 32 | (first[i] + k);
                }
            }
        }
        Arrays.sort(keys);
        return keys;
    }

    private static int layerOf(int[] first, int index) {
        int layer = 0;
        while (index >= first[layer + 1]) {
            layer++;
        }
        return layer;
    }

    private static Mask random(int length, int survivors, long seed, int word, int stream) {
        int[] draws = new int[length];
        Philox.fill(draws, length, seed, 0, word, stream);
        long[] keys = new long[length];
        for (int i = 0; i < length; i++) {
            keys[i] = Integer.toUnsignedLong(draws[i]) << 31 | i;
        }
        Arrays.sort(keys);
        byte[] alive = new byte[length];
        for (int rank = 0; rank < survivors; rank++) {
            alive[(int) keys[rank] & MAGNITUDE] = 1;
        }
        return Mask.of(alive);
    }
}
