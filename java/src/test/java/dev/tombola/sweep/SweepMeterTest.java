package dev.tombola.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tombola.scheduler.Training;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// What is told of a sweep on its way: counts, and a guess of the time left.
class SweepMeterTest {
    private static final Training SHORT = new Training(0, List.of(), 16, 1, 0);
    private static final Training LONG = new Training(1, List.of(0), 64, 1, 0);

    private final AtomicLong clock = new AtomicLong();
    private final SweepMeter meter = new SweepMeter(5, List.of(SHORT, LONG), clock::get);

    private double secondsLeft() {
        return meter.progress(1).secondsLeft();
    }

    @Test
    void whatIsLeftTakesAsLongForItsWorkAsWhatIsDoneDid() {
        meter.started(SHORT, 0);
        assertThat(secondsLeft()).isNaN();
        clock.set(TimeUnit.SECONDS.toNanos(16));
        meter.advanced(SHORT, 0.5, 100);
        assertThat(secondsLeft()).as("twice as slow as estimated").isEqualTo(2 * (8 + 64));
        meter.finished(SHORT);
        meter.started(LONG, 0.25);
        assertThat(secondsLeft()).as("a quarter need not be done again").isEqualTo(48);
        meter.failed(LONG);
        assertThat(secondsLeft()).isZero();
        assertThat(meter.progress(0))
                .extracting("trainings", "done", "running", "failed")
                .containsExactly(5, 4, 0, 1);
    }

    /// 96 in the first 16 seconds, 48 in the next 24: what is longer ago than the last 20 seconds is forgotten.
    @Test
    void stepsPerSecondAreThoseOfTheLastWhile() {
        meter.started(SHORT, 0);
        assertThat(meter.progress(1).stepsPerSecond()).isNaN();
        clock.set(TimeUnit.SECONDS.toNanos(16));
        meter.advanced(SHORT, 0.5, 96);
        assertThat(meter.progress(1).stepsPerSecond()).isEqualTo(6);
        clock.set(TimeUnit.SECONDS.toNanos(40));
        meter.advanced(SHORT, 0.75, 48);
        assertThat(meter.progress(1).stepsPerSecond()).isEqualTo(2);
    }

    @Test
    void whatIsDroppedIsNoneOfItsTrainingsAnyMore() {
        clock.set(TimeUnit.SECONDS.toNanos(16));
        meter.started(SHORT, 0);
        meter.advanced(SHORT, 0.5, 100);
        meter.failed(SHORT);
        assertThat(secondsLeft()).isEqualTo(2 * 64);
        meter.dropped(LONG);
        assertThat(secondsLeft()).isZero();
        assertThat(meter.progress(0))
                .extracting("trainings", "done", "running", "failed")
                .containsExactly(4, 3, 0, 1);
    }
}
