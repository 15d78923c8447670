package dev.tombola.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    /// Resnet-18 of the paper: warm-up ends where the first drop is, so the rate peaks for one iteration.
    @Test
    void theRatePeaksExactlyAsItIsCut() {
        Schedule schedule = new Schedule(20_000, List.of(20_000, 25_000), 0.1);
        assertThat(schedule.factor(0)).isEqualTo(1.0 / 20_000);
        assertThat(schedule.factor(9_999)).isEqualTo(0.5);
        assertThat(schedule.factor(19_999)).isEqualTo(1);
        assertThat(schedule.factor(20_000)).isCloseTo(0.1, within(1e-15));
        assertThat(schedule.factor(24_999)).isCloseTo(0.1, within(1e-15));
        assertThat(schedule.factor(25_000)).isCloseTo(0.01, within(1e-15));
    }

    @Test
    void withoutWarmUpAndDropsItIsConstant() {
        assertThat(Schedule.CONSTANT.factor(0)).isEqualTo(1);
        assertThat(Schedule.CONSTANT.factor(1_000_000)).isEqualTo(1);
    }
}
