package dev.tombola.train;

import dev.tombola.kernel.Kernels;
import java.util.concurrent.Semaphore;

/// Cores that have no training of their own for now: who waits for one lends its core. A running training borrows one
/// to evaluate beside its steps, and the others help kernels with long calls. A matter of time alone: results are the
/// same bits either way.
public final class IdleCores implements AutoCloseable {
    private final Semaphore idle = new Semaphore(0);
    private final Kernels helped;
    private int helping;
    private boolean training;
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
        begin();
    }

    /// Whether there was one to be had; it is then to be lent again.
    boolean borrow() {
        boolean borrowed = idle.tryAcquire();
        if (borrowed) {
            tell();
        }
        return borrowed;
    }

    /// Nobody helps any more.
    @Override
    public synchronized void close() {
        closed = true;
        tell();
    }

    /// Threads help once there is something to help with.
    private synchronized void begin() {
        training = true;
        tell();
    }

    private synchronized void tell() {
        int wanted = closed || !training ? 0 : idle.availablePermits();
        if (helped != null && wanted != helping) {
            helped.help(wanted - helping);
            helping = wanted;
        }
    }
}
