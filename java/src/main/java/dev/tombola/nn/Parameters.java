package dev.tombola.nn;

import dev.tombola.tensor.Form;
import dev.tombola.tensor.Rule;
import dev.tombola.tensor.Slab;
import dev.tombola.tensor.Span;
import dev.tombola.tensor.Weights;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// A network's parameters under a [Plan], and their optimiser state in slabs of the same layout: first the weights
/// of every layer as kernels read them, updated the moment their gradients are known; then the [Rest]. Survivors
/// only are stored where a layer is compressed, so nothing that sweeps a slab can touch a pruned weight.
public final class Parameters {
    private final Plan plan;
    private final Slab values;
    private final Slab[] moments;
    private final Map<String, Weights> weights = new HashMap<>();
    private final Map<String, Span> biases = new HashMap<>();
    private final Map<String, Span> biasGradients = new HashMap<>();
    private final Map<String, Span[]> weightMoments = new HashMap<>();
    private final List<Piece> pieces = new ArrayList<>();
    private final Rest rest;

    /// Where stored values lie: value i of the piece is element `place[i]` of the parameter's dense tensor, or none
    /// where that is -1 (pruned, or filling up a row, in a dense form).
    private static final class Piece {
        private final String parameter;
        private final long offset;
        private final int[] place;

        Piece(String parameter, long offset, int[] place) {
            this.parameter = parameter;
            this.offset = offset;
            this.place = place;
        }

        void load(float[] dense, Span slab) {
            for (int i = 0; i < place.length; i++) {
                slab.set(offset + i, place[i] < 0 ? 0f : dense[place[i]]);
            }
        }

        void store(Span slab, float[] dense) {
            for (int i = 0; i < place.length; i++) {
                if (place[i] >= 0) {
                    dense[place[i]] = slab.get(offset + i);
                }
            }
        }
    }

    /// What one optimiser step sweeps after the weights: the biases and, where an optimiser moves those too, weights
    /// and biases that are asleep.
    ///
    /// @param v null for SGD
    public record Rest(Span w, Span g, Span m, Span v) {}

    /// Parameters to evaluate with.
    ///
    /// @param forms the form of each weight tensor by name
    public static Parameters forInference(Arena arena, Plan plan, Map<String, Form> forms) {
        return new Parameters(arena, plan, forms, null, false);
    }

    /// Parameters to train.
    ///
    /// @param movesIdle whether the optimiser moves weights without a gradient
    public static Parameters forTraining(
            Arena arena, Plan plan, Map<String, Form> forms, Rule.Kind optimizer, boolean movesIdle) {
        return new Parameters(arena, plan, forms, optimizer, movesIdle);
    }

    private Parameters(Arena arena, Plan plan, Map<String, Form> forms, Rule.Kind optimizer, boolean movesIdle) {
        this.plan = plan;
        List<Linear> layers = plan.network().linears();
        long[] floats = floats(plan, layers, forms);
        this.values = new Slab(arena, floats[0] + floats[1]);
        this.moments = new Slab[optimizer == null ? 0 : optimizer.moments()];
        for (int i = 0; i < moments.length; i++) {
            moments[i] = new Slab(arena, floats[0] + floats[1]);
        }
        Slab gradients = new Slab(arena, moments.length == 0 ? 0 : floats[1]);
        layers.forEach(
                layer -> addWeights(arena, layer, forms.get(layer.weight().name())));
        long from = values.used();
        layers.forEach(layer -> addBias(layer, gradients));
        long to = values.used();
        layers.forEach(layer -> addAsleep(layer, gradients));
        this.rest = moments.length == 0 ? null : rest(from, movesIdle ? values.used() : to, gradients);
    }

    /// A layer's weights, ready for kernels.
    public Weights weights(Linear layer) {
        return weights.get(layer.name());
    }

    public Span bias(Linear layer) {
        return biases.get(layer.name());
    }

    /// The gradient of [#bias]; null when evaluating.
    Span biasGradient(Linear layer) {
        return biasGradients.get(layer.name());
    }

