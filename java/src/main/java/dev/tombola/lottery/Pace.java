package dev.tombola.lottery;

import java.util.function.LongSupplier;

/// Does something now and then while other things go on that wait for it: some time after the last time, and later the
/// longer it takes, so that they have nearly all of the time.
final class Pace {
    /// What passes between two times, in the time that it took the last time.
    private static final int TIMES = 20;

    private final long least;
    private final LongSupplier nanos;
    private long due;

    /// @param least nanoseconds between two times, and before the first
    Pace(long least, LongSupplier nanos) {
        this.least = least;
        this.nanos = nanos;
        this.due = nanos.getAsLong() + least;
    }

    /// Does it if it is due.
    void whenDue(Runnable work) {
        long begun = nanos.getAsLong();
        if (begun - due < 0) {
            return;
        }
        work.run();
        long ended = nanos.getAsLong();
        due = ended + Math.max(least, TIMES * (ended - begun));
    }
}
