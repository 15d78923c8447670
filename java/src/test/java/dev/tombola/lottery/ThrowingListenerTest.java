package dev.tombola.lottery;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Listeners in languages without checked exceptions throw those, too.
@Timeout(60)
class ThrowingListenerTest {
    private static final Recipe RECIPE = Recipe.preset(
            "demo",
            "data.train=400",
            "data.test=150",
            "data.validation=100",
            "train.iterations=4",
            "train.evaluate_every=2",
            "run.trials=1",
            "run.levels=1",
            "run.draws=1");

    @TempDir
    Path temp;

    private void run(int threads, LotteryListener listener) {
        Lottery.run(RECIPE, Options.defaults().withOut(temp).withThreads(threads), listener);
    }

    /// Throws an exception as if it were unchecked.
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T extends Throwable> void raise(Throwable thrown) throws T {
        throw (T) thrown;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void whatIsThrownInATrainingEndsTheRun(int threads) {
        assertThatThrownBy(() -> run(threads, new LotteryListener() {
                    @Override
                    public void evaluated(Progress progress) {
                        ThrowingListenerTest.<RuntimeException>raise(new IOException("the line is down"));
                    }
                }))
                .isInstanceOf(LotteryException.class)
                .hasMessage("The run stopped in trial 0, level 0, ticket: the line is down; what was finished is kept,"
                        + " and the same command goes on from there.")
                .hasCauseInstanceOf(IOException.class);
    }

    @Test
    void whatIsThrownBeforeAllTrainingsEndsTheRun() {
        assertThatThrownBy(() -> run(1, new LotteryListener() {
                    @Override
                    public void opened(Path folder) {
                        ThrowingListenerTest.<RuntimeException>raise(new IOException("the line is down"));
                    }
                }))
                .isInstanceOf(LotteryException.class)
                .hasMessage("The run stopped: java.io.IOException: the line is down")
                .hasCauseInstanceOf(IOException.class);
    }
}
