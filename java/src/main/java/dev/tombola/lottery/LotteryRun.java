package dev.tombola.lottery;

import dev.tombola.base.UserError;
import dev.tombola.prune.Ladder;
import dev.tombola.train.IdleCores;
import dev.tombola.train.Point;
import dev.tombola.train.StoppedException;
import dev.tombola.train.Task;
import dev.tombola.train.Trained;
import dev.tombola.train.TrainingListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;

/// One run of a recipe in its folder: workers take trainings from the queue until nothing is left, somebody stops the
/// run, or a training fails.
final class LotteryRun {
    private static final long TABLES_EVERY_NANOS = 5_000_000_000L;

    private final RunFolder folder;
    private final Training training;
    private final IdleCores idle;
    private final LotteryListener listener;
    private final LongSupplier nanos;
    private final Experiment experiment;
    private final JobQueue queue;
    private final ProgressMeter meter;
    private long tablesAt = System.nanoTime();
    private RuntimeException failure;
    private boolean interrupted;

    /// @param nanos the clock that checkpoints go by
    LotteryRun(
            Recipe recipe,
            RunFolder folder,
            Training training,
            IdleCores idle,
            LotteryListener listener,
            LongSupplier nanos) {
        this.folder = folder;
        this.training = training;
        this.idle = idle;
        this.listener = listener;
        this.nanos = nanos;
        Ladder ladder = recipe.ladder();
        this.experiment = new Experiment(recipe, ladder, folder::ticket, folder::rewind);
        Set<Job> wanted = Job.all(recipe.run());
        Set<Job> finished = Set.copyOf(folder.finished().keySet());
        this.queue = new JobQueue(wanted, finished);
        this.meter = new ProgressMeter(
                ladder, recipe.train().iterations(), experiment::first, wanted, finished, System::nanoTime);
    }

    /// Trains everything that is missing on `threads` threads, then writes the tables.
    ///
    /// @return whether the listener stopped the run
    boolean run(int threads) {
        folder.finished().forEach((job, row) -> dropIfDiverged(job, Double.isNaN(row.testAccuracyEnd())));
        List<Thread> workers = new ArrayList<>();
        boolean told = false;
        for (int i = 1; i <= threads; i++) {
            workers.add(Thread.ofPlatform().name("trainer-" + i).start(this::work));
        }
        try {
            for (Thread worker : workers) {
                worker.join();
            }
        } catch (InterruptedException _) {
            queue.stop();
            interrupted = true;
            told = true;
            workers.forEach(LotteryRun::joinAnyway);
        }
        try {
            folder.writeTables();
        } catch (RuntimeException e) {
            fail(e);
        }
        if (told) { // only now: with the flag set, files cannot be written
            Thread.currentThread().interrupt();
        }
        if (failure != null) {
            throw failure;
        }
        return interrupted;
    }

    private void work() {
        try {
            for (List<Job> jobs = take(); !jobs.isEmpty(); jobs = take()) {
                idle.takeBack();
                work(jobs);
            }
        } catch (InterruptedException _) {
            stop(true);
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    /// The next trainings. Until there are any, and for good where there are none, this worker's core is idle.
    private List<Job> take() throws InterruptedException {
        idle.lend();
        return queue.take(training.together(), experiment::alike);
    }

    private void work(List<Job> jobs) {
        try {
            if (stopping()) {
                throw new StoppedException();
            }
            train(jobs);
        } catch (StoppedException _) {
            stop(true);
        } catch (UserError e) {
            fail(e);
        } catch (RuntimeException | Error e) {
            fail(new LotteryException(
                    "The run stopped in %s: %s; what was finished is kept, and the same command goes on from there."
                            .formatted(
                                    jobs.size() == 1 ? jobs.getFirst() : jobs.getFirst() + " to " + jobs.getLast(),
                                    e.getMessage() == null ? e.toString() : e.getMessage()),
                    e));
        }
    }

    private void train(List<Job> jobs) {
        List<Training.Part> parts = jobs.stream().map(this::part).toList();
        List<Trained> trained = training.train(parts);
        for (int i = 0; i < jobs.size(); i++) {
            keep(jobs.get(i), parts.get(i).task(), trained.get(i));
            queue.finish(jobs.get(i));
        }
    }

    private Training.Part part(Job job) {
        Task task = experiment.task(job);
        CheckpointFile checkpoints =
                folder.checkpoints(job, task, nanos, sentence -> tell(() -> listener.noted(sentence)));
        tell(() -> {
            experiment.lastWeights(job, task.masks()).forEach(listener::noted);
            listener.started(meter.started(job, checkpoints.done()));
        });
        return new Training.Part(job.trial(), task, checkpoints, new TrainingListener() {
            @Override
            public void evaluated(Point point) {
                tell(() -> listener.evaluated(meter.evaluated(job, point.iteration(), point.valLoss())));
            }

            @Override
            public boolean stopping() {
                return LotteryRun.this.stopping();
            }
        });
    }

    private void keep(Job job, Task task, Trained trained) {
        Ticket ticket = Ticket.of(experiment.recipe(), job, task, trained);
        LevelRow row = folder.save(job, ticket, trained.curve(), trained.rewind(), Times.of(trained));
        tell(() -> {
            if (trained.divergedAt() > 0) {
                listener.noted(
                        "%s diverged: its loss was not finite at iteration %d.".formatted(job, trained.divergedAt()));
            }
            dropIfDiverged(job, trained.divergedAt() > 0);
            listener.finished(meter.finished(job, row.valLossEarlyStop()), row);
            if (System.nanoTime() - tablesAt > TABLES_EVERY_NANOS) {
                folder.writeTables();
                tablesAt = System.nanoTime();
            }
        });
    }

    /// What diverged has no weights to rank: whatever needs them is left out, and said.
    private void dropIfDiverged(Job job, boolean diverged) {
        List<Job> dropped = diverged ? queue.drop(job) : List.of();
        if (!dropped.isEmpty()) {
            meter.dropped(dropped);
            listener.noted("%d trainings are left out, for %s diverged and cannot be pruned: %s to %s."
                    .formatted(dropped.size(), job, dropped.getFirst(), dropped.getLast()));
        }
    }

    /// One call of the listener at a time.
    private synchronized void tell(Runnable call) {
        call.run();
    }

    private boolean stopping() {
        return queue.stopped() || listener.stopping();
    }

    private void fail(RuntimeException e) {
        synchronized (this) {
            failure = failure == null ? e : failure;
        }
        stop(false);
    }

    /// @param asked whether the listener asked for it, rather than a failure elsewhere
    private void stop(boolean asked) {
        synchronized (this) {
            interrupted |= asked && failure == null;
        }
        queue.stop();
    }

    @SuppressWarnings("ThreadJoinLoop") // it is one
    private static void joinAnyway(Thread worker) {
        boolean again = true;
        while (again) {
            try {
                worker.join();
                again = false;
            } catch (InterruptedException _) {
                // The worker is on its way out.
            }
        }
    }
}
