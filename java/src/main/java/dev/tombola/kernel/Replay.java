package dev.tombola.kernel;

/// Work that a group's device does again and again, always on the same operands: the first time call by call, when
/// kernels may still have to be loaded; from then on as it was recorded, all at once.
public final class Replay {
    private final Queue queue;
    private final Runnable work;
    private boolean ready;
    private Queue.Recording recording;

    Replay(Queue queue, Runnable work) {
        this.queue = queue;
        this.work = work;
    }

    /// Asks for the work; it is done when [Group#await] returns.
    public void run() {
        if (!ready) {
            work.run();
            ready = true;
            return;
        }
        if (recording == null) {
            recording = queue.record(work);
        }
        recording.play();
    }

    void close() {
        if (recording != null) {
            recording.close();
        }
    }
}
