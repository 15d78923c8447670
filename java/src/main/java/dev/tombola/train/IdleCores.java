package dev.tombola.train;

import java.util.concurrent.Semaphore;

/// Cores that have no training of their own for now: who waits for one lends its core, and a running training borrows
/// it to evaluate beside its steps. A matter of time alone: results are the same bits either way.
public final class IdleCores {
    private final Semaphore idle = new Semaphore(0);

    /// A core has nothing to do.
    public void lend() {
        idle.release();
    }

    /// The core has a training again; waits for an evaluation that still runs there.
    public void takeBack() {
        idle.acquireUninterruptibly();
    }

    /// Whether there was one to be had; it is then to be lent again.
    boolean borrow() {
        return idle.tryAcquire();
    }
}
