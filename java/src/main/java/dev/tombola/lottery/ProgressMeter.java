package dev.tombola.lottery;

import dev.tombola.prune.Ladder;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.ToIntFunction;

/// Counts work and guesses the time left. A training's work is its iterations, each worth a fixed part and one that
/// shrinks with the surviving weights.
final class ProgressMeter {
    /// The work of an iteration that no pruning saves, as a share of a dense one's.
    private static final double FIXED = 0.05;

    private final Ladder ladder;
    private final int iterations;
    private final ToIntFunction<Job> first;
    private final LongSupplier nanos;
    private final long begun;
    private final Map<Job, Long> startedAt = new HashMap<>();
    private final Map<Job, Integer> startedFrom = new HashMap<>();
    private final Map<Job, Integer> iterationOf = new HashMap<>();
    private double workLeft;
    private double workDone;
    private int finished;
    private int trainings;

    /// @param iterations at the end of each training
    /// @param first at its beginning
    /// @param finished how many others there are that need not be done again
    ProgressMeter(
            Ladder ladder,
            int iterations,
            ToIntFunction<Job> first,
            Collection<Job> missing,
            int finished,
            LongSupplier nanos) {
        this.ladder = ladder;
        this.iterations = iterations;
        this.first = first;
        this.nanos = nanos;
        this.begun = nanos.getAsLong();
        this.finished = finished;
        this.trainings = missing.size() + finished;
        missing.forEach(job -> workLeft += work(job));
    }

    /// A whole training's work.
    double work(Job job) {
        return work(job, first.applyAsInt(job), iterations);
    }

    /// @param iteration where it goes on, if not at its beginning
    Progress started(Job job, int iteration) {
        startedAt.put(job, nanos.getAsLong());
        startedFrom.put(job, iteration);
        iterationOf.put(job, iteration);
        workLeft -= work(job, first.applyAsInt(job), iteration);
        return progress(job, Double.NaN);
    }

    Progress evaluated(Job job, int iteration, double valLoss) {
        advance(job, iteration);
        return progress(job, valLoss);
    }

    Progress finished(Job job, double valLoss) {
        advance(job, iterations);
        finished++;
        return progress(job, valLoss);
    }

    void dropped(Collection<Job> jobs) {
        trainings -= jobs.size();
        jobs.forEach(job -> workLeft -= work(job));
    }

    private void advance(Job job, int iteration) {
        double work = work(job, iterationOf.put(job, iteration), iteration);
        workDone += work;
        workLeft -= work;
    }

    private double work(Job job, int from, int to) {
        return (to - from) * (FIXED + ladder.percentLeft(job.level()) / 100);
    }

    private Progress progress(Job job, double valLoss) {
        long now = nanos.getAsLong();
        int iteration = iterationOf.get(job);
        int done = iteration - startedFrom.get(job);
        double seconds = (now - startedAt.get(job)) / 1e9;
        double sinceBegun = (now - begun) / 1e9;
        return new Progress(
                job,
                ladder.percentLeft(job.level()),
                iteration,
                iterations,
                done == 0 ? Double.NaN : done / seconds,
                valLoss,
                finished,
                trainings,
                workDone == 0 ? Double.NaN : Math.max(0, sinceBegun * workLeft / workDone));
    }
}
