package dev.tombola.train;

import dev.tombola.base.UserError;
import dev.tombola.kernel.Kernels;
import dev.tombola.nn.FormChoice;
import java.lang.foreign.Arena;

/// Trains one network at a time per thread; any number of threads may share a trainer.
public final class Trainer {
    private final Kernels kernels;
    private final FormChoice forms;

    public Trainer(Kernels kernels, FormChoice forms) {
        this.kernels = kernels;
        this.forms = forms;
    }

    /// Trains to the end, or until the loss is not finite.
    ///
    /// @throws StoppedException when the listener asks to stop
    public Trained train(Task task, TrainingData data, TrainingListener listener) {
        if (task.batch() > data.numbers().length) {
            throw new UserError("train.batch is %d but there are only %d training examples; make the batch smaller."
                    .formatted(task.batch(), data.numbers().length));
        }
        try (Arena arena = Arena.ofConfined()) {
            return new TrainingRun(arena, task, data, kernels, forms, listener).run();
        }
    }
}
