package dev.tombola.lottery;

import dev.tombola.data.Dataset;
import dev.tombola.kernel.Backends;
import dev.tombola.kernel.Device;
import dev.tombola.nn.CostModel;
import dev.tombola.nn.Costs;
import dev.tombola.nn.FormChoice;
import dev.tombola.train.IdleCores;
import dev.tombola.train.ReplicaTrainer;
import dev.tombola.train.Trainer;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongSupplier;

/// Runs a recipe: every ticket, level by level, and every control (paper, section 2). Running it again finishes what is
/// missing; the results are the same bits however often it was interrupted and on however many threads.
public final class Lottery {
    /// Below this density a layer is compressed on a GPU: from its memory's bounds, until somebody measures it.
    private static final double GPU_BREAK_EVEN = 0.3;

    private Lottery() {}

    /// What a run came to.
    ///
    /// @param folder the run folder
    /// @param levels one row per finished training in the folder, in order
    /// @param interrupted whether the listener ended the run before everything was trained
    public record Outcome(Path folder, List<LevelRow> levels, boolean interrupted) {
        public Outcome {
            levels = List.copyOf(levels);
        }
    }

    /// Runs a recipe with the best that this machine has, into `runs/<hash>`.
    public static Outcome run(Recipe recipe, LotteryListener listener) {
        return run(recipe, Options.defaults(), listener);
    }

    /// Runs a recipe.
    ///
    /// @throws dev.tombola.base.UserError if the data, the backend or the folder cannot be had as asked
    /// @throws LotteryException if a training fails; the others are kept
    public static Outcome run(Recipe asked, Options options, LotteryListener listener) {
        return run(asked, options, listener, System::nanoTime);
    }

    /// @param nanos the clock that checkpoints go by
    static Outcome run(Recipe asked, Options options, LotteryListener listener, LongSupplier nanos) {
        return run(asked, options, Backends.open(options.backend(), options.isa()), listener, nanos);
    }

    /// @param choice what trains
    static Outcome run(
            Recipe asked, Options options, Backends.Choice choice, LotteryListener listener, LongSupplier nanos) {
        Machine machine = new Machine(choice.name(), options);
        // Before the folder: what is refused for its data leaves no folder behind.
        Dataset dataset = asked.load(options.data());
        Recipe recipe = asked.on(dataset);
        Path out = options.out() != null ? options.out() : Path.of("runs", recipe.hash());
        dataset.warning().ifPresent(machine::warn);
        Device device = choice.device();
        try (Arena images = device == null ? Arena.ofShared() : device.memory()) {
            KernelTraining training = new KernelTraining(recipe, dataset, images);
            try (RunFolder folder = RunFolder.open(out, recipe)) {
                listener.opened(out);
                CostModel costs = costs(recipe, options, choice, listener);
                IdleCores idle = new IdleCores();
                listener.begun(List.of(
                        training.sentence(),
                        choice.reason(),
                        options.form().sentence(costs),
                        "Run folder " + out + "."));
                dataset.warning().ifPresent(listener::noted);
                folder.writeMachine(machine.toJson());
                Training trainings = device == null
                        ? training.with(new Trainer(choice.kernels(), options.form(), costs, idle))
                        : training.with(new ReplicaTrainer(device, options.mostReplicas(), options.form(), costs));
                int workers = device == null ? options.workers() : 1;
                Outcome outcome = run(recipe, folder, trainings, workers, idle, listener, nanos);
                folder.writeMachine(machine.finished());
                return outcome;
            }
        }
    }

    private static CostModel costs(Recipe recipe, Options options, Backends.Choice choice, LotteryListener listener) {
        if (options.form() != FormChoice.AUTO) {
            return CostModel.constant(1, "not asked");
        }
        return choice.device() == null
                ? Costs.of(choice.kernels(), recipe.train().batch(), listener::noted)
                : CostModel.constant(GPU_BREAK_EVEN, "assumed for a GPU, not measured");
    }

    static Outcome run(
            Recipe recipe,
            RunFolder folder,
            Training training,
            int threads,
            IdleCores idle,
            LotteryListener listener,
            LongSupplier nanos) {
        LotteryRun run = new LotteryRun(recipe, folder, training, idle, listener, nanos);
        boolean interrupted = run.run(threads);
        return new Outcome(folder.root(), List.copyOf(folder.finished().values()), interrupted);
    }
}
