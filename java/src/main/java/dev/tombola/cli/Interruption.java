package dev.tombola.cli;

import dev.tombola.base.Plural;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Ctrl-C (or SIGTERM) while something long runs: the work is asked to stop, and the process waits for it
/// to put its things in order before it ends.
final class Interruption implements AutoCloseable {
    /// Longer than stopping ever takes, short enough not to annoy.
    private static final long PATIENCE_SECONDS = 10;

    private final CountDownLatch done = new CountDownLatch(1);
    private volatile boolean asked;
    private final Thread hook = Thread.ofPlatform().unstarted(() -> {
        asked = true;
        try {
            done.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    });

    private Interruption() {}

    static Interruption watch() {
        Interruption interruption = new Interruption();
        Runtime.getRuntime().addShutdownHook(interruption.hook);
        return interruption;
    }

    /// Tells whoever interrupted a run or a sweep what is left.
    static String sentence(int finished, Path folder) {
        String kept = Plural.are(finished, "finished training");
        return "tombola: interrupted; " + kept + " kept in " + folder + ", and the same command goes on";
    }

    /// Whether the process was asked to end.
    boolean asked() {
        return asked;
    }

    /// The work is over; a process that is ending may end.
    @Override
    public void close() {
        done.countDown();
        if (!asked) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException _) {
                // It is ending at this very moment: the hook finds the work done.
            }
        }
    }
}
