package dev.tombola.lottery;

import dev.tombola.base.UserError;
import dev.tombola.prune.Ladder;
import dev.tombola.scheduler.Crew;
import dev.tombola.scheduler.Scheduler;
import dev.tombola.scheduler.Training;
import dev.tombola.train.IdleCores;
import dev.tombola.train.Point;
import dev.tombola.train.StoppedException;
import dev.tombola.train.Trained;
import dev.tombola.train.TrainingListener;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/// One run of a recipe in its folder: a crew trains what is missing until nothing is left, somebody stops the run, or a
/// training fails.
final class LotteryRun {
    private static final long TABLES_EVERY_NANOS = 5_000_000_000L;

    private final OpenRun run;
    private final Engine engine;
    private final LotteryListener listener;
    private final List<Job> jobs;
    private final List<Job> damaged;
    private final List<Job> waiting;
    private final Crew crew;
    private final ProgressMeter meter;
    private long tablesAt = System.nanoTime();

    LotteryRun(OpenRun run, Engine engine, IdleCores idle, LotteryListener listener) {
        this.run = run;
        this.engine = engine;
        this.listener = listener;
        NavigableSet<Job> missing = new TreeSet<>(run.missing());
        this.damaged = run.damaged().keySet().stream().filter(missing::remove).toList();
        this.waiting = FinishedJobs.needing(Set.copyOf(damaged), missing);
        waiting.forEach(missing::remove);
        this.jobs = List.copyOf(missing);
        Ladder ladder = run.recipe().ladder();
        int iterations = run.recipe().train().iterations();
        int others = Job.all(run.recipe().run()).size()
                - run.missing().size()
                - run.lost().size();
        this.meter = new ProgressMeter(ladder, iterations, run::first, jobs, others, System::nanoTime);
        this.crew = new Crew(new Scheduler(trainings(), Long.MAX_VALUE), idle);
    }

    /// What a training takes is only compared with what others take.
    private List<Training> trainings() {
        List<Training> trainings = new ArrayList<>();
        Map<Job, Integer> numbers = new HashMap<>();
        for (Job job : jobs) {
            List<Integer> needs = job.needs().stream()
                    .filter(numbers::containsKey)
                    .map(numbers::get)
                    .toList();
            // Side by side go those with about as many weights, over the same iterations.
            int kind = 2 * job.level() + (run.first(job) > 0 ? 1 : 0);
            numbers.put(job, trainings.size());
            trainings.add(new Training(trainings.size(), needs, meter.work(job), 0, kind));
        }
        return trainings;
    }

    /// Trains everything that is missing on `threads` threads, then writes the tables.
    ///
    /// @return whether the listener stopped the run
    /// @throws LotteryException if a training failed, or could not be done for a damaged file in its place
    boolean run(int threads) {
        run.damaged().values().forEach(listener::noted);
        sayDropped("what they need", run.lost());
        boolean interrupted = false;
        RuntimeException failure = null;
        try {
            interrupted = crew.run(threads, engine.together(), this::train);
        } catch (RuntimeException e) {
            failure = e;
        }
        boolean told = Thread.interrupted(); // with the flag set, files cannot be written
        try {
            run.writeTables();
        } catch (RuntimeException e) {
            failure = failure == null ? e : failure;
        }
        if (told) {
            Thread.currentThread().interrupt();
        }
        if (failure != null) {
            throw failure;
        }
        if (!interrupted && !damaged.isEmpty()) {
            int more = damaged.size() - 1 + waiting.size();
            throw new LotteryException("The run lacks %s%s: %s"
                    .formatted(
                            damaged.getFirst(),
                            more == 0 ? "" : " and " + more + " more",
                            run.damaged().get(damaged.getFirst())));
        }
        return interrupted;
    }

    private void train(List<Training> group) {
        try {
            if (stopping()) {
                throw new StoppedException();
            }
            List<Begun> begun = group.parallelStream().map(this::begin).toList();
            begun.forEach(this::tellOf);
            List<Engine.Part> parts = begun.stream().map(Begun::part).toList();
            List<Trained> trained = engine.train(parts);
            List<LevelRow> rows = IntStream.range(0, group.size())
                    .parallel()
                    .mapToObj(i -> run.keep(job(group.get(i)), parts.get(i).task(), trained.get(i)))
                    .toList();
            for (int i = 0; i < group.size(); i++) {
                finished(group.get(i), rows.get(i), trained.get(i));
            }
        } catch (StoppedException | UserError e) {
            throw e;
        } catch (RuntimeException | Error e) {
            Job first = job(group.getFirst());
            throw new LotteryException(
                    "The run stopped in %s: %s; what was finished is kept, and the same command goes on from there."
                            .formatted(
                                    group.size() == 1 ? first : first + " to " + job(group.getLast()),
                                    e.getMessage() == null ? e.toString() : e.getMessage()),
                    e);
        }
    }

    /// @param notes what is said of it before it goes on
    private record Begun(Job job, Engine.Part part, List<String> notes) {}

    private void tellOf(Begun begun) {
        tell(() -> {
            begun.notes().forEach(listener::noted);
            listener.started(meter.started(begun.job(), begun.part().done()));
        });
    }

    private Begun begin(Training training) {
        Job job = job(training);
        List<String> notes = new ArrayList<>();
        TrainingListener watcher = new TrainingListener() {
            @Override
            public void evaluated(Point point) {
                tell(() -> listener.evaluated(meter.evaluated(job, point.iteration(), point.valLoss())));
            }

            @Override
            public boolean stopping() {
                return LotteryRun.this.stopping();
            }
        };
        return new Begun(job, run.part(job, watcher, notes::add), notes);
    }

    private void finished(Training training, LevelRow row, Trained trained) {
        Job job = job(training);
        boolean diverged = trained.divergedAt() > 0;
        List<Training> dropped = List.of();
        if (diverged) {
            dropped = crew.failed(training);
        } else {
            crew.finished(training);
        }
        List<Job> lost = dropped.stream().map(this::job).toList();
        tell(() -> {
            if (diverged) {
                listener.noted(
                        "%s diverged: its loss was not finite at iteration %d.".formatted(job, trained.divergedAt()));
                meter.dropped(lost);
                sayDropped(job.toString(), lost);
            }
            listener.finished(meter.finished(job, row.valLossEarlyStop()), row);
            if (System.nanoTime() - tablesAt > TABLES_EVERY_NANOS) {
                run.writeTables();
                tablesAt = System.nanoTime();
            }
        });
    }

    /// What diverged has no weights to rank: whatever needs them is left out, and said.
    private void sayDropped(String needed, List<Job> lost) {
        if (!lost.isEmpty()) {
            listener.noted("%d trainings are left out, for %s diverged and cannot be pruned: %s to %s."
                    .formatted(lost.size(), needed, lost.getFirst(), lost.getLast()));
        }
    }

    private Job job(Training training) {
        return jobs.get(training.number());
    }

    /// One call of the listener at a time.
    private synchronized void tell(Runnable call) {
        call.run();
    }

    private boolean stopping() {
        return crew.stopped() || listener.stopping();
    }
}
