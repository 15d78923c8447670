package dev.tombola.train;

import dev.tombola.kernel.Group;
import dev.tombola.kernel.Replay;

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
            begin(() -> first.stepper().run(iteration, 0, first.score()));
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

    /// @param step asks for what the clock's iteration does
    abstract void begin(Runnable step);

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
        void begin(Runnable step) {
            Runnable ticking = () -> {
                step.run();
                group.tick(batches);
            };
            one = group.replay(ticking);
            many = group.replay(() -> {
                for (int i = 0; i < TOGETHER; i++) {
                    ticking.run();
                }
            });
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
        void begin(Runnable step) {
            group.note(step);
        }

        @Override
        int some(int most) {
            group.resident(most, batches);
            return most;
        }
    }
}
