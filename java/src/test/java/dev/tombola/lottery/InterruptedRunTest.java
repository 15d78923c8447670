package dev.tombola.lottery;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Runs whose caller's thread is interrupted.
class InterruptedRunTest {
    private static final Recipe RECIPE = Recipe.preset(
            "demo",
            "data.train=400",
            "data.test=150",
            "data.validation=100",
            "train.iterations=60",
            "train.batch=20",
            "train.evaluate_every=20",
            "run.trials=1",
            "run.levels=2",
            "run.draws=1");

    @TempDir
    Path temp;

    /// Other tests are not to find the flag set.
    @AfterEach
    void clear() {
        Thread.interrupted();
    }

    private Lottery.Outcome run(String name, LotteryListener listener) {
        return Lottery.run(
                RECIPE, Options.defaults().withOut(temp.resolve(name)).withThreads(1), listener);
    }

    @Test
    void oneThatTrainsEndsSoonAndGoesOn() {
        Thread caller = Thread.currentThread();
        Lottery.Outcome outcome = run("run", new LotteryListener() {
            @Override
            public void finished(Progress progress, LevelRow row) {
                caller.interrupt();
                while (caller.isInterrupted()) { // until it is noticed
                    Thread.onSpinWait();
                }
            }
        });
        assertThat(Thread.interrupted()).isTrue();
        assertThat(outcome.interrupted()).isTrue();
        assertThat(outcome.levels()).hasSizeBetween(1, 4);
        assertGoesOn();
    }

    @Test
    void oneThatIsInterruptedBeforehandTrainsNothing() {
        Thread.currentThread().interrupt();
        Lottery.Outcome outcome = run("run", LotteryListener.SILENT);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(outcome.interrupted()).isTrue();
        assertThat(outcome.levels()).isEmpty();
        assertGoesOn();
    }

    private void assertGoesOn() {
        assertThat(run("run", LotteryListener.SILENT).interrupted()).isFalse();
        run("unbroken", LotteryListener.SILENT);
        assertThat(FolderBytes.of(temp.resolve("run"))).isEqualTo(FolderBytes.of(temp.resolve("unbroken")));
    }
}
