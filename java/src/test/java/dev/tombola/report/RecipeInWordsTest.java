package dev.tombola.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The page tells of the experiment that the recipe asks for, and of no other.
class RecipeInWordsTest {
    private static final String FIRST_VALUES = "the first values made the difference";
    private static final String FASTER = "An earlier one means faster learning.";
    private static final String RESET = "strategy: reset, rewind: 0";

    @TempDir
    private Path folder;

    @Test
    void thePapersOwnIsReset() throws IOException {
        String page = page(sample("ticket", "reinit"));
        assertThat(page)
                .contains("puts the survivors back to their first values and trains again")
                .contains("<b>ticket</b>: the survivors with the values they were first drawn with.")
                .contains("Where the ticket stays up and the reinit falls, " + FIRST_VALUES)
                .contains(FASTER)
                .contains("<dt>Strategy</dt><dd>reset <span>to the first values</span></dd>");
    }

    @Test
    void anotherPrecisionThanFp32IsNamed() throws IOException {
        assertThat(page(sample("ticket").recipe("precision: fp32", "precision: tf32, tf32_from: 12.5")))
                .contains("<dt>Precision</dt><dd>tf32 <span>from 12.5 % of the weights on</span></dd>");
        assertThat(page(sample("ticket"))).doesNotContain("<dt>Precision</dt>");
    }

    @Test
    void aNetworkOfTheUsersOwnGoesByItsName() throws IOException {
        String own = "network: {name: mine, input: 1x28x28, layers: [linear 300, relu, linear 100, relu, output 10]}";
        assertThat(page(sample("ticket").recipe("network: lenet-300-100", own)))
                .contains("<h1>Lottery tickets: mine on MNIST</h1>")
                .contains("<dt>Network</dt><dd>mine <span>");
    }

    @Test
    void lateRewindingGoesBackToAnIterationOfLevelZero() throws IOException {
        String page = page(sample("ticket", "reinit", "one_shot", "reset")
                .recipe(RESET, "strategy: reset, rewind: 1500, rewind_lr: false"));
        assertThat(page)
                .contains("puts the survivors back to what they were after 1,500 iterations of level 0")
                .contains("<dt>Strategy</dt><dd>late rewinding <span>to iteration 1,500 of level 0</span></dd>")
                .contains(
                        "<b>one-shot</b>: as many survivors per layer, chosen in a single pruning of the dense network, with the values"
                                + " of iteration 1,500.")
                .contains(
                        "<b>reset</b>: the ticket's survivors with the values they were first drawn with, from iteration 0.")
                .contains("the first 1,500 iterations made the difference")
                .contains("The iterations of ticket and one-shot count from 1,500, for")
                .contains("arXiv:1903.01611")
                .doesNotContain("back to their first values")
                .doesNotContain(FIRST_VALUES)
                .doesNotContain(FASTER);
    }

    @Test
    void learningRateRewindingKeepsTrainedWeights() throws IOException {
        String page = page(sample("ticket", "reinit").recipe(RESET, "strategy: reset, rewind: 100, rewind_lr: true"));
        assertThat(page)
                .contains(
                        "leaves the survivors as they were trained, puts learning rate and data back to iteration 100")
                .contains(
                        "<dt>Strategy</dt><dd>learning-rate rewinding <span>to iteration 100, weights stay trained</span>")
                .contains("<b>ticket</b>: the survivors with the values that the level before trained.")
                .contains("A ticket's iterations count from 100, but")
                .contains("arXiv:2003.02389")
                .doesNotContain("back to their first values")
                .doesNotContain(FIRST_VALUES)
                .doesNotContain(FASTER);
    }

    @Test
    void continuedTrainingIsJudgedByReset() throws IOException {
        String page = page(
                sample("ticket", "reinit", "reset").recipe(RESET, "strategy: continue, rewind: 0, rewind_lr: false"));
        assertThat(page)
                .contains("leaves the survivors as they were trained and trains them through all iterations again")
                .contains("<dt>Strategy</dt><dd>continued training <span>nothing is rewound</span></dd>")
                .contains("<b>reset</b>: the ticket's survivors with the values they were first drawn with")
                .contains("the paper judges this strategy by")
                .doesNotContain("back to their first values")
                .doesNotContain(FIRST_VALUES)
                .doesNotContain(FASTER);
    }

