package dev.tombola.lottery;

import dev.tombola.base.Plural;
import dev.tombola.base.Reason;
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
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// One run of a recipe in its folder: a crew trains what is missing until nothing is left, somebody stops the run, or a
/// training fails.
final class LotteryRun {
    private static final long TABLES_EVERY_NANOS = 5_000_000_000L;

    private final OpenRun run;
    private final Engine engine;
    private final LotteryListener listener;
    private final List<Job> jobs;

    /// What cannot be done for a file that cannot be read, and why. Guarded by this.
    private final SortedMap<Job, String> refused = new TreeMap<>();

    /// How many need what cannot be done. Guarded by this.
    private int waiting;

    private final Crew crew;
    private final ProgressMeter meter;

    /// They are written anew from all that is finished.
    private final Pace tables = new Pace(TABLES_EVERY_NANOS, System::nanoTime);

    /// @param share bytes of Java's memory that trainings which are handed over together may take
    LotteryRun(OpenRun run, Engine engine, IdleCores idle, long share, LotteryListener listener) {
        this.run = run;
        this.engine = engine;
        this.listener = listener;
        NavigableSet<Job> missing = new TreeSet<>(run.missing());
        run.damaged().forEach((job, why) -> {
            if (missing.remove(job)) {
                refused.put(job, why);
            }
        });
        List<Job> waits = FinishedJobs.needing(refused.keySet(), missing);
        waits.forEach(missing::remove);
        this.waiting = waits.size();
        this.jobs = List.copyOf(missing);
        Ladder ladder = run.recipe().ladder();
        int iterations = run.recipe().train().iterations();
        int others = Job.all(run.recipe().run()).size()
                - run.missing().size()
                - run.lost().size();
        this.meter = new ProgressMeter(ladder, iterations, run::first, jobs, others, System::nanoTime);
        this.crew = engine.together() == 1
                ? new Crew(new Scheduler(trainings(0), Long.MAX_VALUE), idle)
                : new Crew(new Scheduler(trainings(JavaMemory.of(run.recipe(), share)), share), idle);
    }

    /// Seconds of a training are only compared with those of others.
    ///
    /// @param bytes that each takes
    private List<Training> trainings(long bytes) {
        List<Training> trainings = new ArrayList<>();
        Map<Job, Integer> numbers = new HashMap<>();
        for (Job job : jobs) {
            List<Integer> needs = job.needs().stream()
                    .filter(numbers::containsKey)
                    .map(numbers::get)
                    .toList();
            // Side by side go those with as many weights, and so of one precision, over the same iterations.
            int kind = 2 * job.level() + (run.first(job) > 0 ? 1 : 0);
            numbers.put(job, trainings.size());
            trainings.add(new Training(trainings.size(), needs, meter.work(job), bytes, kind));
        }
        return trainings;
    }

    /// Trains everything that is missing on `threads` threads, then writes the tables.
    ///
    /// @return whether the listener stopped the run
    /// @throws LotteryException if a training failed, or could not be done for a file that could not be read
    boolean run(int threads) {
        run.damaged().values().forEach(listener::noted);
        sayDropped("what they need", run.lost());
        boolean interrupted = false;
        RuntimeException failure = null;
        try {
            interrupted = crew.run(threads, engine::together, this::train);
        } catch (RuntimeException e) {
            failure = e;
        }
        try {
            run.writeTables();
        } catch (RuntimeException e) {
            failure = failure == null ? e : failure;
        }
        if (failure != null) {
            throw failure;
        }
        if (!interrupted) {
            requireAll();
        }
        return interrupted;
    }

    private synchronized void requireAll() {
        if (!refused.isEmpty()) {
            Job first = refused.firstKey();
            int more = refused.size() - 1 + waiting;
            throw new LotteryException("The run lacks %s%s: %s"
                    .formatted(first, more == 0 ? "" : " and " + more + " more", refused.get(first)));
        }
    }

    private void train(List<Training> group) {
        List<Training> left = new ArrayList<>(group);
        try {
            if (stopping()) {
                throw new StoppedException();
            }
            List<Begun> begun = group.parallelStream().flatMap(this::begin).toList();
            if (begun.isEmpty()) {
                return;
            }
            begun.forEach(this::tellOf);
            List<Engine.Part> parts = begun.stream().map(Begun::part).toList();
            engine.inGroups(parts).forEachRemaining(trained -> left.removeAll(keep(begun, trained)));
        } catch (StoppedException | UserError e) {
            throw e;
        } catch (Throwable e) { // checked ones, too: a listener in Kotlin or Scala throws those
            throw new LotteryException(
                    "The run stopped in %s: %s; what was finished is kept, and the same command goes on from there."
                            .formatted(named(left.stream().map(this::job).toList()), Reason.said(e)),
                    e);
        }
    }

    /// @param trained what some came to, by their places
    /// @return which these are
    private Set<Training> keep(List<Begun> begun, NavigableMap<Integer, Trained> trained) {
        List<Begun> kept = trained.keySet().stream().map(begun::get).toList();
        List<Trained> results = List.copyOf(trained.values());
        List<LevelRow> rows = IntStream.range(0, kept.size())
                .parallel()
                .mapToObj(i -> run.keep(kept.get(i).job(), kept.get(i).part().task(), results.get(i)))
                .toList();
        for (int i = 0; i < kept.size(); i++) {
            finished(kept.get(i).training(), rows.get(i), results.get(i));
        }
        return kept.stream().map(Begun::training).collect(Collectors.toSet());
    }

    /// @param notes what is said of it before it goes on
    private record Begun(Training training, Job job, Engine.Part part, List<String> notes) {}

    private void tellOf(Begun begun) {
        tell(() -> {
            begun.notes().forEach(listener::noted);
            listener.started(meter.started(begun.job(), begun.part().done()));
        });
    }

    /// Nothing where a file that a training starts from cannot be read: it and what needs it are left out.
    private Stream<Begun> begin(Training training) {
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
        try {
            return Stream.of(new Begun(training, job, run.part(job, watcher, notes::add), notes));
        } catch (UserError e) {
            List<Job> dropped = crew.failed(training).stream().map(this::job).toList();
            tell(() -> {
                listener.noted("%s cannot begin: %s".formatted(job, e.getMessage()));
                refused.put(job, e.getMessage());
                waiting += dropped.size();
                meter.dropped(List.of(job));
                meter.dropped(dropped);
            });
            return Stream.empty();
        }
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
            tables.whenDue(run::writeTables);
        });
    }

    /// What diverged has no weights to rank: whatever needs them is left out, and said.
    private void sayDropped(String needed, List<Job> lost) {
        if (!lost.isEmpty()) {
            listener.noted("%s left out, for %s diverged and cannot be pruned: %s."
                    .formatted(Plural.are(lost.size(), "training"), needed, named(lost)));
        }
    }

    private static String named(List<Job> jobs) {
        return jobs.size() == 1 ? jobs.getFirst().toString() : jobs.getFirst() + " to " + jobs.getLast();
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
