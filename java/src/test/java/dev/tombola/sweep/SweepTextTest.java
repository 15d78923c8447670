package dev.tombola.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tombola.base.UserError;
import dev.tombola.lottery.Recipe;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a sweep file means, and one line for each mistake.
class SweepTextTest {
    @TempDir
    private Path temp;

    private SweepFile file(String... lines) {
        return SweepFile.of(temp, lines);
    }

    @Test
    void everyCombinationOfTheGridTheListAndTheSamples() {
        SweepFile sweep = file(
                "base: demo",
                "set: {train.iterations: 500}",
                "grid:",
                "  train.optimizer.lr: [0.001, 0.002]",
                "  train.batch: 20..40 step 20",
                "list: [{run.seed: 1}, {run.seed: 2, train.evaluate_every: 50}]",
                "random: {samples: 3, prune.rates.fc: 0.1..0.5}");
        assertThat(sweep.read().count()).isEqualTo(24);
        List<Recipe> recipes = sweep.recipes();
        assertThat(recipes)
                .hasSize(24)
                .allSatisfy(recipe -> assertThat(recipe.train().iterations()).isEqualTo(500));
        assertThat(new HashSet<>(recipes)).hasSize(24);
        assertThat(sweep.values("train.batch").subList(0, 13))
                .containsExactly("20", "20", "20", "20", "20", "20", "40", "40", "40", "40", "40", "40", "20");
        assertThat(sweep.values("run.seed").subList(0, 7)).containsExactly("1", "1", "1", "2", "2", "2", "1");
        assertThat(sweep.values("train.evaluate_every")).contains("50", "100");
        List<String> rates = sweep.values("prune.rates.fc");
        assertThat(rates.subList(3, 6)).isEqualTo(rates.subList(0, 3));
    }

    @Test
    void aSampleDependsOnSeedKeyAndNumberAlone() {
        List<String> three = file("base: demo", "random: {samples: 3, train.optimizer.lr: log 1e-4..1e-2}")
                .values("train.optimizer.lr");
        assertThat(three).doesNotHaveDuplicates();
        assertThat(file("base: demo", "random: {samples: 5, train.batch: 20..60, train.optimizer.lr: log 1e-4..1e-2}")
                        .values("train.optimizer.lr"))
                .startsWith(three.toArray(String[]::new));
        assertThat(file("base: demo", "random: {samples: 3, seed: 2, train.optimizer.lr: log 1e-4..1e-2}")
                        .values("train.optimizer.lr"))
                .isNotEqualTo(three);
        assertThat(file("base: demo", "random: {samples: 3, seed: 1, train.optimizer.lr: log 1e-4..1e-2}")
                        .values("train.optimizer.lr"))
                .as("what no one says is seed 1; a sweep means the same for ever")
                .isEqualTo(three)
                .containsExactly("0.00104", "0.000233", "0.0004");
    }

    @Test
    void aSampleMayBeChosenFromAList() {
        assertThat(file("base: demo", "random: {samples: 60, train.batch: [20, 30..32]}")
                        .values("train.batch"))
                .contains("20", "30", "31", "32")
                .isSubsetOf("20", "30", "31", "32");
    }

    @Test
    void aNetworkBringsItsPresetAndABaseMayBeSwept() {
        SweepFile networks = file("base: lenet-300-100", "grid: {network: [lenet-300-100, conv-2]}");
        assertThat(networks.values("data.name")).containsExactly("mnist", "cifar-10");
        assertThat(networks.values("train.iterations")).containsExactly("50000", "20000");
        assertThat(file("base: [lenet-300-100, conv-2]").values("train.iterations"))
                .containsExactly("50000", "20000");
        assertThat(file("grid: {network: [demo, conv-4]}").values("network")).containsExactly("demo", "conv-4");
    }

    @Test
    void aBaseIsARecipeFileBesideTheSweep() throws IOException {
        Files.writeString(temp.resolve("mine.yaml"), "network: demo\ntrain: {batch: 30}\n");
        assertThat(file("base: mine.yaml", "grid: {run.seed: 1..3}").values("train.batch"))
                .containsExactly("30", "30", "30");
    }

