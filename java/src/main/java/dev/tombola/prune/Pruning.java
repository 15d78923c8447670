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

    /// Bits of a magnitude that are counted first, and those that are counted then.
    private static final int UPPER_BITS = 16;

    private static final int LOWER_BITS = 15;
    private static final int LOWER = (1 << LOWER_BITS) - 1;

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

    /// A layer of a pool. The weight that stays in any case, its largest survivor and of equals the last, is taken
    /// out of `alive` until the others are decided.
    @SuppressWarnings("ArrayRecordComponent") // worked on in place; nobody compares two
    private record Layer(float[] weights, byte[] alive, int stays) {
        static Layer of(String name, float[] weights, byte[] alive) {
            int stays = 0;
            int largest = 0;
            for (int k = 0; k < weights.length; k++) {
                int bits = bits(weights[k], alive[k]);
                if (bits > INFINITY) {
                    throw new IllegalArgumentException(
                            "weight %d of %s is NaN: a diverged training cannot be ranked".formatted(k, name));
                }
                if (bits >= largest) {
                    largest = bits;
                    stays = k;
                }
            }
            alive[stays] = 0;
            return new Layer(weights, alive, stays);
        }

        /// Counts weights that may go by the upper bits of their magnitude; all others beyond any of these.
        void countUpper(int[] counts) {
            for (int k = 0; k < weights.length; k++) {
                counts[bits(weights[k], alive[k]) >>> LOWER_BITS]++;
            }
        }

        /// Counts by the lower bits where the upper ones are these.
        void countLower(int upper, int[] counts) {
            for (int k = 0; k < weights.length; k++) {
                int bits = bits(weights[k], alive[k]);
                if (bits >>> LOWER_BITS == upper) {
                    counts[bits & LOWER]++;
                }
            }
        }

        /// Takes out everything below `largest` and the first `ties` that equal it.
        ///
        /// @return ties that are still to go
        int prune(int largest, int ties) {
            int left = ties;
            for (int k = 0; k < weights.length; k++) {
                int bits = bits(weights[k], alive[k]);
                alive[k] = (byte) (bits > largest ? 1 : 0);
                if (bits == largest) {
                    alive[k] = (byte) (left > 0 ? 0 : 1);
                    left -= left > 0 ? 1 : 0;
                }
            }
            alive[stays] = 1;
            return left;
        }

        /// The bits of a magnitude, which order as it does; -1 for what does not survive. No branch: it would be taken
        /// at random.
        private static int bits(float weight, byte alive) {
            return (Float.floatToRawIntBits(weight) & MAGNITUDE) | (alive - 1);
        }
    }

    /// Finds the largest magnitude that goes by counting, first its upper bits, then its lower ones: four passes over
    /// the weights, and no memory but the counters.
    private static void prune(Pool pool, State trained, Masks masks, Map<String, byte[]> alive, int keep) {
        List<String> names = pool.parameters().stream().map(Parameter::name).toList();
        int[] left =
                names.stream().mapToInt(name -> masks.get(name).survivors()).toArray();
        int survivors = Arrays.stream(left).reduce(0, Math::addExact);
        if (keep > survivors || keep < names.size() || Arrays.stream(left).anyMatch(count -> count == 0)) {
            throw new IllegalArgumentException("%s cannot be pruned to %d weights: %s survive, and each layer keeps one"
                    .formatted(names, keep, Arrays.toString(left)));
        }
        List<Layer> layers = names.stream()
                .map(name -> Layer.of(name, trained.get(name), alive.get(name)))
                .toList();
        int go = survivors - keep;
        if (go == 0) {
            layers.forEach(layer -> layer.alive[layer.stays] = 1);
            return;
        }
        int[] counts = new int[2 << UPPER_BITS];
        layers.forEach(layer -> layer.countUpper(counts));
        int upper = 0;
        while (go > counts[upper]) {
            go -= counts[upper++];
        }
        Arrays.fill(counts, 0);
        for (Layer layer : layers) {
            layer.countLower(upper, counts);
        }
        int lower = 0;
        while (go > counts[lower]) {
            go -= counts[lower++];
        }
        for (Layer layer : layers) {
            go = layer.prune(upper << LOWER_BITS | lower, go);
        }
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
