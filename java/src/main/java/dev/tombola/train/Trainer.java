package dev.tombola.train;

import dev.tombola.kernel.Kernels;
import dev.tombola.nn.CostModel;
import dev.tombola.nn.FormChoice;
import dev.tombola.numeric.Precision;
import java.lang.foreign.Arena;

/// Trains one network at a time per thread, in FP32; any number of threads may share a trainer.
public final class Trainer {
    private final Kernels kernels;
    private final FormChoice forms;
    private final CostModel costs;
    private final IdleCores idle;

    /// A trainer that keeps to its caller's thread.
    ///
    /// @param costs what an automatic choice of forms goes by
    public Trainer(Kernels kernels, FormChoice forms, CostModel costs) {
        this(kernels, forms, costs, new IdleCores());
    }

    /// @param idle where evaluations may run beside the steps
    public Trainer(Kernels kernels, FormChoice forms, CostModel costs, IdleCores idle) {
        this.kernels = kernels;
        this.forms = forms;
        this.costs = costs;
        this.idle = idle;
    }

    /// Trains to the end, or until the loss is not finite.
    ///
    /// @throws StoppedException when the listener asks to stop
    public Trained train(Task task, TrainingData data, TrainingListener listener) {
        return train(task, data, Checkpoints.NONE, listener);
    }

    /// The same, going on from a checkpoint where there is one and leaving others.
    ///
    /// @throws StoppedException when the listener asks to stop
    public Trained train(Task task, TrainingData data, Checkpoints checkpoints, TrainingListener listener) {
        data.requireBatch(task.batch());
        if (task.precision() != Precision.FP32) {
            throw new IllegalArgumentException("a processor trains in FP32, not in " + task.precision());
        }
        try (Arena arena = Arena.ofConfined();
                Arena shared = Arena.ofShared();
                TrainingRun run = new TrainingRun(
                        arena, shared, task, data, kernels, forms, costs, idle, checkpoints, listener)) {
            return run.run();
        }
    }
}
