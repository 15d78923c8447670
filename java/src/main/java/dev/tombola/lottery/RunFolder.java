package dev.tombola.lottery;

import dev.tombola.base.AtomicFile;
import dev.tombola.base.Hold;
import dev.tombola.base.Reason;
import dev.tombola.base.UserError;
import dev.tombola.nn.State;
import dev.tombola.numeric.Precision;
import dev.tombola.train.Point;
import dev.tombola.train.Task;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// A run's folder, held by one process at a time. A training is finished when its last file is renamed into place;
/// whatever is there without it is done again. The tables are rebuilt from the finished trainings.
final class RunFolder implements AutoCloseable {
    private final Layout layout;
    private final Recipe recipe;
    private final Hold lock;
    private final RunReader reader;
    private final ConcurrentSkipListMap<Job, LevelRow> finished = new ConcurrentSkipListMap<>();
    private FinishedJobs found = FinishedJobs.NONE;

    private RunFolder(Layout layout, Recipe recipe, Hold lock) {
        this.layout = layout;
        this.recipe = recipe;
        this.lock = lock;
        this.reader = new RunReader(layout, recipe);
    }

    /// Opens the folder for a recipe, made where it is not there; finds what is finished, removes what was left
    /// unfinished.
    ///
    /// @throws UserError if it holds another recipe or other things, lies inside another run's, is in use or cannot be
    ///     written
    static RunFolder open(Path root, Recipe recipe) {
        Layout layout = new Layout(root);
        requireFit(layout);
        RunFolder folder = new RunFolder(layout, recipe, lock(layout));
        try {
            folder.requireSameRecipe();
            folder.clean();
            AtomicFile.write(layout.recipe(), folder.widest().toYaml());
            folder.findFinished();
            return folder;
        } catch (RuntimeException e) {
            folder.close();
            throw e;
        }
    }

    /// The finished trainings of a folder that is only looked at, whoever holds it.
    static FinishedJobs look(Path root, Recipe recipe) {
        RunFolder folder = new RunFolder(new Layout(root), recipe, null);
        folder.requireSameRecipe();
        return folder.reader.contents().jobs();
    }

    /// The same of this folder as it was opened.
    FinishedJobs found() {
        return found;
    }

    Path root() {
        return layout.root();
    }

    /// Finished trainings, in order; grows while the run goes on.
    SortedMap<Job, LevelRow> finished() {
        return finished;
    }

    /// A finished training.
    Ticket ticket(Job job) {
        Path passing = layout.passing(job);
        return remedied(() -> Ticket.open(Files.exists(passing) ? passing : layout.tensors(job)));
    }

    /// What the tickets of a trial go back to.
    State rewind(int trial) {
        return remedied(() -> rewindFile(trial).read());
    }

    private static <T> T remedied(Supplier<T> read) {
        try {
            return read.get();
        } catch (UserError e) {
            throw new UserError(e.getMessage() + " " + RunReader.REMEDY, e);
        }
    }

    /// Where a training that is not finished leaves its state.
    ///
    /// @param noted told in one sentence what became of a checkpoint that is there
    CheckpointFile checkpoints(Job job, Task task, LongSupplier nanos, Consumer<String> noted) {
        return new CheckpointFile(layout.checkpoint(job), recipe.hash(), job, task, nanos, noted);
    }

    /// How long a training's weights are on disk.
    enum Stay {
        FOR_GOOD,
        /// Until [#letGo].
        FOR_NOW,
        NOT_AT_ALL
    }

    /// Keeps a training; from here on it is finished.
    ///
    /// @param rewind what its trial goes back to, or null
    LevelRow save(Job job, Ticket ticket, List<Point> curve, State rewind, Times times, Stay stay) {
        AtomicFile.write(layout.times(job), times.toCsv());
        AtomicFile.write(layout.curve(job), CurveText.write(job, curve));
        if (rewind != null && stay != Stay.NOT_AT_ALL) {
            rewindFile(job.trial()).write(rewind);
        }
        if (stay == Stay.FOR_NOW) {
            AtomicFile.write(layout.passing(job), ticket.content()::write);
        }
        SafeTensors content = stay == Stay.FOR_GOOD ? ticket.content() : ticket.stripped();
        AtomicFile.write(layout.tensors(job), content::write);
        if (stay == Stay.FOR_GOOD) {
            layout.passing(job).toFile().delete();
        }
        layout.checkpoint(job).toFile().delete();
        LevelRow row = ticket.provenance().row(times);
        finished.put(job, row);
        return row;
    }

