package dev.tombola.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StopwatchTest {
    private final AtomicLong clock = new AtomicLong(42);
    private final AtomicLong helped = new AtomicLong(7);
    private final Stopwatch watch = new Stopwatch(5, helped::get, clock::get);

    private void pass(long millis) {
        clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    private void train(int steps, long millis) {
        pass(millis);
        watch.trained(steps);
    }

    @Test
    void aStepTakesTheMedianOfItsIntervals() {
        assertThat(watch.usPerStep()).isNaN();
        train(10, 90);
        train(10, 10);
        assertThat(watch.usPerStep()).as("of two, their mean").isEqualTo(5_000);
        train(10, 20);
        assertThat(watch.usPerStep()).isEqualTo(2_000);
    }

    /// Of an interval of 100 ms with a checkpoint in the middle.
    @Test
    void whatIsNoStepIsNotInIt() {
        pass(60);
        watch.training();
        pass(1_000);
        watch.pause();
        train(10, 40);
        pass(500);
        watch.evaluated();
        watch.evaluated(0.25);
        assertThat(watch.usPerStep()).isEqualTo(10_000);
        assertThat(watch.secondsTrain()).isEqualTo(0.1);
        assertThat(watch.secondsEval()).isEqualTo(0.75);
    }

    /// 30 ms of another core; a checkpoint's seconds count, its intervals are gone.
    @Test
    void whatHelpersWorkedIsInAStepAndNotInTheTimeThatPassed() {
        watch.add(8, 4);
        helped.addAndGet(TimeUnit.MILLISECONDS.toNanos(30));
        train(10, 100);
        assertThat(watch.usPerStep()).isEqualTo(13_000);
        assertThat(watch.secondsTrain()).isEqualTo(8.1);
        assertThat(watch.secondsEval()).isEqualTo(4);
    }
}
