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

    /// The ladders of the paper's networks in percent of all weights at rounds 1, 3, 4, 6, 7, 9, 10, 11, 12, 13, 14,
    /// 15, 16, 19 and 24; Resnet-18's and VGG-19's are global.
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "lenet-300-100, 80.04 51.28 41.05 26.32 21.07 13.52 10.83 8.68 6.95 5.57 4.47 3.58 2.87 1.49 0.50",
        "conv-2, 80.10 51.41 41.20 26.47 21.23 13.66 10.97 8.81 7.08 5.69 4.57 3.68 2.97 1.56 0.54",
        "conv-4, 81.08 53.55 43.63 29.13 23.88 16.16 13.35 11.06 9.18 7.65 6.40 5.37 4.51 2.75 1.28",
        "conv-6, 82.54 56.39 46.68 32.07 26.61 18.38 15.29 12.74 10.62 8.86 7.39 6.18 5.17 3.03 1.27",
        "resnet-18, 80.24 51.78 41.66 27.09 21.91 14.44 11.79 9.67 7.97 6.61 5.53 4.66 3.96 2.61 1.65",
        "vgg-19, 80.01 51.21 40.98 26.23 20.99 13.44 10.76 8.61 6.90 5.52 4.42 3.54 2.84 1.47 0.50"
    })
    void laddersAreThePapers(String name, String percents) {
        int[] rounds = {1, 3, 4, 6, 7, 9, 10, 11, 12, 13, 14, 15, 16, 19, 24};
        boolean deep = name.equals("resnet-18") || name.equals("vgg-19");
        Rates rates = deep ? rates("0.2", "0", "0") : rates(name.equals("conv-6") ? "0.15" : "0.1", "0.2", "0.1");
        Ladder ladder = Ladder.of(Networks.named(name), deep ? Scope.GLOBAL : Scope.LAYER, rates, 24);
        String[] wanted = percents.split(" ", -1);
        for (int i = 0; i < rounds.length; i++) {
            assertThat(ladder.percentLeft(rounds[i]))
                    .as("round %d", rounds[i])
                    .isCloseTo(Double.parseDouble(wanted[i]), within(0.00501));
        }
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
    void globalScopeLeavesEachLayerOneWeight() {
        Ladder ladder = Ladder.of(LENET, Scope.GLOBAL, rates("0", "0.9", "0.9"), 8);
        assertThat(ladder.counts(8)).containsExactly(LENET.prunable().size());
    }

    @Test
    void globalScopeTakesOneRate() {
        assertThatThrownBy(() -> Ladder.of(LENET, Scope.GLOBAL, rates("0", "0.2", "0.1"), 2))
                .isInstanceOf(UserError.class)
                .hasMessageStartingWith("prune.rates are 0.2 for fc1.weight and 0.1 for output.weight;");
        assertThat(Ladder.of(LENET, Scope.GLOBAL, rates("0", "0.2", "0.20"), 2).weights(1))
                .as("one rate, however it is written")
                .isEqualTo(266_200 - 53_240);
    }

    @Test
    void aRateOfOneIsRefused() {
        assertThatThrownBy(() -> rates("0", "1", "0")).hasMessageContaining("0 to below 1");
    }
}
