package dev.tombola.nn;

import dev.tombola.tensor.Form;
import dev.tombola.tensor.Mask;
import dev.tombola.tensor.Slab;
import dev.tombola.tensor.Span;
import dev.tombola.tensor.Weights;
import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/// A network's parameters and their gradients for one mask: two slabs with named views. A compressed
/// layer stores its survivors only, so nothing that sweeps a slab can touch a pruned weight.
public final class Parameters {
    private final Network network;
    private final Slab values;
    private final Slab gradients;
    private final Map<String, Weights> weights = new HashMap<>();
    private final Map<String, Span> spans = new LinkedHashMap<>();
    private final Map<String, Span> gradientSpans = new HashMap<>();

    /// @param forms the form of each prunable parameter by name
    public Parameters(Arena arena, Network network, Masks masks, Map<String, Form> forms) {
        this.network = network;
        long floats = 0;
        Map<String, Integer> lengths = new LinkedHashMap<>();
        for (Parameter parameter : network.parameters()) {
            int length = parameter.prunable()
                    ? Weights.entries(forms.get(parameter.name()), mask(parameter, masks))
                    : parameter.count();
            lengths.put(parameter.name(), length);
            floats += Slab.padded(length);
        }
        this.values = new Slab(arena, floats);
        this.gradients = new Slab(arena, floats);
        for (Parameter parameter : network.parameters()) {
            String name = parameter.name();
            Span span = values.span(lengths.get(name));
            spans.put(name, span);
            gradientSpans.put(name, gradients.span(lengths.get(name)));
            if (parameter.prunable()) {
                weights.put(
                        name,
                        new Weights(
                                arena,
                                forms.get(name),
                                parameter.shape().getFirst(),
                                parameter.fanIn(),
                                masks.get(name),
                                span));
            }
        }
    }

    /// A prunable parameter, ready for kernels.
    public Weights weights(String parameter) {
        return weights.get(parameter);
    }

    /// A parameter's stored values.
    public Span span(String parameter) {
        return spans.get(parameter);
    }

    /// A parameter's gradient, laid out as [#span].
    public Span gradient(String parameter) {
        return gradientSpans.get(parameter);
    }

    /// The whole slab of values, padding included.
    public Span values() {
        return values.whole();
    }

    /// The whole slab of gradients, laid out as [#values].
    public Span gradients() {
        return gradients.whole();
    }

    /// Gathers the surviving values from a dense snapshot.
    public void load(State state) {
        spans.forEach((name, span) -> {
            Weights pruned = weights.get(name);
            if (pruned != null) {
                pruned.gather(state.get(name));
            } else {
                span.copyFrom(state.get(name));
            }
        });
    }

    /// The dense snapshot of `slab`, a copy of [#values]; +0 where pruned.
    public State store(Span slab) {
        Span current = values();
        SequencedMap<String, float[]> dense = new LinkedHashMap<>();
        for (Parameter parameter : network.parameters()) {
            Span span = spans.get(parameter.name());
            long offset = (span.data().address() - current.data().address()) / Float.BYTES;
            dense.put(parameter.name(), dense(parameter, slab, offset));
        }
        return new State(dense);
    }

    private float[] dense(Parameter parameter, Span slab, long offset) {
        float[] result = new float[parameter.count()];
        Weights pruned = weights.get(parameter.name());
        if (pruned != null) {
            pruned.scatter(slab, offset, result);
        } else {
            for (int i = 0; i < result.length; i++) {
                result[i] = slab.get(offset + i);
            }
        }
        return result;
    }

    private static Mask mask(Parameter parameter, Masks masks) {
        Mask mask = masks.get(parameter.name());
        if (mask.length() != parameter.count()) {
            throw new IllegalArgumentException("the mask of %s has %d entries but the parameter is %s"
                    .formatted(parameter.name(), mask.length(), parameter.shape()));
        }
        return mask;
    }
}
