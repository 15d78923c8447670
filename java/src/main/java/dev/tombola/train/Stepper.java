package dev.tombola.train;

import dev.tombola.data.Order;
import dev.tombola.kernel.Kernels;
import dev.tombola.nn.Parameters;
import dev.tombola.nn.Pass;
import dev.tombola.nn.Plan;
import dev.tombola.tensor.Augment;
import dev.tombola.tensor.Ints;
import dev.tombola.tensor.Pixels;
import dev.tombola.tensor.Rule;
import dev.tombola.tensor.Score;
import java.lang.foreign.Arena;

/// One training step after another: gather, forward, loss, backward, optimiser. All of its memory is made
/// once, here; a step allocates nothing.
public final class Stepper {
    private final Task task;
    private final Pixels images;
    private final Kernels kernels;
    private final Pass pass;
    private final Augment augment;
    private final Order order;
    private final Ints indices;
    private final int batchesPerEpoch;
    private int ordered = -1;

    /// @param parameters for training, loaded with the initial values
    public Stepper(Arena arena, Task task, Plan plan, TrainingData data, Kernels kernels, Parameters parameters) {
        this.task = task;
        this.images = data.training().images();
        this.kernels = kernels;
        Rule rule = task.optimizer().rule(arena, task.first(), task.iterations());
        this.pass = Pass.forTraining(arena, plan, parameters, kernels, task.batch(), rule, task.seed(), task.stream());
        this.augment = task.augmentation().augment(arena, task.network(), task.seed(), task.stream());
        this.order = new Order(task.seed(), task.stream(), data.numbers(), arena);
        this.indices = new Ints(order.indices(), order.size());
        this.batchesPerEpoch = order.size() / task.batch();
    }

    /// Does iteration 0, 1, … and adds the batch's loss to `score`. Whatever it draws belongs to the iteration: a
    /// training may begin, or be taken up, at any of them.
    public void step(int iteration, Score score) {
        if (beginsEpoch(iteration)) {
            order(iteration);
        }
        run(iteration, score);
    }

    /// Whether [#order] must come before [#run].
    boolean beginsEpoch(int iteration) {
        return iteration / batchesPerEpoch != ordered;
    }

    /// Orders the examples of the iteration's epoch.
    void order(int iteration) {
        ordered = iteration / batchesPerEpoch;
        order.epoch(ordered);
    }

    /// Does an iteration whose epoch is ordered.
    void run(int iteration, Score score) {
        int from = iteration % batchesPerEpoch * task.batch();
        if (augment == null) {
            kernels.gather(images, pass.features(), indices, from, pass.input(), pass.labels());
        } else {
            kernels.gatherAugmented(images, augment, iteration, indices, from, pass.input(), pass.labels());
        }
        pass.forward(iteration);
        pass.loss(score);
        pass.backward(iteration);
    }
}
