package dev.tombola.train;

import dev.tombola.kernel.Group;
import dev.tombola.kernel.Replay;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/// The steps of trainings side by side: every one is the first one again, but for the clock.
abstract sealed class ReplicaSteps {
    /// Steps that are asked for at once, as a device rests between.
    static final int TOGETHER = 10;

    final Group group;
    final int batches;
    private final Replica first;
    private boolean begun;
    private int next;

    /// @param first what all operations are given the operands of
    private ReplicaSteps(Group group, Replica first) {
        this.group = group;
        this.first = first;
        this.batches = first.stepper().batchesPerEpoch();
    }

    /// Does `count` iterations, those after the last.
    void go(int iteration, int count) {
        if (!begun) {
            group.setClock(0, iteration % batches);
            begin(ahead -> first.stepper().run(iteration + ahead, ahead, first.score()));
            next = iteration;
            begun = true;
        }
        if (iteration != next) {
            throw new IllegalArgumentException("iteration %d follows, not %d".formatted(next, iteration));
        }
        for (int end = iteration + count; next < end; ) {
            first.stepper().order(group.kernels(), next);
            next += some(Math.min(batches - next % batches, end - next));
        }
    }

    /// @param step asks for what the iteration so many after the clock's does, in the same epoch
    abstract void begin(IntConsumer step);

    /// Asks for at least one step and at most so many; returns how many.
    abstract int some(int most);

    /// Launched operation by operation, as they were recorded.
    static final class Launched extends ReplicaSteps {
        private Replay one;
        private Replay many;

        Launched(Group group, Replica first) {
            super(group, first);
        }

        @Override
        void begin(IntConsumer step) {
            one = group.replay(() -> steps(1, step));
            many = group.replay(() -> steps(TOGETHER, step)); // recorded when it first fits into an epoch
        }

        private void steps(int count, IntConsumer step) {
            IntStream.range(0, count).forEach(step);
            group.tick(count, batches);
        }

        @Override
        int some(int most) {
            boolean enough = most >= TOGETHER;
            (enough ? many : one).run();
            return enough ? TOGETHER : 1;
        }
    }

    /// Noted once and then done by one multiprocessor for each network.
    static final class Resident extends ReplicaSteps {
        Resident(Group group, Replica first) {
            super(group, first);
        }

        @Override
        void begin(IntConsumer step) {
            group.note(() -> step.accept(0));
        }

        @Override
        int some(int most) {
            group.resident(most, batches);
            return most;
        }
    }
}
