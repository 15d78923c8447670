package dev.tombola.lottery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// What a run's tables cost the trainings that wait meanwhile.
class PaceTest {
    private static final long LEAST = 5;

    private final AtomicLong clock = new AtomicLong();
    private final Pace pace = new Pace(LEAST, clock::get);
    private int times;

    private void ask(long takes) {
        pace.whenDue(() -> {
            times++;
            clock.addAndGet(takes);
        });
    }

    @Test
    void whatIsQuickIsDoneAsOftenAsMayBe() {
        clock.addAndGet(LEAST - 1);
        ask(0);
        assertThat(times).isZero();
        clock.addAndGet(1);
        ask(0);
        ask(0);
        assertThat(times).isEqualTo(1);
        clock.addAndGet(LEAST);
        ask(0);
        assertThat(times).isEqualTo(2);
    }

    /// As where the tables of many thousand trainings are made from their files.
    @Test
    void whatTakesLongIsDoneSeldom() {
        for (int i = 0; i < 10_000; i++) { // a nanosecond of other work each
            clock.incrementAndGet();
            ask(100);
        }
        assertThat(times).isBetween(3, 6);
    }
}
