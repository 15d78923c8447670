package dev.tombola.lottery;

import dev.tombola.base.AtomicFile;
import dev.tombola.base.UserError;
import dev.tombola.nn.State;
import dev.tombola.train.Point;
import dev.tombola.train.Task;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/// A run's folder, held by one process at a time. A training is finished when its last file is renamed into place;
/// whatever is there without it is done again. The tables are rebuilt from the finished trainings.
final class RunFolder implements AutoCloseable {
    private final Layout layout;
    private final Recipe recipe;
    private final FileChannel lock;
    private final ConcurrentSkipListMap<Job, LevelRow> finished = new ConcurrentSkipListMap<>();

    private RunFolder(Layout layout, Recipe recipe, FileChannel lock) {
        this.layout = layout;
        this.recipe = recipe;
        this.lock = lock;
    }

    /// Opens the folder for a recipe, made where it is not there; finds what is finished, removes what was left
    /// unfinished.
    ///
    /// @throws UserError if it holds another recipe, is in use or cannot be written
    static RunFolder open(Path root, Recipe recipe) {
        Layout layout = new Layout(root);
        RunFolder folder = new RunFolder(layout, recipe, lock(layout));
        try {
            folder.requireSameRecipe();
            folder.clean();
            AtomicFile.write(layout.recipe(), folder.widest().toYaml());
            folder.findFinished();
            folder.finished
                    .keySet()
                    .forEach(job -> layout.checkpoint(job).toFile().delete());
            return folder;
        } catch (RuntimeException e) {
            folder.close();
            throw e;
        }
    }

    /// The finished trainings of a folder that is only looked at, whoever holds it.
    static SortedMap<Job, LevelRow> look(Path root, Recipe recipe) {
        RunFolder folder = new RunFolder(new Layout(root), recipe, null);
        folder.requireSameRecipe();
        folder.findFinished();
        return folder.finished;
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
        try {
            return Ticket.open(layout.tensors(job));
        } catch (UserError e) {
            throw new UserError(e.getMessage() + " Move it elsewhere, and its training is done anew.", e);
        }
    }

    /// What the tickets of a trial go back to.
    State rewind(int trial) {
        return rewindFile(trial).read();
    }

    /// Where a training that is not finished leaves its state.
    ///
    /// @param noted told in one sentence what became of a checkpoint that is there
    CheckpointFile checkpoints(Job job, Task task, LongSupplier nanos, Consumer<String> noted) {
        return new CheckpointFile(layout.checkpoint(job), recipe.hash(), job, task, nanos, noted);
    }

