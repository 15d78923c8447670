package dev.tombola.train;

import java.util.Arrays;
import java.util.function.LongSupplier;

/// Time of a training, split into steps and evaluations, with the time per step of each interval between
/// evaluations: core time, for what helpers worked counts, and waiting for them does not.
final class Stopwatch {
    private final double[] intervals;
    private int count;
    private final LongSupplier helped;
    private final LongSupplier nanos;
    private long since;
    private long helpedSince;
    private long interval;
    private long training;
    private long evaluating;

    /// @param helped nanoseconds that helpers have worked for this thread so far, less what it waited for them
    Stopwatch(int evaluations, LongSupplier helped, LongSupplier nanos) {
        this.intervals = new double[evaluations];
        this.helped = helped;
        this.nanos = nanos;
        this.since = nanos.getAsLong();
        this.helpedSince = helped.getAsLong();
    }

    /// Takes over what a training took before it was interrupted; its intervals are not known any more.
    void add(double secondsTrain, double secondsEval) {
        training += Math.round(secondsTrain * 1e9);
        evaluating += Math.round(secondsEval * 1e9);
    }

    /// What was since the last lap were training steps, of an interval that goes on.
    void training() {
        long before = helpedSince;
        long elapsed = lap();
        training += elapsed;
        interval += elapsed + helpedSince - before;
    }

    /// Ends an interval of `steps` training steps.
    void trained(int steps) {
        training();
        intervals[count++] = interval / 1e3 / steps;
        interval = 0;
    }

    /// What was since the last lap is neither: evaluations tell their own time.
    void pause() {
        lap();
    }

    /// Ends an evaluation on this thread.
    void evaluated() {
        evaluating += lap();
    }

    /// An evaluation took so long, on whatever thread.
    void evaluated(double seconds) {
        evaluating += Math.round(seconds * 1e9);
    }

    double secondsTrain() {
        return training / 1e9;
    }

    double secondsEval() {
        return evaluating / 1e9;
    }

    /// Median over intervals, µs; NaN without any.
    double usPerStep() {
        if (count == 0) {
            return Double.NaN;
        }
        double[] sorted = Arrays.copyOf(intervals, count);
        Arrays.sort(sorted);
        return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
    }

    private long lap() {
        long now = nanos.getAsLong();
        long elapsed = now - since;
        since = now;
        helpedSince = helped.getAsLong();
        return elapsed;
    }
}
