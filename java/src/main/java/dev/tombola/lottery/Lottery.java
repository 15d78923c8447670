package dev.tombola.lottery;

import dev.tombola.base.UserError;
import dev.tombola.data.Dataset;
import dev.tombola.data.OwnData;
import dev.tombola.kernel.Backends;
import dev.tombola.nn.CostModel;
import dev.tombola.train.IdleCores;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// Runs a recipe: every ticket, level by level, and every control (paper, section 2). Running it again finishes what is
/// missing; the results are the same bits however often it was interrupted and on however many threads.
public final class Lottery {
    private Lottery() {}

    /// What a run came to.
    ///
    /// @param folder the run folder
    /// @param levels one row per finished training in the folder, in order
    /// @param interrupted whether the listener, or an interrupt of the thread that waits for the run, ended it before
    ///     everything was trained
    public record Outcome(Path folder, List<LevelRow> levels, boolean interrupted) {
        public Outcome {
            levels = List.copyOf(levels);
        }
    }

    /// Runs a recipe with the best that this machine has, into `runs/<hash>`.
    public static Outcome run(Recipe recipe, LotteryListener listener) {
        return run(recipe, Options.defaults(), listener);
    }

    /// Runs a recipe. An interrupt of the calling thread ends the run soon, as the listener can; the thread finds its
    /// flag set again afterwards.
    ///
    /// @throws UserError if the data, the backend or the folder cannot be had as asked, or no file could say the
    ///     recipe
    /// @throws LotteryException if a training fails; the others are kept
    public static Outcome run(Recipe asked, Options options, LotteryListener listener) {
        return run(asked, options, listener, System::nanoTime);
    }

    /// Runs a recipe whose `data.name` is `memory` on images of the program's own. They are known by their content:
    /// given the same again a run goes on, and others are another recipe.
    ///
    /// @param images as of [Dataset#of]
    /// @throws UserError as above, and if they do not fit the recipe
    /// @throws LotteryException if a training fails; the others are kept
    public static Outcome run(Recipe asked, Dataset images, Options options, LotteryListener listener) {
        return run(asked, () -> fitting(asked, images), options, listener, System::nanoTime);
    }

    private static Dataset fitting(Recipe asked, Dataset images) {
        String name = asked.data().name();
        if (!name.equals(OwnData.Memory.NAME)) {
            throw new UserError("data.name is %s but the program hands over images of its own; for those it must be %s."
                    .formatted(name, OwnData.Memory.NAME));
        }
        asked.requireFit(images.extent());
        return images;
    }

    /// @param nanos the clock that checkpoints go by
    static Outcome run(Recipe asked, Options options, LotteryListener listener, LongSupplier nanos) {
        return run(asked, () -> asked.load(options.data()), options, listener, nanos);
    }

    private static Outcome run(
            Recipe asked, Supplier<Dataset> images, Options options, LotteryListener listener, LongSupplier nanos) {
        Objects.requireNonNull(asked, "recipe");
        Objects.requireNonNull(options, "options");
        return OwnThread.run(
                Objects.requireNonNull(listener, "listener"),
                watcher ->
                        run(asked, images, options, Backends.open(options.backend(), options.isa()), watcher, nanos));
    }

    /// @param choice what trains
    static Outcome run(
            Recipe asked,
            Supplier<Dataset> images,
            Options options,
            Backends.Choice choice,
            LotteryListener listener,
            LongSupplier nanos) {
        asked.requireReadable();
        Machine machine = new Machine(choice, options);
        options.requirePrecision(asked, choice.name(), choice.device() != null);
        // Before the folder: what is refused for its data leaves no folder behind.
        Dataset dataset = images.get();
        Recipe recipe = asked.on(dataset);
        Path out = options.out() != null ? options.out() : Path.of("runs", recipe.hash());
        dataset.warning().ifPresent(machine::warn);
        try (IdleCores idle = new IdleCores(choice.helped());
                LocalEngine engine = new LocalEngine(options, choice, idle, listener::noted)) {
            engine.hold(recipe, () -> dataset);
            engine.lendSpare();
            try (RunFolder folder = RunFolder.open(out, recipe)) {
                listener.opened(out);
                CostModel costs = engine.costs(recipe.train().batch());
                List<String> facts = new ArrayList<>(List.of(
                        sentence(recipe, dataset),
                        choice.reason(),
                        options.form().sentence(costs)));
                recipe.numerics().sentence().ifPresent(facts::add);
                facts.add("Run folder " + out + ".");
                listener.begun(facts);
                recipe.train()
                        .optimizer()
                        .schedule()
                        .beyond(recipe.train().iterations())
                        .forEach(listener::noted);
                dataset.warning().ifPresent(listener::noted);
                folder.begin(machine).ifPresent(listener::noted);
                Outcome outcome = run(recipe, folder, engine, engine.workers(), idle, listener, nanos);
                folder.writeMachine(machine.finished());
                return outcome;
            }
        }
    }

    /// The data set in one sentence; what the program drew is called synthetic.
    private static String sentence(Recipe recipe, Dataset dataset) {
        return String.format(
                Locale.ROOT,
                "Data set %s%s: %,d training images, %,d of them for validation, and %,d test images.",
                dataset.name(),
                dataset.synthetic() ? ", synthetic, drawn by the program" : "",
                dataset.train().count(),
                recipe.data().validation(),
                dataset.test().count());
    }

    static Outcome run(
            Recipe recipe,
            RunFolder folder,
            Engine engine,
            int threads,
            IdleCores idle,
            LotteryListener listener,
            LongSupplier nanos) {
        OpenRun run = new OpenRun(folder, recipe, Job.all(recipe.run()), Tickets.ALL, nanos);
        boolean interrupted = new LotteryRun(run, engine, idle, JavaMemory.share(), listener).run(threads);
        return new Outcome(folder.root(), run.levels(), interrupted);
    }
}
