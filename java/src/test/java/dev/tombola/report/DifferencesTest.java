package dev.tombola.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tombola.lottery.LevelRow;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What runs are called by what they differ in.
class DifferencesTest {
    @Test
    void aNumberIsNamedWithItsKeysLastPartAndWithoutExponents() {
        expect(List.of("lr 0.0001", "lr 0.0012", "lr 0.01"), "train.optimizer.lr", "1.0E-4", "0.01", "0.0012");
        expect(List.of("warmup 0", "warmup 500", "warmup 20000"), "train.schedule.warmup", "20000", "0", "500");
        expect(List.of("fc rate 0.2", "fc rate 0.4"), "prune.rates.fc", "0.40", "0.2");
        expect(List.of("rewind lr false", "rewind lr true"), "prune.rewind_lr", "true", "false");
        expect(List.of("", ""), "train.optimizer.lr", "0.10", "0.1");
    }

    @Test
    void whatSaysItWithFewestSettingsIsTaken() {
        // Each run has a rate of its own, so the output layer's, half of it, need not be told.
        Differences pairs = of(
                recipe("prune.rates.output", "0.05", "prune.rates.fc", "0.1", "train.batch", "60"),
                recipe("prune.rates.output", "0.1", "prune.rates.fc", "0.2", "train.batch", "60"),
                recipe("prune.rates.output", "0.1", "prune.rates.fc", "0.4", "train.batch", "120"));
        assertThat(pairs.naming()).containsExactly("prune.rates.fc");
        assertThat(pairs.keys()).containsExactly("prune.rates.output", "prune.rates.fc", "train.batch");
        assertThat(pairs.ordered()).isTrue();
    }

    @Test
    void wordsComeBeforeNumbersAndSeedsLast() {
        Differences rates = of(
                recipe("run.seed", "1", "train.optimizer.lr", "0.1", "train.optimizer.name", "sgd"),
                recipe("run.seed", "2", "train.optimizer.lr", "0.4", "train.optimizer.name", "sgd"),
                recipe("run.seed", "3", "train.optimizer.lr", "0.001", "train.optimizer.name", "adam"));
        assertThat(rates.naming()).containsExactly("train.optimizer.name", "train.optimizer.lr");
        assertThat(rates.ordered()).isFalse();
        assertThat(Differences.words(rates.keys())).isEqualTo("seed, lr and optimizer");
        expect(List.of("seed 2", "seed 10"), "run.seed", "10", "2");
    }

    @Test
    void aSettingThatSomeHaveNoUseForIsLeftOut() {
        RunFiles[] momentum = {
            recipe("train.optimizer.name", "adam", "train.optimizer.beta1", "0.9"),
            recipe("train.optimizer.name", "sgd", "train.optimizer.momentum", "0"),
            recipe("train.optimizer.name", "sgd", "train.optimizer.momentum", "0.9")
        };
        assertThat(of(momentum).keys()).containsExactly("train.optimizer.name", "train.optimizer.momentum");
        assertThat(names(momentum))
                .containsExactly("optimizer adam", "optimizer sgd, momentum 0", "optimizer sgd, momentum 0.9");
    }

    @Test
    void whatRecipesLeaveOutIsASettingWhereOthersHaveAnother() {
        RunFiles[] initial = {recipe("train.batch", "60"), recipe("train.batch", "60", "train.init", "0.1")};
        assertThat(of(initial).keys()).containsExactly("train.init");
        assertThat(names(initial)).containsExactly("init glorot", "init 0.1");
        assertThat(of(initial).common()).isEqualTo("train.batch: 60\n");
    }

    @Test
    void whatARecipeFileLeavesUnsaidIsADifference() {
        RunFiles[] inits = {recipe("train.init", "10"), recipe(), recipe("train.init", "2"), recipe("train.init", "0.1")
        };
        assertThat(names(inits)).containsExactly("init glorot", "init 0.1", "init 2", "init 10");
        assertThat(of(recipe(), recipe()).keys()).isEmpty();
    }

    @Test
    void aNetworkIsNamedAndNotItsLayers() {
        RunFiles[] networks = {
            recipe("network", "lenet-300-100", "train.iterations", "50000"),
            recipe("network.name", "mine", "network.layers", "linear 10", "train.iterations", "20000"),
            recipe("network.name", "yours", "network.layers", "linear 20", "train.iterations", "20000")
        };
        assertThat(of(networks).keys()).containsExactly("network", "train.iterations", "network.layers");
        assertThat(names(networks)).containsExactly("network lenet-300-100", "network mine", "network yours");
        assertThat(names(networks[1], networks[2])).containsExactly("network mine", "network yours");
    }

    @Test
    void networksLieInTheOrderOfTheirWeights() {
        assertThat(names(network("b", 2_000), network("c", 900), network("a", 10_000)))
                .containsExactly("network c", "network b", "network a");
    }

    @Test
    void extentIsNoSetting() {
        RunFiles[] none = {recipe("run.trials", "1", "run.levels", "3"), recipe("run.trials", "5", "run.levels", "9")};
        assertThat(of(none).keys()).isEmpty();
        assertThat(names(none)).containsExactly("", "");
        assertThat(of(none).common()).isEmpty();
        assertThat(of(recipe("a", "1", "b", "2"), recipe("a", "1", "b", "3")).common())
                .isEqualTo("a: 1\n");
    }

    private static void expect(List<String> names, String key, String... values) {
        assertThat(names(Arrays.stream(values).map(value -> recipe(key, value)).toArray(RunFiles[]::new)))
                .isEqualTo(names);
    }

    private static Differences of(RunFiles... runs) {
        return new Differences(List.of(runs));
    }

    private static List<String> names(RunFiles... runs) {
        Differences differences = of(runs);
        return Arrays.stream(runs)
                .sorted(differences.order())
                .map(differences::name)
                .toList();
    }

    private static RunFiles network(String name, long weights) {
        LevelRow row = new LevelRow(0, "ticket", 0, 0, weights, weights, 100, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, "d");
        return new RunFiles("", Map.of("network", name), Map.of(), new Levels(List.of(row)), List.of());
    }

    private static RunFiles recipe(String... keysAndValues) {
        Map<String, String> recipe = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            recipe.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        List<LevelRow> rows =
                SampleRun.of("mnist", 100, 1, 0, List.of("ticket")).levels();
        return new RunFiles("", recipe, Map.of(), new Levels(rows), List.of());
    }
}
