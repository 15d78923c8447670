package dev.tombola.optim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tombola.tensor.Rule;
import java.lang.foreign.Arena;
import java.util.List;
import org.junit.jupiter.api.Test;

class OptimizerTest {
    private static final Schedule SCHEDULE = new Schedule(4, List.of(7, 9), 0.1);

    @Test
    void constantsAreThoseOfTheRecipe() {
        try (Arena arena = Arena.ofConfined()) {
            Rule adam = new Optimizer.Adam(1e-3, 0.9, 0.99, 1e-7, SCHEDULE).rule(arena, 12);
            assertThat(adam.kind()).isEqualTo(Rule.Kind.ADAM);
            assertThat(adam.constants())
                    .isEqualTo(new Rule.Constants(0.9f, (float) (1 - 0.9), 0.99f, (float) (1 - 0.99), 1e-7f, 0, 0));
            Rule sgd = new Optimizer.Sgd(0.1, 0.9, 1e-4, SCHEDULE).rule(arena, 12);
            assertThat(sgd.kind()).isEqualTo(Rule.Kind.SGD);
            assertThat(sgd.constants()).isEqualTo(new Rule.Constants(0, 0, 0, 0, 0, 0.9f, 1e-4f));
        }
    }

    /// Weight decay alone moves a weight without a gradient: of others that are left nobody has to do anything.
    @Test
    void weightDecayAloneMovesIdleWeights() {
        assertThat(new Optimizer.Sgd(0.1, 0.9, 1e-4, SCHEDULE).movesIdleWeights())
                .isTrue();
        assertThat(new Optimizer.Sgd(0.1, 0.9, 0, SCHEDULE).movesIdleWeights()).isFalse();
        assertThat(new Optimizer.Adam(1e-3, 0.9, 0.999, 1e-8, SCHEDULE).movesIdleWeights())
                .isFalse();
    }

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
