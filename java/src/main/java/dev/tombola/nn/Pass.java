package dev.tombola.nn;

import dev.tombola.kernel.Kernels;
import dev.tombola.numeric.Purpose;
import dev.tombola.tensor.Activation;
import dev.tombola.tensor.Batch;
import dev.tombola.tensor.Draws;
import dev.tombola.tensor.Ints;
import dev.tombola.tensor.Rule;
import dev.tombola.tensor.Score;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/// A network's layers bound to one set of parameters and to activations for one batch size: what runs forward, the
/// loss, and backward with the optimiser's step. Makes nothing while it runs.
///
/// Training keeps the value of every layer, for backward; gradients, and values in evaluation, live only until the next
/// stage has read them and take turns in a few pieces of memory.
public final class Pass {
    /// Pieces of memory that take turns, each as large as the largest value: a stage reads one and writes another,
    /// and a shortcut waits in the third.
    public static final int TURNS = 3;

    private final Arena arena;
    private final Kernels kernels;
    private final Plan plan;
    private final Parameters parameters;
    private final Rule rule;
    private final long seed;
    private final int stream;
    private final Batch input;
    private final Ints features;
    private final Ints labels;
    private final Batch[] turns = new Batch[TURNS];
    private final Layer.Stage[] stages;
    private int turn;

    /// A pass that evaluates.
    ///
    /// @param size examples N per batch
    public static Pass forInference(Arena arena, Plan plan, Parameters parameters, Kernels kernels, int size) {
        return new Pass(arena, plan, parameters, kernels, size, null, 0, 0);
    }

    /// A pass that trains.
    ///
    /// @param rule of the optimiser that the parameters were made for
    /// @param seed, stream of what is dropped
    public static Pass forTraining(
            Arena arena,
            Plan plan,
            Parameters parameters,
            Kernels kernels,
            int size,
            Rule rule,
            long seed,
            int stream) {
        return new Pass(arena, plan, parameters, kernels, size, rule, seed, stream);
    }

    private Pass(
            Arena arena,
            Plan plan,
            Parameters parameters,
            Kernels kernels,
            int size,
            Rule rule,
            long seed,
            int stream) {
        this.arena = arena;
        this.kernels = kernels;
        this.plan = plan;
        this.parameters = parameters;
        this.rule = rule;
        this.seed = seed;
        this.stream = stream;
        int[] pixels = plan.pixels();
        this.input = Batch.allocate(arena, pixels.length, size);
        this.features = Ints.of(arena, pixels);
        this.labels = Ints.allocate(arena, size);
        Layer.Signal images = new Layer.Signal(input, null, false, plan.input());
        this.stages = bind(plan.network().layers(), images, new Layer.Place(true, null));
    }

    /// Images `[K][N]`, to be filled before [#forward].
    public Batch input() {
        return input;
    }

    /// Whether networks side by side have the same images from here on: then one gathers them for all, if weights are
    /// what reads them.
    public void common(boolean common) {
        input.common(common && plan.network().layers().getFirst() instanceof Weighted);
    }

    /// Which pixels of an image the lines of [#input] are.
    public Ints features() {
        return features;
    }

    /// The images' classes, to be filled before the loss.
    public Ints labels() {
        return labels;
    }

    /// `[classes][N]`, after [#forward].
    public Batch logits() {
        return stages[stages.length - 1].output().value();
    }

    /// Evaluates.
    public void forward() {
        forward(stages, 0);
    }

    /// @param iteration of the training, from 0: what is dropped depends on it
    public void forward(int iteration) {
        forward(stages, iteration);
    }

    /// The loss and its gradient with respect to the logits; adds the batch to `score`.
    public void loss(Score score) {
        kernels.softmaxCrossEntropy(
                logits(), labels, stages[stages.length - 1].output().gradient(), score);
    }

    /// Adds the batch to `score` without a gradient.
    public void score(Score score) {
        kernels.score(logits(), labels, score);
    }

    /// From the gradient of the logits to the optimiser's step at iteration 0, 1, … with every parameter.
    public void backward(int iteration) {
        backward(stages, iteration);
        Parameters.Rest rest = parameters.rest();
        if (rest != null) {
            kernels.optimizerStep(rule, iteration, rest.w(), rest.g(), rest.m(), rest.v());
        }
    }

    static void forward(Layer.Stage[] stages, int iteration) {
        for (Layer.Stage stage : stages) {
            stage.forward(iteration);
        }
    }

    static void backward(Layer.Stage[] stages, int iteration) {
        for (int i = stages.length - 1; i >= 0; i--) {
            stages[i].backward(iteration);
        }
    }

    /// Layers one after another: a ReLU joins the layer before it where that takes it in, and an evaluation drops
    /// nothing.
    ///
    /// @param last where the last one's output is
    Layer.Stage[] bind(List<Layer> layers, Layer.Signal first, Layer.Place last) {
        List<Layer> wanted = layers.stream()
                .filter(layer -> trains() || !(layer instanceof Dropout))
                .toList();
        List<Layer.Stage> bound = new ArrayList<>();
        Layer.Signal signal = first;
        for (int i = 0; i < wanted.size(); i++) {
            Layer layer = wanted.get(i);
            Activation activation = Activation.IDENTITY;
            if (layer.rectifies() && i + 1 < wanted.size() && wanted.get(i + 1) instanceof Relu) {
                activation = Activation.RELU;
                i++;
            }
            boolean beforeBlock = i + 1 < wanted.size() && wanted.get(i + 1) instanceof Residual;
            Layer.Place place = i + 1 == wanted.size() ? last : new Layer.Place(beforeBlock, null);
            Layer.Stage stage = layer.bind(this, signal, activation, place);
            bound.add(stage);
            signal = stage.output();
        }
        return bound.toArray(Layer.Stage[]::new);
    }

    Arena arena() {
        return arena;
    }

    Kernels kernels() {
        return kernels;
    }

    Parameters parameters() {
        return parameters;
    }

    /// Null when evaluating.
    Rule rule() {
        return rule;
    }

    boolean trains() {
        return rule != null;
    }

    /// A stage's output, and its gradient when training.
    Layer.Signal output(Shape shape, boolean rectified, Layer.Place place) {
        Batch value = trains() || place.kept() ? own(shape) : inTurn(shape);
        Batch gradient = place.gradient();
        if (gradient == null && trains()) {
            gradient = place.kept() ? own(shape) : inTurn(shape);
        }
        return new Layer.Signal(value, gradient, rectified, shape);
    }

    /// Memory for a gradient that the next stage but one may use again.
    Batch gradient(Shape shape) {
        return inTurn(shape);
    }

    /// What a dropout drops.
    dev.tombola.tensor.Dropout dropout(Dropout layer) {
        Draws draws = new Draws(seed, Purpose.DROPOUT.word(layer.number()), stream);
        return dev.tombola.tensor.Dropout.of(arena, draws, Ints.of(arena, plan.units(layer)), layer.rate());
    }

    private Batch own(Shape shape) {
        return Batch.allocate(arena, shape.features(), input.size());
    }

    private Batch inTurn(Shape shape) {
        turn = (turn + 1) % TURNS;
        if (turns[turn] == null) {
            turns[turn] = Batch.allocate(arena, plan.network().largest(), input.size());
        }
        return turns[turn].first(arena, shape.features());
    }
}
