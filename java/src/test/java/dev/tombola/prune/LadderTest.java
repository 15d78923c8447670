package dev.tombola.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tombola.base.UserError;
import dev.tombola.nn.Network;
import dev.tombola.nn.Networks;
import dev.tombola.nn.Parameter;
import dev.tombola.nn.Role;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LadderTest {
    private static final Network LENET = Networks.named("lenet-300-100");

    private static Rates rates(String conv, String fc, String output) {
        return new Rates(new BigDecimal(conv), new BigDecimal(fc), new BigDecimal(output));
    }

    @Test
    void lenetHasThePapersCounts() {
        Ladder ladder = Ladder.of(LENET, Scope.LAYER, rates("0.1", "0.2", "0.1"), 24);
        assertThat(ladder.weights(0)).isEqualTo(266_200);
        Map.of(2, 170_538L, 3, 136_511L, 7, 56_094L, 15, 9_537L, 16, 7_650L, 19, 3_957L)
                .forEach((level, weights) -> assertThat(ladder.weights(level)).isEqualTo(weights));
        Map.of(1, 80.04, 3, 51.28, 7, 21.07, 10, 10.83, 15, 3.58, 19, 1.49, 24, 0.50)
                .forEach((level, percent) ->
                        assertThat(ladder.percentLeft(level)).isCloseTo(percent, within(0.005)));
        assertThat(ladder.counts(2)).containsExactly(150_528, 19_200, 810);
    }

    @ParameterizedTest(name = "{0} of {1} leaves {2}")
    @CsvSource({
        // 0.1 · 5 + ½ is exactly 1 in decimals; in doubles 0.15 · 10 + ½ and 0.35 · 10 + ½ fall to either side.
        "0.1, 5, 4",
        "0.15, 10, 8",
        "0.35, 10, 6",
        "0.2, 2, 2",
        "0.2, 3, 2",
        "0.2, 1, 1",
        "0, 7, 7",
        "0.29, 50, 35",
        "0.5, 1, 1",
        "0.9, 1, 1",
        "0.99, 10, 1",
        "0.145, 100, 85"
    })
    void aRoundPrunesTheHalfRoundedUpShare(String rate, int alive, int left) {
        Pool pool = new Pool(List.of(new Parameter("fc1.weight", Role.FC, List.of(1, 1000))), new BigDecimal(rate));
        assertThat(pool.after(alive)).isEqualTo(left);
    }

    @Test
    void globalScopePoolsTheLayersWithARate() {
        Ladder pooled = Ladder.of(LENET, Scope.GLOBAL, rates("0", "0.2", "0.2"), 2);
        assertThat(pooled.pools()).hasSize(1);
        assertThat(pooled.weights(1)).isEqualTo(266_200 - 53_240);
        Ladder without = Ladder.of(LENET, Scope.GLOBAL, rates("0", "0.2", "0"), 2);
        assertThat(without.pools().getFirst().parameters()).hasSize(2);
        assertThat(without.weights(1)).isEqualTo(265_200 - 53_040 + 1_000);
    }

    @Test
    void globalScopeTakesOneRate() {
        assertThatThrownBy(() -> Ladder.of(LENET, Scope.GLOBAL, rates("0", "0.2", "0.1"), 2))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("prune.rates")
                .hasMessageContaining("output.weight");
    }

    @Test
    void aRateOfOneIsRefused() {
        assertThatThrownBy(() -> rates("0", "1", "0")).hasMessageContaining("0 to below 1");
    }
}
