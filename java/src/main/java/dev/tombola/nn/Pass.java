package dev.tombola.nn;

import dev.tombola.kernel.Kernels;
import dev.tombola.tensor.Batch;
import dev.tombola.tensor.Ints;
import dev.tombola.tensor.Score;
import dev.tombola.tensor.Slab;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/// A network's layers bound to one set of parameters and to activations for one batch size: what runs forward, the
/// loss,
/// and backward. Makes nothing while it runs.
public final class Pass {
    private final Kernels kernels;
    private final Parameters parameters;
    private final boolean training;
    private final Batch input;
    private final Ints labels;
    private final Slab activations;
    private final Layer.Stage[] stages;

    /// @param size examples N per batch
    /// @param training whether gradients are wanted
    public Pass(Arena arena, Network network, Parameters parameters, Kernels kernels, int size, boolean training) {
        this.kernels = kernels;
        this.parameters = parameters;
        this.training = training;
        this.input = Batch.allocate(arena, network.inputs(), size);
        this.labels = Ints.allocate(arena, size);
        this.activations = new Slab(arena, activationFloats(network, size, training));
        List<Layer.Stage> bound = new ArrayList<>();
        Layer.Signal signal = new Layer.Signal(input, null);
        for (Layer layer : network.layers()) {
            Layer.Stage stage = layer.bind(this, signal);
            bound.add(stage);
            signal = stage.output();
        }
        this.stages = bound.toArray(Layer.Stage[]::new);
    }

    /// Images `[K][N]`, to be filled before [#forward].
    public Batch input() {
        return input;
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

    /// Every parameter's gradient, from the gradient of the logits.
    public void backward() {
        for (int i = stages.length - 1; i >= 0; i--) {
            stages[i].backward();
        }
    }

    Kernels kernels() {
        return kernels;
    }

    Parameters parameters() {
        return parameters;
    }

    boolean training() {
        return training;
    }

    Layer.Signal signal(int features) {
        int size = input.size();
        return new Layer.Signal(activations.batch(features, size), training ? activations.batch(features, size) : null);
    }

    static long signalFloats(int features, int size, boolean training) {
        return Slab.batchFloats(features, size) * (training ? 2 : 1);
    }

    private static long activationFloats(Network network, int size, boolean training) {
        int features = network.inputs();
        long floats = 0;
        for (Layer layer : network.layers()) {
            floats += layer.activations(features, size, training);
            features = layer.outputs(features);
        }
        return floats;
    }
}
