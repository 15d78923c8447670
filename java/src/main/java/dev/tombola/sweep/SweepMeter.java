package dev.tombola.sweep;

import dev.tombola.results.SweepRow;
import dev.tombola.scheduler.Training;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/// Counts what is done of a sweep and guesses the time left from how long the work so far took, against what it was
/// estimated to take.
final class SweepMeter {
    /// Over which the steps per second are counted.
    private static final double WINDOW_SECONDS = 20;

    private final LongSupplier nanos;
    private final long begun;
    private final Map<Training, Double> shareOf = new HashMap<>();
    private final Deque<double[]> samples = new ArrayDeque<>();
    private int trainings;
    private int done;
    private int failed;
    private double steps;
    private double workLeft;
    private double workDone;

    /// @param wanted trainings that the sweep has
    /// @param missing those of them that are to be done
    SweepMeter(int wanted, Collection<Training> missing, LongSupplier nanos) {
        this.nanos = nanos;
        this.begun = nanos.getAsLong();
        this.trainings = wanted;
        this.done = wanted - missing.size();
        missing.forEach(training -> workLeft += training.seconds());
        sample();
    }

    /// @param share of the training that its checkpoint has behind it; it may have been started before
    void started(Training training, double share) {
        Double before = shareOf.put(training, share);
        workLeft -= (share - (before == null ? 0 : before)) * training.seconds();
    }

    /// @param share of the training that is done
    /// @param more iterations since the last time
    void advanced(Training training, double share, int more) {
        Double before = shareOf.put(training, share);
        double work = (share - (before == null ? 0 : before)) * training.seconds();
        steps += more;
        workDone += work;
        workLeft -= work;
    }

    void finished(Training training) {
        advanced(training, 1, 0);
        shareOf.remove(training);
        done++;
    }

    void failed(Training training) {
        workLeft -= (1 - shareOf.getOrDefault(training, 0.0)) * training.seconds();
        shareOf.remove(training);
        failed++;
    }

    /// A training that will never be, for one that it needs diverged or failed.
    void dropped(Training training) {
        trainings--;
        workLeft -= training.seconds();
    }

    int done() {
        return done;
    }

    SweepRow.Progress progress(int running) {
        sample();
        double[] first = samples.getFirst();
        double[] last = samples.getLast();
        double seconds = last[0] - first[0];
        double rate = last[1] > first[1] ? (last[1] - first[1]) / seconds : Double.NaN;
        double elapsed = (nanos.getAsLong() - begun) / 1e9;
        double left = workDone == 0 ? Double.NaN : Math.max(0, elapsed * workLeft / workDone);
        return new SweepRow.Progress(trainings, done, running, failed, rate, left);
    }

    private void sample() {
        double now = (nanos.getAsLong() - begun) / 1e9;
        samples.add(new double[] {now, steps});
        while (samples.size() > 2 && now - samples.getFirst()[0] > WINDOW_SECONDS) {
            samples.removeFirst();
        }
    }
}
