package dev.tombola.lottery;

import dev.tombola.prune.Ladder;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/// Counts work and guesses the time left. A training's work is its iterations, each worth a fixed part and one that
/// shrinks with the surviving weights.
final class ProgressMeter {
    /// The work of an iteration that no pruning saves, as a share of a dense one's.
    private static final double FIXED = 0.05;

    private final Ladder ladder;
    private final int iterations;
    private final LongSupplier nanos;
    private final long begun;
    private final Map<Job, Long> startedAt = new HashMap<>();
    private final Map<Job, Integer> iterationOf = new HashMap<>();
    private double workLeft;
    private double workDone;
    private int finished;
    private int trainings;

    /// @param finished trainings that need not be done again
    ProgressMeter(Ladder ladder, int iterations, Set<Job> wanted, Set<Job> finished, LongSupplier nanos) {
        this.ladder = ladder;
        this.iterations = iterations;
        this.nanos = nanos;
        this.begun = nanos.getAsLong();
        this.trainings = wanted.size();
        for (Job job : wanted) {
            if (finished.contains(job)) {
                this.finished++;
            } else {
                workLeft += iterations * work(job);
            }
        }
    }

    Progress started(Job job) {
        startedAt.put(job, nanos.getAsLong());
        iterationOf.put(job, 0);
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
        jobs.forEach(job -> workLeft -= iterations * work(job));
    }

    private void advance(Job job, int iteration) {
        double work = (iteration - iterationOf.put(job, iteration)) * work(job);
        workDone += work;
        workLeft -= work;
    }

    private double work(Job job) {
        return FIXED + ladder.percentLeft(job.level()) / 100;
    }

    private Progress progress(Job job, double valLoss) {
        long now = nanos.getAsLong();
        int iteration = iterationOf.get(job);
        double seconds = (now - startedAt.get(job)) / 1e9;
        double sinceBegun = (now - begun) / 1e9;
        return new Progress(
                job,
                ladder.percentLeft(job.level()),
                iteration,
                iterations,
                iteration == 0 ? Double.NaN : iteration / seconds,
                valLoss,
                finished,
                trainings,
                workDone == 0 ? Double.NaN : Math.max(0, sinceBegun * workLeft / workDone));
    }
}