    /// Keeps a training; from here on it is finished.
    ///
    /// @param rewind what its trial goes back to, or null
    LevelRow save(Job job, Ticket ticket, List<Point> curve, State rewind, Times times) {
        AtomicFile.write(layout.times(job), times.toCsv());
        AtomicFile.write(layout.curve(job), CurveText.write(job, curve));
        if (rewind != null) {
            rewindFile(job.trial()).write(rewind);
        }
        AtomicFile.write(layout.tensors(job), ticket.content()::write);
        layout.checkpoint(job).toFile().delete();
        LevelRow row = ticket.provenance().row(times);
        finished.put(job, row);
        return row;
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
                List<String> lines = Files.readAllLines(layout.curve(job));
                for (String line : lines.subList(1, lines.size())) {
                    line(out, line);
                }
            }
        });
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

    private static FileChannel lock(Layout layout) {
        if (Files.exists(layout.root()) && !Files.isDirectory(layout.root())) {
            throw new UserError("The run folder %s is a file; name a folder with --out.".formatted(layout.root()));
        }
        FileChannel channel = null;
        try {
            Files.createDirectories(layout.root());
            channel = FileChannel.open(layout.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return channel;
            }
            channel.close();
            throw inUse(layout);
        } catch (OverlappingFileLockException e) {
            closeQuietly(channel);
            throw inUse(layout);
        } catch (IOException e) {
            throw new UserError(
                    "The run folder %s cannot be written: %s; name another with --out."
                            .formatted(layout.root(), e.getMessage()),
                    e);
        }
    }

    private static void closeQuietly(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException _) {
            // The folder is refused anyway.
        }
    }

    private static UserError inUse(Layout layout) {
        return new UserError("The run folder %s is in use by another run; wait for it, or name another with --out."
                .formatted(layout.root()));
    }

    private void requireSameRecipe() {
        if (!Files.exists(layout.recipe())) {
            return;
        }
        Recipe there = Recipe.open(layout.recipe().toString(), List.of());
        if (there.hash().equals(recipe.hash())) {
            return;
        }
        Map<String, String> old = there.decisive();
        Map<String, String> asked = recipe.decisive();
        String key = Stream.concat(asked.keySet().stream(), old.keySet().stream())
                .filter(name -> !asked.getOrDefault(name, "").equals(old.getOrDefault(name, "")))
                .findFirst()
                .orElseThrow();
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
        Recipe.Run there = Recipe.open(layout.recipe().toString(), List.of()).run();
        Recipe.Run here = recipe.run();
        List<Control> controls = new ArrayList<>(here.controls());
        controls.addAll(there.controls());
        return recipe.with(new Recipe.Run(
                here.seed(),
                Math.max(here.trials(), there.trials()),
                Math.max(here.levels(), there.levels()),
                controls,
                Math.max(here.draws(), there.draws())));
    }

    private void clean() {
        for (Path file : files()) {
            if (layout.isUnfinished(file, AtomicFile.UNFINISHED)) {
                file.toFile().delete();
            }
        }
    }

    private void findFinished() {
        for (Path file : files()) {
            layout.job(file).filter(this::hasCurve).ifPresent(job -> {
                Provenance provenance = Provenance.read(file);
                if (!provenance.recipe().equals(recipe.hash())
                        || !provenance.job().equals(job)) {
                    throw new UserError("%s belongs to %s of recipe %s, not to %s of recipe %s; move it elsewhere."
                            .formatted(file, provenance.job(), provenance.recipe(), job, recipe.hash()));
                }
                if (hasRewind(job, provenance)) {
                    finished.put(job, provenance.row(times(job)));
                }
            });
        }
    }

    /// A curve that is missing, or damaged from its first line on, makes its training an unfinished one.
    private boolean hasCurve(Job job) {
        Path file = layout.curve(job);
        try (Stream<String> lines = Files.exists(file) ? Files.lines(file) : Stream.empty()) {
            return lines.findFirst().filter(CurveRow.header()::equals).isPresent();
        } catch (IOException | UncheckedIOException _) {
            return false;
        }
    }

    /// A training whose weights others go back to is unfinished without them; one that diverged leaves none.
    private boolean hasRewind(Job job, Provenance provenance) {
        if (job.level() > 0 || !recipe.prune().rewindsWeights() || provenance.divergedAt() > 0) {
            return true;
        }
        RewindFile rewind = rewindFile(job.trial());
        boolean there = Files.exists(rewind.file());
        if (there) {
            rewind.check();
        }
        return there;
    }

    private RewindFile rewindFile(int trial) {
        return new RewindFile(layout.rewind(trial), recipe, trial);
    }

    /// Times are no part of the result: where they are missing or damaged they are unknown.
    private Times times(Job job) {
        Path file = layout.times(job);
        try {
            return Files.exists(file) ? Times.parse(Files.readString(file), file) : Times.UNKNOWN;
        } catch (IOException | UserError _) {
            return Times.UNKNOWN;
        }
    }

    /// The files of the folder itself, of its trials and of their levels; nobody else's folders are entered.
    private List<Path> files() {
        List<Path> files = new ArrayList<>();
        list(
                root(),
                "trial-\\d+",
                trial -> list(trial, "level-\\d+", level -> list(level, "", _ -> {}, files), files),
                files);
        return files;
    }

    private static void list(Path folder, String inner, Consumer<Path> enter, List<Path> files) {
        try (Stream<Path> entries = Files.list(folder)) {
            for (Path entry : entries.toList()) {
                if (Files.isRegularFile(entry)) {
                    files.add(entry);
                } else if (entry.getFileName().toString().matches(inner)) {
                    enter.accept(entry);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("could not read " + folder + ": " + e.getMessage(), e);
        }
    }

    private static void line(OutputStream out, String line) throws IOException {
        out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
