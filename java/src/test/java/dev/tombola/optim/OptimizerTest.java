package dev.tombola.optim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tombola.tensor.Rule;
import java.lang.foreign.Arena;
import java.util.List;
import org.junit.jupiter.api.Test;

class OptimizerTest {
    private static final Schedule SCHEDULE = new Schedule(4, List.of(7, 9), 0.1);

    /// A training that begins at iteration 5 has the rates of iterations 5, 6, … and moments that begin at 0.
    @Test
    void aLaterBeginningKeepsTheScheduleAndCountsItsOwnSteps() {
        try (Arena arena = Arena.ofConfined()) {
            Optimizer adam = new Optimizer.Adam(1e-3, 0.9, 0.999, 1e-8, SCHEDULE);
            Rule whole = adam.rule(arena, 12);
            Rule later = adam.rule(arena, 5, 12);
            assertThat(later.iterations()).isEqualTo(12);
            for (int i = 5; i < 12; i++) {
                double rate = 1e-3 * SCHEDULE.factor(i);
                assertThat(later.lr(i)).isEqualTo(whole.lr(i)).isEqualTo((float) rate);
                assertThat(later.a(i)).isEqualTo((float) (rate / (1 - StrictMath.pow(0.9, i - 4))));
                assertThat(later.c(i)).isEqualTo(whole.c(i - 5)).isNotEqualTo(whole.c(i));
            }
            Optimizer sgd = new Optimizer.Sgd(0.1, 0.9, 0, SCHEDULE);
            for (int i = 5; i < 12; i++) {
                assertThat(sgd.rule(arena, 5, 12).lr(i))
                        .isEqualTo(sgd.rule(arena, 12).lr(i));
            }
        }
    }
}
