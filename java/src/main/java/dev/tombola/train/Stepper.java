package dev.tombola.train;

import dev.tombola.data.Order;
import dev.tombola.kernel.Kernels;
import dev.tombola.nn.Parameters;
import dev.tombola.nn.Pass;
import dev.tombola.optim.Optimizer;
import dev.tombola.tensor.Ints;
import dev.tombola.tensor.Pixels;
import dev.tombola.tensor.Rule;
import dev.tombola.tensor.Score;
import dev.tombola.tensor.Slab;
import dev.tombola.tensor.Span;
import java.lang.foreign.Arena;

/// One training step after another: gather, forward, loss, backward, optimiser. All of its memory is made
/// once, here; a step allocates nothing.
public final class Stepper {
    private final Task task;
    private final Pixels images;
    private final Kernels kernels;
    private final Optimizer optimizer;
    private final Pass pass;
    private final Order order;
    private final Ints indices;
    private final int batchesPerEpoch;
    private final Rule rule;
    private final Span values;
    private final Span gradients;
    private final Span[] moments;

    /// @param parameters loaded with the initial values
    public Stepper(Arena arena, Task task, TrainingData data, Kernels kernels, Parameters parameters) {
        this.task = task;
        this.images = data.training().images();
        this.kernels = kernels;
        this.optimizer = task.optimizer();
        this.pass = new Pass(arena, task.network(), parameters, kernels, task.batch(), true);
        this.order = new Order(task.seed(), task.stream(), data.numbers(), arena);
        this.indices = new Ints(order.indices(), order.size());
        this.batchesPerEpoch = order.size() / task.batch();
        this.rule = optimizer.rule(arena, task.iterations());
        this.values = parameters.values();
        this.gradients = parameters.gradients();
        this.moments = new Span[optimizer.moments()];
        Slab state = new Slab(arena, moments.length * values.length());
        for (int i = 0; i < moments.length; i++) {
            moments[i] = state.span(values.length());
        }
    }

    /// Does iteration 0, 1, …, in order, and adds the batch's loss to `score`.
    public void step(int iteration, Score score) {
        int batch = iteration % batchesPerEpoch;
        if (batch == 0) {
            order.epoch(iteration / batchesPerEpoch);
        }
        kernels.gather(images, indices, batch * task.batch(), pass.input(), pass.labels());
        pass.forward();
        pass.loss(score);
        pass.backward();
        optimizer.step(kernels, rule, iteration, values, gradients, moments);
    }
}
