package dev.tombola.nn;

import dev.tombola.numeric.Gaussian;
import dev.tombola.numeric.Purpose;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// Initial values: Gaussian Glorot weights, std sqrt(2 / (fan_in + fan_out)), zero biases (paper, Figure 2), and batch
/// normalisation that scales by 1.
public final class Initial {
    private Initial() {}

    /// The draw is fixed by the seed, the purpose (first values or redrawn ones) and the stream.
    public static State glorot(Network network, long seed, Purpose purpose, int stream) {
        return glorot(network, Masks.full(network), seed, purpose, stream);
    }

    /// The same values where the masks prune nothing, and +0 elsewhere.
    public static State glorot(Network network, Masks masks, long seed, Purpose purpose, int stream) {
        SequencedMap<String, float[]> values = new LinkedHashMap<>();
        List<Parameter> parameters = network.parameters();
        for (int layer = 0; layer < parameters.size(); layer++) {
            Parameter parameter = parameters.get(layer);
            float[] dense = new float[parameter.count()];
            if (parameter.prunable()) {
                double std = StrictMath.sqrt(2.0 / (parameter.fanIn() + parameter.fanOut()));
                byte[] alive = masks.get(parameter.name()).toArray();
                Gaussian.fill(dense, alive, seed, purpose.word(layer), stream, std);
            } else {
                Arrays.fill(dense, parameter.role().start());
            }
            values.put(parameter.name(), dense);
        }
        return new State(values);
    }
}
