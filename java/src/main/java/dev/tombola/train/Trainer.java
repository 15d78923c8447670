package dev.tombola.train;

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
        data.requireBatch(task.batch());
        try (Arena arena = Arena.ofConfined()) {
            return new TrainingRun(arena, task, data, kernels, forms, listener).run();
        }
    }
}
