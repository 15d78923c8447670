package dev.tombola.lottery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tombola.base.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Recipes as they are written.
class RecipeFileTest {
    /// Recipes are written without exponents.
    @ParameterizedTest
    @ValueSource(strings = {"train.optimizer.lr=1e-44", "train.optimizer.epsilon=1.2345e-37", "prune.rates.fc=1.2e-99"})
    void aSmallNumberIsReadAsItIsWritten(String small) {
        Recipe recipe = Recipe.preset("demo", small);
        recipe.requireReadable();
        assertThat(Recipe.parse(recipe.toYaml())).isEqualTo(recipe);
    }

    /// YAML 1.1 has 010 for eight, but not 09 for anything.
    @Test
    void aNumberIsTheDecimalThatStandsThere() {
        assertThat(Recipe.parse("{network: demo, run: {seed: 010}, train: {batch: 060, optimizer: {lr: 0.0010}}}"))
                .isEqualTo(Recipe.preset("demo", "run.seed=10", "train.batch=60", "train.optimizer.lr=0.001"));
        assertThatThrownBy(() -> Recipe.parse("{network: demo, train: {batch: 60.0}}"))
                .isInstanceOf(UserError.class)
                .hasMessage("train.batch is 60.0; it must be a whole number from 1 to 65536.");
    }

    @Test
    void whatIsNoYamlIsNamedWithTheLineWhereItStops() {
        assertThatThrownBy(() -> Recipe.parse("network: demo\nrun:\n  trials: 1\n\tlevels: 1\n"))
                .isInstanceOf(UserError.class)
                .hasMessageStartingWith("In the recipe, line 4 could not be read as YAML: found character '\\t")
                .hasMessageContaining("cannot start any token");
    }

    @ParameterizedTest(name = "[{index}] {0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | There are no keys in the recipe",
                "'- a' | There are no keys in the recipe",
                "'network: [lenet' | In the recipe, line 1 could not be read as YAML",
                "'network: {a: 1}' | There is no key network.a in a recipe; tombola networks lists those that there are.",
                "'{network: demo, train: {batch: {a: 1}}}' | train.batch takes one value, not keys of its own.",
                "'{network: demo, training: {batch: 1}}' | There is no section training in a recipe; the nearest is train.",
                "'{network: demo, network: demo}' | Duplicate field 'network'",
                "'train: {batch: 5}' | The recipe says nothing about network, which it must; the networks are lenet-300-100, demo,",
                "'{network: demo, train.batch: 5, train: {batch: 6}}' | train.batch is there twice, with dots and in its"
                        + " section; leave one of them out.",
                "'{network: demo, network.name: mine}' | network is demo but network.name is mine; leave one of them out.",
                "'network: {name: demo, input: 1x4x4}' | network.input is given but network.layers is not; leave it out,",
                "'{network: demo, run: {seed: &s 5, trials: *s}}' | line 1 could not be read as YAML: *s is an alias; write"
                        + " out what it stands for.",
                "'{network: demo, run: &s {seed: 5}, train: {<<: *s}}' | *s is an alias",
                "'{network: demo, train: {optmizer: {name: sgd}}}' | There is no section train.optmizer",
                "'{network: demo, train.optmizer.name: sgd}' | the nearest is train.optimizer.name.",
                "'network: ~' | The recipe says nothing about network, which it must;",
                "'{network: {input: 1x4x4, layers: [output 10]}, data: {name: mnist}, train: {batch: 5}}' | The recipe says"
                        + " nothing about prune.rates.fc, data.validation, train.iterations, train.evaluate_every,"
                        + " train.optimizer.name, train.optimizer.lr, prune.rates.output, run.seed, run.trials,"
                        + " run.levels, which it must.",
                "'{network: {input: 1x4x4, layers: [output 10]}, data: {name: idx, test_images: a}}' | run.levels,"
                        + " data.train_images, data.train_labels, data.test_labels, which it must.",
                "'{network: {input: 1x4x4, layers: [output 10]}, data: {name: cifar-records}}' | run.levels,"
                        + " data.train_files, data.test_files, which it must.",
            })
    void aBadFileIsNamedInOneSentence(String yaml, String message) {
        assertThatThrownBy(() -> Recipe.parse(yaml))
                .isInstanceOf(UserError.class)
                .hasMessageContaining(message)
                .message()
                .doesNotContain("\n");
    }

    @Test
    void aFileIsReadAndAMissingOneNamed(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("mine.yaml");
        Files.writeString(file, "network: demo\ntrain:\n  batch: 30\n");
        assertThat(Recipe.open(file.toString(), List.of("run.seed=4")))
                .isEqualTo(Recipe.preset("demo", "train.batch=30", "run.seed=4"));
        assertThatThrownBy(() -> Recipe.open("lenet", List.of()))
                .isInstanceOf(UserError.class)
                .hasMessage("There is no recipe lenet: it is neither a file nor one of the presets %s."
                        .formatted(String.join(", ", Presets.names())));
    }
}
