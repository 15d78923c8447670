package dev.tombola.lottery;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Function;

/// A run on a thread of its own: an interrupt closes files under the thread that reads or writes them, so one of
/// whoever waits for the run only asks it to stop.
final class OwnThread implements LotteryListener {
    private final LotteryListener listener;
    private volatile boolean interrupted;

    private OwnThread(LotteryListener listener) {
        this.listener = listener;
    }

    /// Returns when the run has ended; whoever was interrupted meanwhile, or before, finds the flag set.
    ///
    /// @param run given the listener to watch it
    static Lottery.Outcome run(LotteryListener listener, Function<LotteryListener, Lottery.Outcome> run) {
        OwnThread watcher = new OwnThread(listener);
        FutureTask<Lottery.Outcome> task = new FutureTask<>(() -> run.apply(watcher));
        Thread.ofPlatform().name("lottery").start(task);
        try {
            return watcher.await(task);
        } finally {
            if (watcher.interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private Lottery.Outcome await(FutureTask<Lottery.Outcome> task) {
        while (true) {
            try {
                return task.get();
            } catch (InterruptedException _) {
                interrupted = true;
            } catch (ExecutionException e) {
                switch (e.getCause()) {
                    case RuntimeException failure -> throw failure;
                    case Error failure -> throw failure;
                    default -> // checked: of a listener in Kotlin or Scala
                        throw new LotteryException("The run stopped: " + e.getCause(), e.getCause());
                }
            }
        }
    }

    @Override
    public void opened(Path folder) {
        listener.opened(folder);
    }

    @Override
    public void begun(List<String> facts) {
        listener.begun(facts);
    }

    @Override
    public void started(Progress progress) {
        listener.started(progress);
    }

    @Override
    public void evaluated(Progress progress) {
        listener.evaluated(progress);
    }

    @Override
    public void finished(Progress progress, LevelRow row) {
        listener.finished(progress, row);
    }

    @Override
    public void noted(String sentence) {
        listener.noted(sentence);
    }

    @Override
    public boolean stopping() {
        return interrupted || listener.stopping();
    }
}