    @Test
    void shownControlsAreExplainedAndNoOthers() throws IOException {
        assertThat(page(sample("ticket", "reinit")))
                .contains("<b>reinit</b>:")
                .doesNotContain("<b>one-shot</b>")
                .doesNotContain("<b>one-shot reinit</b>")
                .doesNotContain("<b>random sparsity</b>")
                .doesNotContain("<b>reset</b>");
        assertThat(page(sample("ticket", "one_shot_reinit", "random_sparsity")))
                .contains("<b>one-shot reinit</b>: as many survivors per layer, chosen in a single pruning")
                .contains("<b>random sparsity</b>:")
                .doesNotContain("<b>reinit</b>")
                .doesNotContain("<b>one-shot</b>")
                .doesNotContain("reinit falls");
    }

    @Test
    void controlsOfInitialValuesAreExplained() throws IOException {
        assertThat(page(sample("ticket", "resample", "initial_magnitude", "noise_0.5", "noise_3")))
                .contains("<b>resample</b>: the ticket's survivors with values drawn from those that the survivors of"
                        + " the same layer were first drawn with (the paper's figure 17).")
                .contains(
                        "<b>initial magnitude</b>: as many weights per layer, those of largest magnitude when they were"
                                + " first drawn, with these values (the paper's figure 18).")
                .contains("<b>noise 0.5σ</b>, <b>noise 3σ</b>: the ticket's survivors with the values they were first"
                        + " drawn with and Gaussian noise on them, of so many standard deviations (σ) of their layer's"
                        + " first draw (the paper's figure 25).");
        assertThat(page(sample("ticket", "noise_1").recipe(RESET, "strategy: reset, rewind: 1500, rewind_lr: false")))
                .contains("<b>noise 1σ</b>:")
                .contains("(the paper's figure 25), from iteration 0.")
                .doesNotContain("<b>resample</b>");
    }

    @Test
    void initialValuesOfTheUsersOwnAreInTheHeader() throws IOException {
        assertThat(page(sample("ticket"))).doesNotContain("First values");
        assertThat(page(sample("ticket").recipe("batch: 60", "batch: 60\n  init: 0.1")))
                .contains("<dt>First values</dt><dd>Gaussian, std 0.1</dd>");
    }

    @Test
    void ratesAndScheduleAreInTheHeader() throws IOException {
        String plain = page(sample("ticket"));
        assertThat(plain)
                .contains(
                        "<dt>Pruning</dt><dd>each layer alone <span>20 % of fc, 10 % of output a level; 3 levels</span>")
                .contains("<dt>Optimizer</dt><dd>adam <span>rate 0.0012</span>")
                .contains("<dt>Data</dt><dd>MNIST <span>5,000 for validation</span>");
        assertThat(page(sample("ticket").recipe("lr: 0.0012", "lr: 0.0003"))).contains("<span>rate 0.0003</span>");
        assertThat(page(sample("ticket").recipe("lr: 0.0012", "lr: 0.00000003")))
                .contains("<span>rate 0.00000003</span>");
        String scheduled = page(sample("ticket")
                .recipe("network: lenet-300-100", "network: resnet-18")
                .recipe(
                        "scope: layer, rates: {conv: 0.1, fc: 0.2, output: 0.1}",
                        "scope: global, rates: {conv: 0.125, fc: 0, output: 0}")
                .recipe("warmup: 0, drops: []", "warmup: 20000, drops: [20000, 25000, 30000]"));
        assertThat(scheduled)
                .contains("all layers pooled <span>12.5 % of conv a level; 3 levels</span>")
                .contains("rate 0.0012, warm-up over 20,000 iterations, times 0.1 after 20,000, 25,000, 30,000");
    }

    @Test
    void residualBlocksHaveConvolutions() throws IOException {
        String own = "network: {name: mine, input: 1x28x28, layers: [residual 8, average_pool, output 10]}";
        assertThat(page(sample("ticket").recipe("network: lenet-300-100", own)))
                .contains("10 % of conv, 20 % of fc, 10 % of output a level");
    }

    private static SampleRun sample(String... controls) {
        return SampleRun.of("mnist", 300, 1, 3, List.of(controls));
    }

    private String page(SampleRun run) throws IOException {
        return Files.readString(Report.write(run.write(folder)), StandardCharsets.UTF_8)
                .replaceAll("\\s+", " ");
    }
}
