package dev.tombola.spark;

import dev.tombola.lottery.Engine;
import dev.tombola.train.StoppedException;
import dev.tombola.train.Trained;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import org.apache.spark.broadcast.Broadcast;

/// Trainings that were handed over together, in shares of a Spark job each: what a share comes to is there when its job
/// ends. Where one fails, the others come first.
final class Shares implements Iterator<NavigableMap<Integer, Trained>> {
    private static final long ASKED_EVERY_MILLIS = 200;

    private final List<Engine.Part> parts;
    private final Queue<Share> running = new ArrayDeque<>();
    private RuntimeException failure;

    private record Share(int first, Broadcast<Work> work, SparkJob<Answer> job) {
        /// A job that Spark gives up has failed, too.
        Optional<Answer> await(long millis) {
            try {
                return job.await(millis);
            } catch (StoppedException e) {
                throw e;
            } catch (RuntimeException e) {
                return Optional.of(Answer.failed(e));
            }
        }

        void end() {
            job.cancel();
            work.destroy();
        }
    }

    Shares(List<Engine.Part> parts) {
        this.parts = parts;
    }

    /// @param first the place of its first training
    /// @param work what the job was given
    void add(int first, Broadcast<Work> work, SparkJob<Answer> job) {
        running.add(new Share(first, work, job));
    }

    @Override
    public boolean hasNext() {
        return !running.isEmpty() || failure != null;
    }

    @Override
    public NavigableMap<Integer, Trained> next() {
        try {
            return nextToEnd();
        } catch (RuntimeException | Error e) { // nobody asks on
            end();
            throw e;
        }
    }

    /// Ends the jobs that still run.
    void end() {
        running.forEach(Share::end);
        running.clear();
    }

    private NavigableMap<Integer, Trained> nextToEnd() {
        while (!running.isEmpty()) {
            Share share = running.element();
            Optional<Answer> answer = share.await(Math.max(1, ASKED_EVERY_MILLIS / running.size()));
            running.remove();
            if (answer.isEmpty()) {
                running.add(share); // the others' turn
                if (parts.stream().anyMatch(part -> part.listener().stopping())) {
                    throw new StoppedException();
                }
                continue;
            }
            share.end();
            if (answer.get().failure() == null) {
                return placed(share.first(), answer.get().trained());
            }
            failure = failure == null ? answer.get().failure() : failure;
        }
        RuntimeException failed = failure == null ? new NoSuchElementException() : failure;
        failure = null;
        throw failed;
    }

    /// By their places, and told to their listeners.
    private NavigableMap<Integer, Trained> placed(int first, List<Trained> trained) {
        NavigableMap<Integer, Trained> placed = new TreeMap<>();
        for (Trained one : trained) {
            int place = first + placed.size();
            one.curve().forEach(parts.get(place).listener()::evaluated);
            placed.put(place, one);
        }
        return placed;
    }
}
