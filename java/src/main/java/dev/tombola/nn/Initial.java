package dev.tombola.nn;

import dev.tombola.numeric.Gaussian;
import dev.tombola.numeric.Philox;
import dev.tombola.numeric.Purpose;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// Initial values: Gaussian weights of mean 0, zero biases, and batch normalisation that scales by 1 (paper, Figure 2).
///
/// @param everywhere the standard deviation of every layer's weights (paper, Figure 30), or 0 for Glorot's,
///     sqrt(2 / (fan_in + fan_out)) of each layer
public record Initial(double everywhere) {
    /// The paper's own.
    public static final Initial GLOROT = new Initial(0);

    /// The standard deviation of a layer's weights.
    public double std(Parameter weights) {
        return everywhere > 0 ? everywhere : StrictMath.sqrt(2.0 / (weights.fanIn() + weights.fanOut()));
    }

    /// The draw is fixed by the seed, the purpose (first values or redrawn ones) and the stream.
    public State values(Network network, long seed, Purpose purpose, int stream) {
        return values(network, Masks.full(network), seed, purpose, stream);
    }

    /// The same values where the masks prune nothing, and +0 elsewhere.
    public State values(Network network, Masks masks, long seed, Purpose purpose, int stream) {
        return each(network, masks, (parameter, alive, layer) -> {
            float[] dense = new float[alive.length];
            Gaussian.fill(dense, alive, seed, purpose.word(layer), stream, std(parameter));
            return dense;
        });
    }

    /// Each surviving weight is one of the layer's surviving `values`, drawn with replacement (paper, Figure 17): at
    /// place i number floor(n · draw i / 2³²) of those n.
    public State resampled(Network network, Masks masks, State values, long seed, int stream) {
        return each(network, masks, (parameter, alive, layer) -> {
            float[] from = new float[alive.length];
            int n = 0;
            for (int i = 0; i < alive.length; i++) {
                from[n] = values.get(parameter.name())[i];
                n += alive[i];
            }
            int[] draws = new int[alive.length];
            Philox.fill(draws, alive.length, seed, 0, Purpose.RESAMPLE.word(layer), stream);
            float[] dense = new float[alive.length];
            for (int i = 0; i < alive.length; i++) {
                if (alive[i] != 0) {
                    dense[i] = from[(int) ((Integer.toUnsignedLong(draws[i]) * n) >>> 32)];
                }
            }
            return dense;
        });
    }

    /// Each surviving weight is its one of `values` and a draw of `deviations` times the layer's [#std] (paper,
    /// Figure 25), added in float.
    public State noisy(Network network, Masks masks, State values, double deviations, long seed, int stream) {
        return each(network, masks, (parameter, alive, layer) -> {
            float[] dense = new float[alive.length];
            Gaussian.fill(dense, alive, seed, Purpose.NOISE.word(layer), stream, deviations * std(parameter));
            for (int i = 0; i < alive.length; i++) {
                dense[i] = alive[i] != 0 ? values.get(parameter.name())[i] + dense[i] : 0f;
            }
            return dense;
        });
    }

    /// A layer's weights, +0 where they are pruned.
    private interface Weights {
        float[] of(Parameter parameter, byte[] alive, int layer);
    }

    /// Weights of every layer, and beside them what each other parameter starts from.
    private static State each(Network network, Masks masks, Weights weights) {
        SequencedMap<String, float[]> values = new LinkedHashMap<>();
        List<Parameter> parameters = network.parameters();
        for (int layer = 0; layer < parameters.size(); layer++) {
            Parameter parameter = parameters.get(layer);
            float[] dense;
            if (parameter.prunable()) {
                dense = weights.of(parameter, masks.get(parameter.name()).toArray(), layer);
            } else {
                dense = new float[parameter.count()];
                Arrays.fill(dense, parameter.role().start());
            }
            values.put(parameter.name(), dense);
        }
        return new State(values);
    }
}
