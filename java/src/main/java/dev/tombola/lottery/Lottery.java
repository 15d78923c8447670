package dev.tombola.lottery;

import dev.tombola.data.Dataset;
import dev.tombola.kernel.Backends;
import dev.tombola.nn.CostModel;
import dev.tombola.nn.Costs;
import dev.tombola.nn.FormChoice;
import dev.tombola.train.IdleCores;
import dev.tombola.train.Trainer;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongSupplier;

/// Runs a recipe: every ticket, level by level, and every control (paper, section 2). Running it again finishes what is
/// missing; the results are the same bits however often it was interrupted and on however many threads.
public final class Lottery {
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
        Backends.Choice choice = Backends.open(options.backend(), options.isa());
        Machine machine = new Machine(choice.kernels().name(), options);
        // Before the folder: what is refused for its data leaves no folder behind.
        Dataset dataset = asked.load(options.data());
        Recipe recipe = asked.on(dataset);
        Path out = options.out() != null ? options.out() : Path.of("runs", recipe.hash());
        dataset.warning().ifPresent(machine::warn);
        KernelTraining training = new KernelTraining(recipe, dataset);
        try (RunFolder folder = RunFolder.open(out, recipe)) {
            CostModel costs = options.form() == FormChoice.AUTO
                    ? Costs.of(choice.kernels(), recipe.train().batch(), listener::noted)
                    : CostModel.constant(1, "not asked");
            IdleCores idle = new IdleCores();
            Trainer trainer = new Trainer(choice.kernels(), options.form(), costs, idle);
            listener.begun(List.of(
                    training.sentence(), choice.reason(), options.form().sentence(costs), "Run folder " + out + "."));
            dataset.warning().ifPresent(listener::noted);
            folder.writeMachine(machine.toJson());
            Outcome outcome = run(recipe, folder, training.with(trainer), options.threads(), idle, listener, nanos);
            folder.writeMachine(machine.finished());
            return outcome;
        }
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
