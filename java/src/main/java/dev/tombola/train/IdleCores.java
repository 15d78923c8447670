package dev.tombola.train;

import dev.tombola.kernel.Kernels;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/// Cores that have no training of their own for now: who waits for one lends its core. A running training borrows one
/// to evaluate beside its steps, and the others help kernels with long calls. A matter of time alone: results are the
/// same bits either way.
public final class IdleCores implements AutoCloseable {
    private final Semaphore idle = new Semaphore(0);
    private final Kernels helped;
    private int helping;
    private int alone;
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
        tell(training);
    }

    /// The core has a training again; waits for an evaluation that still runs there.
    public void takeBack() {
        idle.acquireUninterruptibly();
        tell(true);
    }

    /// Whether there was one to be had; it is then to be lent again.
    boolean borrow() {
        boolean borrowed = idle.tryAcquire();
        if (borrowed) {
            tell(training);
        }
        return borrowed;
    }

    /// Does what nobody shall help with: it is timed for one core.
    public <T> T alone(Supplier<T> work) {
        hold(1);
        try {
            return work.get();
        } finally {
            hold(-1);
        }
    }

    /// Nobody helps any more.
    @Override
    public synchronized void close() {
        closed = true;
        tell(training);
    }

    private synchronized void hold(int more) {
        alone += more;
        tell(training);
    }

    /// Threads help once there is something to help with.
    private synchronized void tell(boolean trains) {
        training = trains;
        int wanted = closed || alone > 0 || !training ? 0 : idle.availablePermits();
        if (helped != null && wanted != helping) {
            helped.help(wanted - helping);
            helping = wanted;
        }
    }
}
