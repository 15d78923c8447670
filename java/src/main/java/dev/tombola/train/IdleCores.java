package dev.tombola.train;

import dev.tombola.kernel.Kernels;
import java.util.concurrent.Semaphore;

/// Cores that have no training of their own for now: who waits for one lends its core. A running training borrows one
/// to evaluate beside its steps, and the others help kernels with long calls. A matter of time alone: results are the
/// same bits either way.
public final class IdleCores implements AutoCloseable {
    private final Semaphore idle = new Semaphore(0);
    private final Kernels helped;
    private boolean closed;

    /// @param helped that idle cores help; null where none are
    public IdleCores(Kernels helped) {
        this.helped = helped;
    }

    /// Cores that help no kernels.
    public IdleCores() {
        this(null);
    }

    /// A core has nothing to do.
    public void lend() {
        idle.release();
        tell();
    }

    /// The core has a training again; waits for an evaluation that still runs there.
    public void takeBack() {
        idle.acquireUninterruptibly();
        tell();
    }

    /// Whether there was one to be had; it is then to be lent again.
    boolean borrow() {
        boolean borrowed = idle.tryAcquire();
        if (borrowed) {
            tell();
        }
        return borrowed;
    }

    private synchronized void tell() {
        if (helped != null) {
            helped.help(closed ? 0 : idle.availablePermits());
        }
    }

    /// Nobody helps any more.
    @Override
    public synchronized void close() {
        closed = true;
        tell();
    }
}
