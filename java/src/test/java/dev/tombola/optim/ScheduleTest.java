package dev.tombola.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    private static final Schedule CONSTANT = new Schedule(0, List.of(), 0.1);

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
    void whatComesAfterTheEndIsSaid() {
        Schedule schedule = new Schedule(20_000, List.of(20_000, 25_000), 0.1);
        assertThat(schedule.beyond(30_000)).isEmpty();
        assertThat(schedule.beyond(25_000))
                .containsExactly("The last of 2 drops of the rate comes after a training's last iteration, 25,000: at"
                        + " 25,000 (train.schedule.drops).");
        assertThat(schedule.beyond(1_000))
                .containsExactly(
                        "Warm-up takes 20,000 iterations and a training has 1,000: the rate ends at 5 % of what is"
                                + " named (train.schedule.warmup).",
                        "2 of 2 drops of the rate come after a training's last iteration, 1,000: the first at 20,000"
                                + " (train.schedule.drops).");
        assertThat(new Schedule(0, List.of(500), 0.1).beyond(100))
                .containsExactly("The drop of the rate comes after a training's last iteration, 100: at 500"
                        + " (train.schedule.drops).");
        assertThat(new Schedule(5_000, List.of(1_000, 2_000), 0.1).beyond(3_000))
                .containsExactly("Warm-up takes 5,000 iterations and a training has 3,000: the rate ends at 0.6 % of"
                        + " what is named, drops included (train.schedule.warmup).");
        assertThat(new Schedule(5_000, List.of(3_000), 0.1).beyond(3_000))
                .containsExactly(
                        "Warm-up takes 5,000 iterations and a training has 3,000: the rate ends at 60 % of what is"
                                + " named (train.schedule.warmup).",
                        "The drop of the rate comes after a training's last iteration, 3,000: at 3,000"
                                + " (train.schedule.drops).");
        assertThat(new Schedule(5_000, List.of(), 0.1).beyond(5_000)).isEmpty();
        assertThat(CONSTANT.beyond(1)).isEmpty();
    }

    @Test
    void withoutWarmUpAndDropsItIsConstant() {
        assertThat(CONSTANT.factor(0)).isEqualTo(1);
        assertThat(CONSTANT.factor(1_000_000)).isEqualTo(1);
    }
}
