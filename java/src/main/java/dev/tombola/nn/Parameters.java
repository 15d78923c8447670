package dev.tombola.nn;

import dev.tombola.tensor.Form;
import dev.tombola.tensor.Mask;
import dev.tombola.tensor.Norm;
import dev.tombola.tensor.Rule;
import dev.tombola.tensor.Slab;
import dev.tombola.tensor.Span;
import dev.tombola.tensor.Weights;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// A network's parameters under a [Plan], and their optimiser state in slabs of the same layout: first the weights
/// of every layer as kernels read them, updated the moment their gradients are known; then the [Rest]; last what no
/// optimiser touches. Survivors only are stored where a layer is compressed, so nothing that sweeps a slab can touch a
/// pruned weight.
public final class Parameters {
    private final Arena arena;
    private final Plan plan;
    private final Slab values;
    private final Slab[] moments;
    private final Slab gradients;
    private final Map<String, Weights> weights = new HashMap<>();
    private final Map<String, Span[]> weightMoments = new HashMap<>();
    private final Map<String, Span> vectors = new HashMap<>();
    private final Map<String, Span> vectorGradients = new HashMap<>();
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

        /// Not where only values lie, behind the end of a moment.
        boolean within(Span slab) {
            return offset + place.length <= slab.length();
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

    /// What one optimiser step sweeps after the weights: biases and normalisations and, where an optimiser moves those
    /// too, parameters that are asleep.
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

    /// Parameters of the same network to train, in memory of their own. They share these one's indices, which must
    /// outlive them.
    ///
    /// @param movesIdle as in [#forTraining]
    public Parameters toTrain(Arena arena, Rule.Kind optimizer, boolean movesIdle) {
        Map<String, Form> forms = new HashMap<>();
        for (Weighted layer : plan.network().weighted()) {
            forms.put(layer.weight().name(), weights(layer).form());
        }
        return new Parameters(arena, plan, forms, optimizer, movesIdle, this);
    }

    private Parameters(Arena arena, Plan plan, Map<String, Form> forms, Rule.Kind optimizer, boolean movesIdle) {
        this(arena, plan, forms, optimizer, movesIdle, null);
    }

    /// @param like whose indices are shared, or null
    private Parameters(
            Arena arena, Plan plan, Map<String, Form> forms, Rule.Kind optimizer, boolean movesIdle, Parameters like) {
        this.arena = arena;
        this.plan = plan;
        List<Weighted> layers = plan.network().weighted();
        List<Vector> vectorList = vectors(plan);
        long heavy = 0;
        long light = 0;
        long still = 0;
        for (Weighted layer : layers) {
            Form form = forms.get(layer.weight().name());
            heavy += Slab.padded(Weights.entries(form, plan.outputs(layer), plan.inputs(layer), plan.mask(layer)));
            light += Slab.padded(plan.asleep(layer).length);
        }
        for (Vector vector : vectorList) {
            long floats = Slab.padded(vector.awake.length) + Slab.padded(vector.asleep.length);
            if (vector.trained()) {
                light += floats;
            } else {
                still += floats;
            }
        }
        this.values = new Slab(arena, heavy + light + still);
        this.moments = new Slab[optimizer == null ? 0 : optimizer.moments()];
        for (int i = 0; i < moments.length; i++) {
            moments[i] = new Slab(arena, heavy + light);
        }
        this.gradients = new Slab(arena, moments.length == 0 ? 0 : light);
        layers.forEach(layer -> addWeights(layer, forms.get(layer.weight().name()), like));
        long from = values.used();
        List<Vector> trained = vectorList.stream().filter(Vector::trained).toList();
        trained.forEach(this::addVector);
        long to = values.used();
        layers.forEach(layer -> addAsleep(layer.weight().name(), plan.asleep(layer)));
        trained.forEach(vector -> addAsleep(vector.parameter.name(), vector.asleep));
        this.rest = moments.length == 0 || to == from ? null : rest(from, movesIdle ? values.used() : to);
        vectorList.stream().filter(vector -> !vector.trained()).forEach(this::addStatistic);
    }

    /// A layer's weights, ready for kernels.
    public Weights weights(Weighted layer) {
        return weights.get(layer.name());
    }

    /// A bias, or one of a normalisation's vectors, of the outputs or channels at work.
    public Span vector(Parameter parameter) {
        return vectors.get(parameter.name());
    }

    /// The gradient of [#vector]; null when evaluating.
    Span gradient(Parameter parameter) {
        return vectorGradients.get(parameter.name());
    }

    /// The i-th moment of [#weights]; null where the optimiser has none.
    Span moment(Weighted layer, int i) {
        return i < moments.length ? weightMoments.get(layer.name())[i] : null;
    }

    /// A normalisation's numbers; with a place for the batch's statistics when training.
    Norm norm(BatchNorm layer) {
        int channels = plan.channels(layer).length;
        boolean trains = moments.length > 0;
        return Norm.of(
                arena,
                vector(layer.scale()),
                vector(layer.shift()),
                vector(layer.runningMean()),
                vector(layer.runningVariance()),
                trains ? Span.allocate(arena, channels) : null,
                trains ? Span.allocate(arena, channels) : null);
    }

    /// What is left to sweep after the weights are updated; null when evaluating, or where nothing is.
    Rest rest() {
        return rest;
    }

    /// The whole slab of values, padding included.
    public Span values() {
        return values.whole();
    }

    /// Gathers the surviving values from a dense snapshot.
    public void load(State state) {
        load(state, values());
    }

    /// Gathers them into `slab`, a copy of [#values].
    public void load(State state, Span slab) {
        pieces.forEach(piece -> piece.load(state.get(piece.parameter), slab));
    }

    /// The dense snapshot of each moment of the optimiser; +0 for what has none.
    public List<State> moments() {
        return Arrays.stream(moments).map(moment -> store(moment.whole())).toList();
    }

    /// Takes up [#moments], stored under whatever forms.
    public void loadMoments(List<State> states) {
        for (int i = 0; i < moments.length; i++) {
            State state = states.get(i);
            Span slab = moments[i].whole();
            pieces.stream()
                    .filter(piece -> piece.within(slab))
                    .forEach(piece -> piece.load(state.get(piece.parameter), slab));
        }
    }

    /// The dense snapshot of `slab`, a copy of [#values]; +0 where pruned.
    public State store(Span slab) {
        SequencedMap<String, float[]> dense = new LinkedHashMap<>();
        for (Parameter parameter : plan.network().parameters()) {
            dense.put(parameter.name(), new float[parameter.count()]);
        }
        pieces.stream()
                .filter(piece -> piece.within(slab))
                .forEach(piece -> piece.store(slab, dense.get(piece.parameter)));
        return new State(dense);
    }

    /// A parameter of one value per output or channel: which of these are at work, and which are not.
    private static final class Vector {
        private final Parameter parameter;
        private final int[] awake;
        private final int[] asleep;

        Vector(Parameter parameter, int[] awake, int[] asleep) {
            this.parameter = parameter;
            this.awake = awake;
            this.asleep = asleep;
        }

        boolean trained() {
            return parameter.role().trained();
        }
    }

    private static List<Vector> vectors(Plan plan) {
        List<Vector> vectors = new ArrayList<>();
        for (Weighted layer : plan.network().weighted()) {
            if (layer.biased()) {
                int[] outputs = plan.part(layer).outputs();
                vectors.add(new Vector(layer.bias(), outputs, Plan.others(outputs, layer.outputs())));
            }
        }
        for (BatchNorm norm : plan.network().norms()) {
            int[] channels = plan.channels(norm);
            for (Parameter parameter : norm.parameters()) {
                vectors.add(
                        parameter.role().trained()
                                ? new Vector(parameter, channels, Plan.others(channels, norm.channels()))
                                : new Vector(parameter, plan.statistics(norm), plan.statisticsAsleep(norm)));
            }
        }
        return vectors;
    }

    private void addWeights(Weighted layer, Form form, Parameters like) {
        Mask mask = plan.mask(layer);
        int outputs = plan.outputs(layer);
        int inputs = plan.inputs(layer);
        int length = Weights.entries(form, outputs, inputs, mask);
        long offset = values.used();
        Span span = values.span(length);
        weights.put(
                layer.name(),
                like == null
                        ? new Weights(arena, form, outputs, inputs, layer.taps(), mask, span)
                        : like.weights(layer).over(arena, span));
        Span[] state = new Span[moments.length];
        for (int i = 0; i < state.length; i++) {
            state[i] = moments[i].span(length);
        }
        weightMoments.put(layer.name(), state);
        pieces.add(new Piece(layer.weight().name(), offset, like == null ? places(layer) : like.placesOf(layer)));
    }

    private int[] places(Weighted layer) {
        int[] dense = plan.part(layer).places(layer);
        int[] places = weights(layer).places();
        for (int i = 0; i < places.length; i++) {
            places[i] = places[i] < 0 ? -1 : dense[places[i]];
        }
        return places;
    }

    /// Those that [#places] gave.
    private int[] placesOf(Weighted layer) {
        return pieces.get(plan.network().weighted().indexOf(layer)).place; // the first pieces are the weights'
    }

    private void addVector(Vector vector) {
        String name = vector.parameter.name();
        int[] place = vector.awake;
        pieces.add(new Piece(name, values.used(), place));
        vectors.put(name, values.span(place.length));
        if (moments.length > 0) {
            vectorGradients.put(name, gradients.span(place.length));
        }
        follow(place.length);
    }

    /// What no pass touches: its gradient is and stays +0.
    private void addAsleep(String parameter, int[] place) {
        pieces.add(new Piece(parameter, values.used(), place));
        values.span(place.length);
        if (moments.length > 0) {
            gradients.span(place.length);
        }
        follow(place.length);
    }

    /// Without a gradient and without moments.
    private void addStatistic(Vector vector) {
        String name = vector.parameter.name();
        int[] place = vector.awake;
        pieces.add(new Piece(name, values.used(), place));
        vectors.put(name, values.span(place.length));
        pieces.add(new Piece(name, values.used(), vector.asleep));
        values.span(vector.asleep.length);
    }

    /// Keeps the slabs of state in step with the values.
    private void follow(int length) {
        for (Slab moment : moments) {
            moment.span(length);
        }
    }

    private Rest rest(long from, long to) {
        return new Rest(
                values.between(from, to),
                gradients.between(0, to - from),
                moments[0].between(from, to),
                moments.length > 1 ? moments[1].between(from, to) : null);
    }
}
