package dev.tombola.nn;

import dev.tombola.kernel.Kernels;
import dev.tombola.tensor.Activation;
import dev.tombola.tensor.Batch;
import dev.tombola.tensor.Ints;
import dev.tombola.tensor.Rule;
import dev.tombola.tensor.Score;
import dev.tombola.tensor.Slab;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/// A network's layers bound to one set of parameters and to activations for one batch size: what runs forward, the
/// loss, and backward with the optimiser's step. Makes nothing while it runs.
public final class Pass {
    private final Kernels kernels;
    private final Parameters parameters;
    private final Rule rule;
    private final Batch input;
    private final Ints features;
    private final Ints labels;
    private final Slab activations;
    private final Layer.Stage[] stages;

    /// A pass that evaluates.
    ///
    /// @param size examples N per batch
    public static Pass forInference(Arena arena, Plan plan, Parameters parameters, Kernels kernels, int size) {
        return new Pass(arena, plan, parameters, kernels, size, null);
    }

    /// A pass that trains.
    ///
    /// @param rule of the optimiser that the parameters were made for
    public static Pass forTraining(
            Arena arena, Plan plan, Parameters parameters, Kernels kernels, int size, Rule rule) {
        return new Pass(arena, plan, parameters, kernels, size, rule);
    }

    private Pass(Arena arena, Plan plan, Parameters parameters, Kernels kernels, int size, Rule rule) {
        this.kernels = kernels;
        this.parameters = parameters;
        this.rule = rule;
        int[] pixels = plan.pixels();
        this.input = Batch.allocate(arena, pixels.length, size);
        this.features = Ints.of(arena, pixels);
        this.labels = Ints.allocate(arena, size);
        List<Layer> layers = plan.network().layers();
        this.activations = new Slab(
                arena,
                layers.stream()
                        .mapToLong(layer -> layer.activations(plan, size, rule != null))
                        .sum());
        List<Layer.Stage> bound = new ArrayList<>();
        Layer.Signal signal = new Layer.Signal(input, null, false);
        for (int i = 0; i < layers.size(); i++) {
            boolean rectified = i + 1 < layers.size() && layers.get(i + 1) instanceof Relu;
            Layer.Stage stage;
            if (rectified && layers.get(i) instanceof Linear linear) {
                stage = linear.bind(this, signal, Activation.RELU);
                i++;
            } else {
                stage = layers.get(i).bind(this, signal);
            }
            bound.add(stage);
            signal = stage.output();
        }
        this.stages = bound.toArray(Layer.Stage[]::new);
    }

    /// Images `[K][N]`, to be filled before [#forward].
    public Batch input() {
        return input;
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

    public void forward() {
        for (Layer.Stage stage : stages) {
            stage.forward();
        }
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
        for (int i = stages.length - 1; i >= 0; i--) {
            stages[i].backward(iteration);
        }
        Parameters.Rest rest = parameters.rest();
        kernels.optimizerStep(rule, iteration, rest.w(), rest.g(), rest.m(), rest.v());
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

    /// A layer's output, and its gradient when training.
    Layer.Signal signal(Linear layer, boolean rectified) {
        int outputs = parameters.weights(layer).outputs();
        return new Layer.Signal(
                activations.batch(outputs, input.size()),
                rule == null ? null : activations.batch(outputs, input.size()),
                rectified);
    }
}