    /// The i-th moment of [#weights]; null where the optimiser has none.
    Span moment(Linear layer, int i) {
        return i < moments.length ? weightMoments.get(layer.name())[i] : null;
    }

    /// What is left to sweep after the weights are updated; null when evaluating.
    Rest rest() {
        return rest;
    }

    /// The whole slab of values, padding included.
    public Span values() {
        return values.whole();
    }

    /// Gathers the surviving values from a dense snapshot.
    public void load(State state) {
        Span slab = values();
        pieces.forEach(piece -> piece.load(state.get(piece.parameter), slab));
    }

    /// The dense snapshot of `slab`, a copy of [#values]; +0 where pruned.
    public State store(Span slab) {
        SequencedMap<String, float[]> dense = new LinkedHashMap<>();
        for (Parameter parameter : plan.network().parameters()) {
            dense.put(parameter.name(), new float[parameter.count()]);
        }
        pieces.forEach(piece -> piece.store(slab, dense.get(piece.parameter)));
        return new State(dense);
    }

    private void addWeights(Arena arena, Linear layer, Form form) {
        Plan.Part part = plan.part(layer);
        int length = Weights.entries(form, part.outputs().length, part.inputs().length, part.mask());
        long offset = values.used();
        Weights bound =
                new Weights(arena, form, part.outputs().length, part.inputs().length, part.mask(), values.span(length));
        weights.put(layer.name(), bound);
        Span[] state = new Span[moments.length];
        for (int i = 0; i < state.length; i++) {
            state[i] = moments[i].span(length);
        }
        weightMoments.put(layer.name(), state);
        int[] place = new int[length];
        for (int i = 0; i < length; i++) {
            int compact = bound.place(i);
            place[i] = compact >= 0 && part.mask().alive(compact) ? part.place(compact, layer.inputs()) : -1;
        }
        pieces.add(new Piece(layer.weight().name(), offset, place));
    }

    private void addBias(Linear layer, Slab gradients) {
        int[] place = plan.part(layer).outputs();
        long offset = values.used();
        biases.put(layer.name(), values.span(place.length));
        follow(place.length);
        if (moments.length > 0) {
            biasGradients.put(layer.name(), gradients.span(place.length));
        }
        pieces.add(new Piece(layer.bias().name(), offset, place));
    }

    /// What no pass touches: its gradient is and stays +0.
    private void addAsleep(Linear layer, Slab gradients) {
        int[] outputs = plan.part(layer).outputs();
        addPiece(layer.weight().name(), plan.asleep(layer), gradients);
        addPiece(layer.bias().name(), Plan.others(outputs, layer.outputs()), gradients);
    }

    private void addPiece(String parameter, int[] place, Slab gradients) {
        pieces.add(new Piece(parameter, values.used(), place));
        values.span(place.length);
        follow(place.length);
        if (moments.length > 0) {
            gradients.span(place.length);
        }
    }

    /// Keeps the slabs of state in step with the values.
    private void follow(int length) {
        for (Slab moment : moments) {
            moment.span(length);
        }
    }

    private Rest rest(long from, long to, Slab gradients) {
        return new Rest(
                values.between(from, to),
                gradients.between(0, to - from),
                moments[0].between(from, to),
                moments.length > 1 ? moments[1].between(from, to) : null);
    }

    /// Floats of all layers' weights, and of everything after them.
    private static long[] floats(Plan plan, List<Linear> layers, Map<String, Form> forms) {
        long[] floats = new long[2];
        for (Linear layer : layers) {
            Form form = forms.get(layer.weight().name());
            floats[0] += Slab.padded(Weights.entries(form, plan.outputs(layer), plan.inputs(layer), plan.mask(layer)));
            floats[1] += Slab.padded(plan.outputs(layer))
                    + Slab.padded(layer.outputs() - plan.outputs(layer))
                    + Slab.padded(plan.asleep(layer).length);
        }
        return floats;
    }
}
