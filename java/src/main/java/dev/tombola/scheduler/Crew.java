package dev.tombola.scheduler;

import dev.tombola.train.IdleCores;
import dev.tombola.train.StoppedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/// Threads that do what a scheduler hands out, until nothing is left or somebody stops them.
public final class Crew {
    /// How long what was put off is left alone.
    private static final long RETRY_MILLIS = 500;

    private final Scheduler scheduler;
    private final IdleCores idle;
    private RuntimeException failure;
    private boolean interrupted;
    private volatile boolean stopped;

    /// Does trainings, and says what became of each by [Crew#finished], [Crew#failed] or [Crew#putOff].
    public interface Work {
        /// @throws StoppedException if it was asked to stop; any other exception stops the whole crew
        void train(List<Training> group);
    }

    /// @param idle told whose cores have nothing to do
    public Crew(Scheduler scheduler, IdleCores idle) {
        this.scheduler = scheduler;
        this.idle = idle;
    }

    /// Returns when all is done.
    ///
    /// @param most trainings that a thread takes at a time
    /// @return whether it was stopped before that
    /// @throws RuntimeException the first that work threw
    @SuppressWarnings("ThreadJoinLoop") // it is one
    public boolean run(int threads, IntSupplier most, Work work) {
        List<Thread> all = new ArrayList<>();
        synchronized (this) { // nobody begins, or lends its core, before all are there
            for (int i = 1; i <= threads; i++) {
                all.add(Thread.ofPlatform().name("trainer-" + i).start(() -> work(most, work)));
            }
        }
        boolean told = false;
        for (int i = 0; i < all.size(); ) {
            try {
                all.get(i).join();
                i++;
            } catch (InterruptedException _) {
                told = true;
                stop(true);
            }
        }
        if (told) {
            Thread.currentThread().interrupt();
        }
        synchronized (this) {
            if (failure != null) {
                throw failure;
            }
            return interrupted;
        }
    }

    /// Tells that a training is finished.
    public synchronized void finished(Training training) {
        scheduler.finished(training);
        notifyAll();
    }

    /// Tells that a training will never be finished, and drops what needs it.
    ///
    /// @return what was dropped, in order
    public synchronized List<Training> failed(Training training) {
        List<Training> dropped = scheduler.failed(training);
        notifyAll();
        return dropped;
    }

    /// Tells that a training cannot be done now: it is tried again when there is nothing else to do.
    public synchronized void putOff(Training training) {
        scheduler.putOff(training);
        notifyAll();
    }

    /// Whether what goes on is to end soon.
    public boolean stopped() {
        return stopped;
    }

    /// Trainings that go on.
    public synchronized int running() {
        return scheduler.running();
    }

    private void work(IntSupplier most, Work work) {
        try {
            for (List<Training> group = take(most.getAsInt()); !group.isEmpty(); group = take(most.getAsInt())) {
                idle.takeBack();
                work.train(group);
            }
        } catch (StoppedException | InterruptedException _) {
            stop(true);
        } catch (RuntimeException e) {
            fail(e);
        } catch (Throwable e) { // checked ones, too: a listener in Kotlin or Scala throws those
            fail(new IllegalStateException(e.toString(), e));
        }
    }

    /// Until there is something to do, and for good where there is nothing, this thread's core is idle.
    private synchronized List<Training> take(int most) throws InterruptedException {
        idle.lend();
        while (!stopped && scheduler.left() > 0) {
            Optional<List<Training>> next = scheduler.next(most);
            if (next.isPresent()) {
                return next.get();
            }
            if (scheduler.hasPutOff()) {
                long before = System.nanoTime();
                wait(RETRY_MILLIS);
                if (System.nanoTime() - before >= TimeUnit.MILLISECONDS.toNanos(RETRY_MILLIS)) {
                    scheduler.resume();
                }
            } else if (scheduler.running() == 0) {
                throw new IllegalStateException(scheduler.left() + " trainings wait for each other");
            } else {
                wait();
            }
        }
        return List.of();
    }

    private synchronized void fail(RuntimeException e) {
        failure = failure == null ? e : failure;
        stop(false);
    }

    private synchronized void stop(boolean asked) {
        interrupted |= asked && failure == null;
        stopped = true;
        notifyAll();
    }
}
