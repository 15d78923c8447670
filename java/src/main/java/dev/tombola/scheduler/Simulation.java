package dev.tombola.scheduler;

import dev.tombola.numeric.Philox;
import dev.tombola.numeric.Purpose;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.ToDoubleFunction;

/// A scheduler run through without training anything.
///
/// @param makespan seconds from the first training's start to the last one's end
/// @param lowerBound what no order can be shorter than: all work shared evenly, or the longest chain
/// @param chain seconds of the longest chain of trainings, each of which needs the one before
/// @param utilisation share of the workers' time that they were busy
/// @param groups how often a worker took something
/// @param bytes the most memory that those running together took
public record Simulation(double makespan, double lowerBound, double chain, double utilisation, int groups, long bytes) {
    /// What is told, in the order of the simulated time.
    public interface Listener {
        Listener SILENT = (_) -> {};

        void finished(Training training);
    }

    private record Running(double end, int order, List<Training> group) {}

    /// How long a group keeps a worker busy, and how often that is otherwise than estimated.
    ///
    /// @param limit trainings that a worker takes at a time
    /// @param noise by what share a time may be off at most; 0 for times as estimated
    public record Workers(int count, int limit, ToDoubleFunction<List<Training>> seconds, double noise) {
        /// Cores: a training each, as long as it was estimated to take.
        public static Workers cores(int count) {
            return new Workers(count, 1, group -> group.getFirst().seconds(), 0);
        }

        /// The same with times that are off by up to a share of themselves, by chance.
        public Workers off(double share) {
            return new Workers(count, limit, seconds, share);
        }

        private double time(List<Training> group) {
            int word = Philox.draw(0, group.getFirst().number(), 0, Purpose.SWEEP.word(), 0);
            double chance = Integer.toUnsignedLong(word) * 0x1p-31 - 1;
            return seconds.applyAsDouble(group) * (1 + noise * chance);
        }
    }

    /// Runs trainings through a scheduler.
    ///
    /// @param memory bytes that those running may take together
    public static Simulation of(List<Training> trainings, Workers workers, long memory, Listener listener) {
        Scheduler scheduler = new Scheduler(trainings, memory);
        PriorityQueue<Running> running =
                new PriorityQueue<>(Comparator.comparingDouble(Running::end).thenComparingInt(Running::order));
        double[] chains = new double[trainings.size()];
        double now = 0;
        double busy = 0;
        double chain = 0;
        int groups = 0;
        long bytes = 0;
        while (scheduler.left() > 0) {
            Optional<List<Training>> next =
                    running.size() < workers.count() ? scheduler.next(workers.limit()) : Optional.empty();
            if (next.isPresent()) {
                double seconds = workers.time(next.get());
                for (Training training : next.get()) {
                    double before = training.needs().stream()
                            .mapToDouble(need -> chains[need])
                            .max()
                            .orElse(0);
                    chains[training.number()] = before + seconds;
                    chain = Math.max(chain, before + seconds);
                }
                busy += seconds;
                running.add(new Running(now + seconds, groups, next.get()));
                groups++;
                bytes = Math.max(bytes, scheduler.used());
            } else {
                Running ended = running.remove();
                now = ended.end();
                ended.group().forEach(scheduler::finished);
                ended.group().forEach(listener::finished);
            }
        }
        double bound = Math.max(busy / workers.count(), chain);
        return new Simulation(now, bound, chain, now == 0 ? 1 : busy / (now * workers.count()), groups, bytes);
    }
}