    /// Lets go of weights that were there for now; others stay.
    void letGo(Job job) {
        if (!Files.exists(layout.passing(job))) {
            return;
        }
        layout.passing(job).toFile().delete(); // before the other: it is what says that both are there
        if (job.level() == 0) {
            layout.rewind(job.trial()).toFile().delete();
        }
    }

    void removeCheckpoint(Job job) {
        layout.checkpoint(job).toFile().delete();
    }

    /// Writes `levels.csv` and `curves.csv` anew from the finished trainings.
    synchronized void writeTables() {
        AtomicFile.write(layout.levels(), out -> {
            line(out, LevelRow.header());
            for (LevelRow row : finished.values()) {
                line(out, row.toCsv());
            }
        });
        AtomicFile.write(layout.curves(), out -> {
            line(out, CurveRow.header());
            for (Job job : finished.keySet()) {
                for (CurveRow row : reader.curve(job)) {
                    line(out, row.toCsv());
                }
            }
        });
    }

    /// Notes what the run goes on on.
    ///
    /// @return what a person should know of that, in one sentence
    Optional<String> begin(Machine machine) {
        Optional<String> warning =
                recipe.numerics().precision() == Precision.TF32 ? machine.warnOfGpu(before()) : Optional.empty();
        writeMachine(machine.toJson());
        return warning;
    }

    private Map<String, String> before() {
        try {
            return reader.machine();
        } catch (UserError _) {
            return Map.of(); // damaged, and about to be written anew
        }
    }

    void writeMachine(String json) {
        AtomicFile.write(layout.machine(), json);
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException("could not let go of " + layout.lock() + ": " + e.getMessage(), e);
        }
    }

    /// Refuses a place where a run would lie among other things, before anything is written there.
    private static void requireFit(Layout layout) {
        if (Files.exists(layout.root()) && !Files.isDirectory(layout.root())) {
            throw new UserError("The run folder %s is a file; name a folder with --out.".formatted(layout.root()));
        }
        RunReader.requireOutside(layout.root());
        if (!layout.isBegun() && !layout.hasTrials()) {
            layout.foreign().ifPresent(found -> {
                throw new UserError("The run folder %s holds something else than a run (%s); name another with --out."
                        .formatted(layout.root(), found.getFileName()));
            });
        }
    }

    private static Hold lock(Layout layout) {
        try {
            Files.createDirectories(layout.root());
            return Hold.on(layout.lock())
                    .orElseThrow(() -> new InUseException(
                            "The run folder %s is in use by another run; wait for it, or name another with --out."
                                    .formatted(layout.root())));
        } catch (IOException e) {
            throw new UserError(
                    "The run folder %s cannot be written: %s; name another with --out."
                            .formatted(layout.root(), Reason.of(e, layout.root())),
                    e);
        }
    }

    private void requireSameRecipe() {
        if (!Files.exists(layout.recipe())) {
            return;
        }
        Recipe there = RunReader.recipe(layout);
        if (there.hash().equals(recipe.hash())) {
            return;
        }
        Map<String, String> old = there.comparable();
        Map<String, String> asked = recipe.comparable();
        String key = Stream.concat(asked.keySet().stream(), old.keySet().stream())
                .filter(name -> !asked.getOrDefault(name, "").equals(old.getOrDefault(name, "")))
                .findFirst()
                .orElseThrow();
        if (key.equals(DataText.CONTENT) && old.containsKey(key)) {
            throw new UserError(
                    ("The images or labels have changed since the run folder %s was made: there %s is %s, here"
                                    + " it is %s; bring those back, or name another folder with --out.")
                            .formatted(root(), key, old.get(key), asked.get(key)));
        }
        throw new UserError(
                "The run folder %s holds another recipe: there %s is %s, here it is %s; name another with --out."
                        .formatted(
                                root(), key, old.getOrDefault(key, "not given"), asked.getOrDefault(key, "not given")));
    }

    /// This recipe with the extent of all that was ever asked of the folder: it goes on holding what it held.
    private Recipe widest() {
        if (!Files.exists(layout.recipe())) {
            return recipe;
        }
        return recipe.widened(RunReader.recipe(layout));
    }

    private void clean() {
        for (Path file : reader.files()) {
            if (layout.isUnfinished(file, AtomicFile.UNFINISHED)) {
                file.toFile().delete();
            }
        }
    }

    private void findFinished() {
        RunReader.Contents contents = reader.contents();
        finished.putAll(contents.rows());
        found = contents.jobs();
        finished.keySet().forEach(job -> layout.checkpoint(job).toFile().delete());
    }

    private RewindFile rewindFile(int trial) {
        return new RewindFile(layout.rewind(trial), recipe, trial);
    }

    private static void line(OutputStream out, String line) throws IOException {
        out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
