package dev.tombola.lottery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tombola.nn.Networks;
import dev.tombola.prune.Ladder;
import dev.tombola.prune.Rates;
import dev.tombola.prune.Scope;
import java.math.BigDecimal;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// What is told of a run on its way, where all levels take equally long.
class ProgressMeterTest {
    private static final Rates NOTHING = new Rates(BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ZERO);
    private static final Job DENSE = Job.ticket(0, 0);
    private static final Job LATER = Job.ticket(0, 1);

    private final AtomicLong clock = new AtomicLong();
    private final ProgressMeter meter = new ProgressMeter(
            Ladder.of(Networks.named("demo"), Scope.LAYER, NOTHING, 1),
            100,
            _ -> 0,
            List.of(DENSE, LATER),
            3,
            clock::get);

    /// 20 of its iterations in ten seconds, after 40 that its checkpoint had; 40 are left of it and 100 of the other.
    @Test
    void whatACheckpointHasBehindItCountsForNothing() {
        meter.started(DENSE, 40);
        clock.set(TimeUnit.SECONDS.toNanos(10));
        Progress progress = meter.evaluated(DENSE, 60, 0.5);
        assertThat(progress.iterationsPerSecond()).isEqualTo(2);
        assertThat(progress.secondsLeft()).isEqualTo(70);
        assertThat(progress.finished()).isEqualTo(3);
        assertThat(progress.trainings()).isEqualTo(5);
    }

    @Test
    void whatIsDroppedIsNoTrainingOfTheRunAnyMore() {
        meter.started(DENSE, 0);
        clock.set(TimeUnit.SECONDS.toNanos(10));
        meter.dropped(List.of(LATER));
        Progress progress = meter.finished(DENSE, 0.5);
        assertThat(progress.secondsLeft()).isZero();
        assertThat(progress.finished()).isEqualTo(progress.trainings()).isEqualTo(4);
    }
}
