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

    /// A layer of a pool, and the index of the weight that stays in any case: its largest survivor, of equals the last.
    /// Weights that go are taken out of `alive`.
    @SuppressWarnings("ArrayRecordComponent") // worked on in place; nobody compares two
    private record Layer(float[] weights, byte[] alive, int stays) {
        static Layer of(String name, float[] weights, byte[] alive) {
            int stays = -1;
            int largest = 0;
            for (int k = 0; k < weights.length; k++) {
                if (alive[k] != 0) {
                    int bits = Float.floatToRawIntBits(weights[k]) & MAGNITUDE;
                    if (bits > INFINITY) {
                        throw new IllegalArgumentException(
                                "weight %d of %s is NaN: a diverged training cannot be ranked".formatted(k, name));
                    }
                    if (bits >= largest) {
                        largest = bits;
                        stays = k;
                    }
                }
            }
            return new Layer(weights, alive, stays);
        }

        /// The bits of a weight's magnitude, which order as its value does; -1 where it cannot go.
        int bits(int k) {
            return alive[k] == 0 || k == stays ? -1 : Float.floatToRawIntBits(weights[k]) & MAGNITUDE;
        }
    }

    /// Finds the largest magnitude that goes by counting, first its upper bits, then its lower ones: three passes over
    /// the weights, and no memory but the counters.
    private static void prune(Pool pool, State trained, Masks masks, Map<String, byte[]> alive, int keep) {
        List<String> names = pool.parameters().stream().map(Parameter::name).toList();
        int survivors =
                names.stream().mapToInt(name -> masks.get(name).survivors()).reduce(0, Math::addExact);
        if (keep > survivors || keep < names.size()) {
            throw new IllegalArgumentException("%s cannot be pruned to %d weights: %d survive, and each layer keeps one"
                    .formatted(names, keep, survivors));
        }
        List<Layer> layers = names.stream()
                .map(name -> Layer.of(name, trained.get(name), alive.get(name)))
                .toList();
        int go = survivors - keep;
        if (go == 0) {
            return;
        }
        int[] counts = new int[1 << UPPER_BITS];
        for (Layer layer : layers) {
            for (int k = 0; k < layer.weights.length; k++) {
                int bits = layer.bits(k);
                if (bits >= 0) {
                    counts[bits >>> LOWER_BITS]++;
                }
            }
        }
        int upper = 0;
        while (go > counts[upper]) {
            go -= counts[upper++];
        }
        Arrays.fill(counts, 0);
        for (Layer layer : layers) {
            for (int k = 0; k < layer.weights.length; k++) {
                int bits = layer.bits(k);
                if (bits >>> LOWER_BITS == upper) {
                    counts[bits & LOWER]++;
                }
            }
        }
        int lower = 0;
        while (go > counts[lower]) {
            go -= counts[lower++];
        }
        int largest = upper << LOWER_BITS | lower;
        for (Layer layer : layers) {
            for (int k = 0; k < layer.weights.length; k++) {
                int bits = layer.bits(k);
                if (bits >= 0 && (bits < largest || (bits == largest && go-- > 0))) {
                    layer.alive[k] = 0;
                }
            }
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
