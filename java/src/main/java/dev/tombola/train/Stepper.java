package dev.tombola.train;

import dev.tombola.kernel.Kernels;
import dev.tombola.nn.Parameters;
import dev.tombola.nn.Pass;
import dev.tombola.nn.Plan;
import dev.tombola.numeric.Purpose;
import dev.tombola.tensor.Augment;
import dev.tombola.tensor.Draws;
import dev.tombola.tensor.Ints;
import dev.tombola.tensor.Pixels;
import dev.tombola.tensor.Rule;
import dev.tombola.tensor.Score;
import dev.tombola.tensor.Shuffle;
import java.lang.foreign.Arena;

/// One training step after another: gather, forward, loss, backward, optimiser. All of its memory is made
/// once, here; a step allocates nothing.
public final class Stepper {
    private final Task task;
    private final Pixels images;
    private final Kernels kernels;
    private final Pass pass;
    private final Augment augment;
    private final Shuffle shuffle;
    private final Ints order;
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
        this.shuffle = Shuffle.of(arena, new Draws(task.seed(), Purpose.ORDER.word(), task.stream()), data.numbers());
        this.order = Ints.allocate(arena, shuffle.size());
        this.batchesPerEpoch = shuffle.size() / task.batch();
    }

    /// Does iteration 0, 1, … and adds the batch's loss to `score`. Whatever it draws belongs to the iteration: a
    /// training may begin, or be taken up, at any of them.
    public void step(int iteration, Score score) {
        order(kernels, iteration);
        run(iteration, iteration % batchesPerEpoch, score);
    }

    int batchesPerEpoch() {
        return batchesPerEpoch;
    }

    /// Orders the examples of the iteration's epoch, unless they are.
    void order(Kernels kernels, int iteration) {
        int epoch = iteration / batchesPerEpoch;
        if (epoch != ordered) {
            kernels.shuffle(shuffle, epoch, order);
            ordered = epoch;
        }
    }

    /// Does an iteration with batch 0, 1, … of the epoch that is ordered.
    void run(int iteration, int batch, Score score) {
        int from = batch * task.batch();
        if (augment == null) {
            kernels.gather(images, pass.features(), order, from, pass.input(), pass.labels());
        } else {
            kernels.gatherAugmented(images, augment, iteration, order, from, pass.input(), pass.labels());
        }
        pass.forward(iteration);
        pass.loss(score);
        pass.backward(iteration);
    }
}
