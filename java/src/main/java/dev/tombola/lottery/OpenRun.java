package dev.tombola.lottery;

import dev.tombola.base.UserError;
import dev.tombola.train.Task;
import dev.tombola.train.Trained;
import dev.tombola.train.TrainingListener;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// A recipe's run folder while its trainings go on: says what each is given and keeps what it comes to. Several threads
/// may use it, each for trainings of its own.
public final class OpenRun implements AutoCloseable {
    private final RunFolder folder;
    private final Experiment experiment;
    private final SortedSet<Job> wanted;
    private final Tickets tickets;
    private final SortedSet<Job> missing;
    private final List<Job> lost;
    private final Set<Job> unfinished;

    /// Those that are being kept. One that could not be stays here: its file may lie in the folder all the same.
    private final Set<Job> keeping = ConcurrentHashMap.newKeySet();

    private final Map<Job, Integer> readers = new HashMap<>();
    private final LongSupplier nanos;
    private Machine machine;

    /// @param wanted all that is asked for of the recipe
    /// @param nanos the clock that checkpoints go by
    OpenRun(RunFolder folder, Recipe recipe, SortedSet<Job> wanted, Tickets tickets, LongSupplier nanos) {
        this.folder = folder;
        this.experiment = new Experiment(recipe, recipe.ladder(), folder::ticket, folder::rewind);
        this.wanted = wanted;
        this.tickets = tickets;
        this.nanos = nanos;
        FinishedJobs finished = folder.found();
        this.missing = finished.missing(recipe, wanted, tickets);
        this.lost = finished.lost(wanted);
        this.unfinished = ConcurrentHashMap.newKeySet();
        unfinished.addAll(missing);
        missing.forEach(job -> job.reads(recipe.prune()).forEach(read -> readers.merge(read, 1, Integer::sum)));
        finished.passing().stream().filter(job -> !isRead(job)).forEach(folder::letGo);
    }

    /// Opens a recipe's folder, made where it is not there.
    ///
    /// @throws dev.tombola.base.UserError if it holds another recipe, is in use or cannot be written
    public static OpenRun open(Path path, Recipe recipe, SortedSet<Job> wanted, Tickets tickets) {
        RunFolder folder = RunFolder.open(path, recipe);
        try {
            return new OpenRun(folder, recipe, wanted, tickets, System::nanoTime);
        } catch (RuntimeException e) {
            folder.close();
            throw e;
        }
    }

    public Path path() {
        return folder.root();
    }

    public Recipe recipe() {
        return experiment.recipe();
    }

    /// What was still to be trained when the folder was opened, in order.
    public SortedSet<Job> missing() {
        return missing;
    }

    /// What never will be, for something before it diverged; in order.
    List<Job> lost() {
        return lost;
    }

    /// Trainings of which a file cannot be read, in order: what was found, and what helps.
    SortedMap<Job, String> damaged() {
        return folder.found().damaged();
    }

    /// Iterations that the first values of a training have behind them.
    int first(Job job) {
        return experiment.first(job);
    }

    /// What a training came to that is finished and need not be done again; nothing for others.
    public Optional<LevelRow> finished(Job job) {
        return unfinished.contains(job)
                ? Optional.empty()
                : Optional.ofNullable(folder.finished().get(job));
    }

    /// A training, all whose [Job#needs] are finished.
    ///
    /// @param noted told in one sentence what a person should know of it
    /// @throws UserError if a file of it is there and cannot be read, or if weights that it starts from have gone since
    ///     the trainings were planned
    public Engine.Part part(Job job, TrainingListener listener, Consumer<String> noted) {
        if (damaged().containsKey(job)) {
            throw new UserError(damaged().get(job));
        }
        if (job.reads(recipe().prune()).stream().anyMatch(unfinished::contains)) {
            throw new UserError(
                    "Another process has worked in %s since this was planned; the same command does the rest."
                            .formatted(folder.root()));
        }
        Task task = experiment.task(job);
        CheckpointFile checkpoints = folder.checkpoints(job, task, nanos, noted);
        experiment.lastWeights(job, task.masks()).forEach(noted);
        return new Engine.Part(
                recipe(), job.trial(), task, checkpoints.done().orElse(task.first()), checkpoints, listener);
    }

    /// Keeps a training; from here on it is finished.
    public LevelRow keep(Job job, Task task, Trained trained) {
        Ticket ticket = Ticket.of(recipe(), job, task, trained);
        keeping.add(job);
        LevelRow row = folder.save(
                job, ticket, trained.curve(), trained.rewind(), Times.of(trained, task.precision()), stay(job));
        keeping.remove(job);
        unfinished.remove(job);
        for (Job read : job.reads(recipe().prune())) {
            synchronized (readers) {
                readers.computeIfPresent(read, (_, count) -> count == 1 ? null : count - 1);
            }
            if (!isRead(read)) {
                folder.letGo(read);
            }
        }
        return row;
    }

    /// Forgets what a training has done so far.
    public void giveUp(Job job) {
        folder.removeCheckpoint(job);
    }

    /// Notes what the run goes on on, and since when.
    ///
    /// @return what a person should know of that, in one sentence
    public Optional<String> begin(Machine ran) {
        machine = ran;
        return folder.begin(machine);
    }

    /// Writes the tables anew from the finished trainings, and when it ended: then they hold all that is finished.
    public void end() {
        writeTables();
        if (keeping.isEmpty()) {
            folder.writeMachine(machine.finished());
        }
    }

    /// Writes the tables anew from the finished trainings.
    void writeTables() {
        folder.writeTables();
    }

    /// Finished trainings, in order.
    List<LevelRow> levels() {
        return List.copyOf(folder.finished().values());
    }

    @Override
    public void close() {
        folder.close();
    }

    private RunFolder.Stay stay(Job job) {
        if (tickets.keep(recipe(), wanted, job)) {
            return RunFolder.Stay.FOR_GOOD;
        }
        return isRead(job) ? RunFolder.Stay.FOR_NOW : RunFolder.Stay.NOT_AT_ALL;
    }

    /// Whether something that is not finished is pruned by its weights or starts from them. A failed training counts:
    /// it may be tried again.
    private boolean isRead(Job job) {
        synchronized (readers) {
            return readers.containsKey(job);
        }
    }
}