    @Test
    void aValueMayItselfBeAList() {
        assertThat(file("base: demo", "grid: {run.controls: [[ticket], [ticket, reinit], \"ticket,one_shot\"]}")
                        .values("run.controls"))
                .containsExactly("ticket", "ticket,reinit", "ticket,one_shot");
        assertThat(file(
                                "base: demo",
                                "set: {run.controls: [ticket, reset], prune.strategy: continue}",
                                "list: [{train.schedule.drops: [100, 200]}, {train.schedule.drops: []}]")
                        .values("train.schedule.drops"))
                .containsExactly("100,200", "");
    }

    @Test
    void aWordStandsAmongNumbersAndRanges() {
        SweepFile inits = file("base: demo", "grid: {train.init: [glorot, 0.05..0.15 step 0.05, log 0.2..0.8 x 3]}");
        assertThat(inits.values("train.init")).containsExactly("glorot", "0.05", "0.1", "0.15", "0.2", "0.4", "0.8");
        assertThat(file("base: demo", "random: {samples: 9, train.init: log 0.01..1}")
                        .values("train.init"))
                .allSatisfy(init -> assertThat(Double.parseDouble(init)).isBetween(0.01, 1.0));
        assertThatThrownBy(() ->
                        file("base: demo", "grid: {train.init: [glorot, 0]}").values("train.init"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("train.init is 0; it must be glorot or a number from 0.000001 to below 1000.");
    }

    @Test
    void theCommandLineHasTheLastWordOverWhatIsSet() {
        SweepFile sweep = file("base: demo", "set: {train.batch: 30}", "grid: {run.seed: [1, 2]}");
        sweep.read("train.batch=40")
                .recipes(recipe -> assertThat(recipe.train().batch()).isEqualTo(40));
        assertThatThrownBy(() -> sweep.read("run.seed=4"))
                .hasMessageContaining("run.seed is both in --set and in grid; leave it out of one.");
    }

    @Test
    void whatIsGivenUpAndWhatASweepIsCalled() {
        Sweep sweep = file("grid: {network: [demo]}", "name: mine", "stop: {val_loss: 2.5, after: 100}")
                .read();
        assertThat(sweep.name()).isEqualTo("mine");
        assertThat(sweep.stop().stops(99, 3)).isFalse();
        assertThat(sweep.stop().stops(100, 2.5)).isFalse();
        assertThat(sweep.stop().stops(100, 2.6)).isTrue();
        Sweep without = file("grid: {network: [demo]}").read();
        assertThat(without.name()).isEqualTo("test");
        assertThat(without.stop().stops(100, 1e30)).isFalse();
    }

    /// In words of YAML, not of the parser's classes.
    @Test
    void whatIsNoYamlIsSaidPlainly() {
        SweepFile brackets = file("{{{");
        assertThatThrownBy(brackets::read)
                .hasMessage("In " + brackets.path()
                        + ", line 1 could not be read as YAML: Expected a field name (Scalar value in YAML).");
        SweepFile two = file("base: demo\n---\nbase: demo");
        assertThatThrownBy(two::read)
                .hasMessage("In " + two.path() + " a second document begins after ---; leave one of them.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "grid: {train.optimizer.lrr: [1]} | There is no key train.optimizer.lrr in a recipe; the nearest is"
                        + " train.optimizer.lr.",
                "grid: {train.optimizer: [1]} | train.optimizer takes no value of its own",
                "grid: {train: {batch: 1}} | train takes no value of its own",
                "grid: {run.seed: {a: 1}} | run.seed must be a value; a recipe's keys are written with dots",
                "grid: {run.seed: []} | run.seed must be a list of values or a range; it has none",
                "grid: {run.seed: 5..1} | run.seed is 5..1; it must be a range from a number to a larger one",
                "grid: {run.seed: 1..2000000} | a range of at most 1,000,000 values",
                "grid: {run.seed: 1..2000, train.batch: 1..2000} | The sweep has more than 1,000,000 recipes",
                "grid: {run.seed: [1..1000000, 5], nonsense: 1} | The sweep has more than 1,000,000 recipes",
                "grid: 3 | grid must be keys with values",
                "girds: {run.seed: 1..3} | girds must be one of name, base, set, grid, list, random, stop",
                "set: {run.seed: 1}, grid: {run.seed: [1]} | run.seed is both in set and in grid; leave it out of one.",
                "list: [{run.seed: 1}], grid: {run.seed: [1]} | run.seed is both in grid and in list",
                "random: {samples: 2, run.seed: 1..9}, grid: {run.seed: [1]} | run.seed is both in grid and in random",
                "set: {run.seed: 1..3} | run.seed in set must be one value; ranges belong into grid or random",
                "list: {run.seed: 3} | list must be a list of settings, each such as {train.batch: 60}",
                "list: [] | list must be a list of settings",
                "list: [3] | list must be a list of settings",
                "list: [{run.seeds: 3}] | There is no key run.seeds in a recipe; the nearest is run.seed.",
                "random: {run.seed: 1..9} | samples (not given) must be a whole number from 1 to 1000000",
                "random: {samples: 0, run.seed: 1..9} | samples (0) must be a whole number from 1 to 1000000",
                "random: {samples: 2, seed: x, run.seed: 1..9} | ) must be a whole number from 0 to 2147483647",
                "random: {samples: 2, train.optimizer.lr: log 0..1} | a log range between numbers above 0",
                "stop: {loss: 3}, grid: {run.seed: [1]} | stop.loss must be stop.val_loss or stop.after",
                "stop: {val_loss: -3}, grid: {run.seed: [1]} | stop.val_loss (-3) must be a number above 0",
                "stop: {val_loss: '2.5'}, grid: {run.seed: [1]} | stop.val_loss (\"2.5\") must be a number above 0",
                "stop: {after: 9}, grid: {run.seed: [1]} | stop.val_loss (not given) must be a number above 0",
                "base: [], grid: {run.seed: [1]} | base must be a preset or a recipe file",
                "base: nowhere.yaml | There is no recipe",
                "set: {run.seed: 1} | the sweep must be something to sweep: grid, list, random or several bases",
                "grid: {run.seed: [1 | line 1 could not be read as YAML",
                "grid: {run.seed: [1]}, grid: {run.seed: [2]} | line 1 could not be read as YAML: Duplicate field 'grid'",
                "3 | there are no keys; a sweep has name, base",
            })
    void aMistakeIsNamedWithItsFile(String yaml, String message) {
        SweepFile sweep =
                file(yaml.equals("3") ? yaml : "{" + yaml + (yaml.contains("base") ? "" : ", base: demo") + "}");
        assertThatThrownBy(sweep::read)
                .isInstanceOf(UserError.class)
                .hasMessageStartingWith("In " + sweep.path())
                .hasMessageContaining(message)
                .hasMessageNotContaining("\n");
    }

    @Test
    void aFileMayHave64Megabytes() throws IOException {
        SweepFile sweep = file("base: demo", ("#" + "x".repeat(98) + "\n").repeat(40_000), "grid: {run.seed: [1, 2]}");
        assertThat(sweep.read().count()).isEqualTo(2);
        try (RandomAccessFile larger = new RandomAccessFile(sweep.path().toFile(), "rw")) {
            larger.setLength((64 << 20) + 1);
        }
        assertThatThrownBy(sweep::read)
                .isInstanceOf(UserError.class)
                .hasMessage(sweep.path() + " has 67,108,865 bytes; a sweep has at most 64 MB.");
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> new SweepFile(temp.resolve("none.yaml")).read())
                .isInstanceOf(UserError.class)
                .hasMessageStartingWith("There is no sweep file " + temp.resolve("none.yaml"));
    }

    @Test
    void aValueThatARecipeRefusesIsNamedWithItsCombination() {
        SweepFile sweep = file("base: demo", "grid: {run.seed: [7], train.optimizer.lr: [0.1, 2000]}");
        assertThatThrownBy(sweep::recipes)
                .isInstanceOf(UserError.class)
                .hasMessage("In %s, with run.seed=7 train.optimizer.lr=2000: train.optimizer.lr is 2000; it must be a"
                                .formatted(sweep.path())
                        + " number above 0 and below 1000.");
    }
}
