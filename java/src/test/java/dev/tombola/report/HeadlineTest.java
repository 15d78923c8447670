package dev.tombola.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tombola.lottery.LevelRow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeadlineTest {
    private static final int[] LEFT = {1000, 400, 100};

    @TempDir
    private Path folder;

    @Test
    void theSmallestTicketThatIsAsAccurateAndAsFastIsNamed() {
        assertThat(headline(
                        row("ticket", 0, 0.97, 500),
                        row("ticket", 1, 0.98, 500),
                        row("ticket", 2, 0.96, 300),
                        row("reinit", 1, 0.975, 400),
                        row("reinit", 2, 0.93, 100)))
                .isEqualTo("The dense network reaches 97.00 % test accuracy on MNIST; the smallest ticket as accurate"
                        + " (98.00 %) and as fast (early stop at 500, dense 500), the paper's winning ticket, has 40.0 %"
                        + " of the weights, 400 of 1,000. With 10.0 % of the weights the ticket reaches 96.00 % and the"
                        + " same network newly drawn 93.00 %, 3.00 points less. A training step takes 1,000 µs dense and"
                        + " 100 µs with 10.0 % of the weights.");
    }

    @Test
    void aTicketThatIsAsAccurateButSlowerIsNoWinner() {
        assertThat(headline(row("ticket", 0, 0.97, 500), row("ticket", 1, 0.98, 400), row("ticket", 2, 0.97, 600)))
                .contains("; the smallest ticket as accurate (97.00 %) has 10.0 % of the weights, 100 of 1,000. The"
                        + " smallest as accurate (98.00 %) and as fast (early stop at 400, dense 500), the paper's"
                        + " winning ticket, has 40.0 % of the weights, 400 of 1,000.");
        assertThat(headline(row("ticket", 0, 0.97, 500), row("ticket", 1, 0.98, 501)))
                .contains("; the smallest ticket as accurate (98.00 %) has 40.0 % of the weights, 400 of 1,000. None is"
                        + " both as accurate and as fast, so none is the paper's winning ticket.");
    }

    @Test
    void anEarlyStopAtTheVeryEndIsALowerBound() {
        assertThat(headline(row("ticket", 0, 0.97, 2000), row("ticket", 1, 0.98, 1900)))
                .contains("as fast (early stop at 1,900, dense ≥ 2,000)");
    }

    @Test
    void whereNothingHadTurnedByTheLastEvaluationSpeedIsNotTold() {
        String untold = ": validation loss of some of these trainings was lowest at their very end";
        String none = ", so no winning ticket can be named.";
        assertThat(headline(row("ticket", 0, 0.97, 2000), row("ticket", 1, 0.98, 2000)))
                .contains(
                        "; the smallest ticket as accurate (98.00 %) has 40.0 % of the weights, 400 of 1,000. Whether it"
                                + " is as fast cannot be told (early stop at ≥ 2,000, dense ≥ 2,000)" + untold + none)
                .doesNotContain("the paper's");
        assertThat(headline(
                        row(0, "ticket", 0, 0.97, 2000),
                        row(1, "ticket", 0, 0.97, 1000),
                        row(0, "ticket", 1, 0.98, 1600),
                        row(1, "ticket", 1, 0.98, 1600)))
                .contains("Whether it is as fast cannot be told (early stop at 1,600, dense ≥ 1,500)" + untold + none);
        assertThat(headline(
                        row(0, "ticket", 0, 0.97, 1500),
                        row(1, "ticket", 0, 0.97, 1500),
                        row(0, "ticket", 1, 0.98, 2000),
                        row(1, "ticket", 1, 0.98, 900)))
                .as("the ticket's might be later than the dense network's")
                .contains("cannot be told (early stop at ≥ 1,450, dense 1,500)" + untold + none);
        assertThat(headline(row("ticket", 0, 0.97, 2000), row("ticket", 1, 0.98, 1900), row("ticket", 2, 0.98, 2000)))
                .contains(
                        "; the smallest ticket as accurate (98.00 %) has 10.0 % of the weights, 100 of 1,000. The smallest"
                                + " as accurate (98.00 %) and as fast (early stop at 1,900, dense ≥ 2,000), the paper's winning"
                                + " ticket, has 40.0 % of the weights, 400 of 1,000. Whether the one with 10.0 % is as fast cannot"
                                + " be told (early stop at ≥ 2,000, dense ≥ 2,000)" + untold + ".");
        assertThat(headline(row("ticket", 0, 0.97, 1000), row("ticket", 1, 0.98, 2000)))
                .as("later in any case")
                .contains(" None is both as accurate and as fast,")
                .doesNotContain(untold);
    }

    @Test
    void stepsOfShortTrainingsAreNotCompared() {
        LevelRow[] rows = {row("ticket", 0, 0.97, 500), row("ticket", 1, 0.98, 400)};
        assertThat(headline(rows)).contains("A training step takes");
        assertThat(headlineOf("evaluate_every: 100", "evaluate_every: 200", rows))
                .as("ten intervals are enough")
                .contains("A training step takes");
        assertThat(headlineOf("evaluate_every: 100", "evaluate_every: 201", rows))
                .doesNotContain("A training step");
    }

    @Test
    void stepsAreMediansOfTheDenseNetworkAndOfWhatIsJudged() {
        assertThat(headlineOf(
                        "strategy: continue, rewind: 0",
                        SampleRun.ran(row(0, "ticket", 0, 0.97, 500), 100, "ccc"),
                        SampleRun.ran(row(1, "ticket", 0, 0.97, 500), 200, "ccc"),
                        SampleRun.ran(row(2, "ticket", 0, 0.97, 500), 900, "ccc"),
                        SampleRun.ran(row("ticket", 1, 0.98, 400), 50, "ccc"),
                        SampleRun.ran(row("reset", 1, 0.98, 400), 70, "ccc")))
                .endsWith(" A training step takes 200 µs dense and 70.0 µs with 40.0 % of the weights.");
    }

    @Test
    void aLargerTicketOfWhichSpeedIsNotToldGoesUnsaidBesideTheWinner() {
        assertThat(headline(
                        row(0, "ticket", 0, 0.97, 1500),
                        row(1, "ticket", 0, 0.97, 1500),
                        row(0, "ticket", 1, 0.98, 2000),
                        row(1, "ticket", 1, 0.98, 900),
                        row(0, "ticket", 2, 0.98, 1000),
                        row(1, "ticket", 2, 0.98, 1000)))
                .contains("the paper's winning ticket, has 10.0 %")
                .doesNotContain("cannot be told");
    }

    @Test
    void whereNoneIsAsAccurateTheBestIsNamed() {
        assertThat(headline(row("ticket", 0, 0.97, 500), row("ticket", 1, 0.95, 400), row("ticket", 2, 0.94, 400)))
                .contains("; no ticket is as accurate, the best (95.00 %) has 40.0 % of the weights, 400 of 1,000.")
                .doesNotContain("newly drawn")
                .doesNotContain("winning");
    }

    @Test
    void ticketsThatGoOnAreJudgedByReset() {
        assertThat(headlineOf(
                        "strategy: continue, rewind: 0",
                        row("ticket", 0, 0.97, 500),
                        row("ticket", 1, 0.98, 100),
                        row("ticket", 2, 0.99, 100),
                        row("reset", 1, 0.975, 400),
                        row("reset", 2, 0.96, 400),
                        row("reinit", 2, 0.93, 100)))
                .contains("; judged by reset (the ticket's mask on its initial values), the smallest ticket as accurate"
                        + " (97.50 %) and as fast (early stop at 400, dense 500), the paper's winning ticket, has 40.0 %"
                        + " of the weights, 400 of 1,000. With 10.0 % of the weights the ticket, reset, reaches 96.00 %"
                        + " and");
        assertThat(headlineOf(
                        "strategy: continue, rewind: 0", row("ticket", 0, 0.97, 500), row("ticket", 1, 0.98, 100)))
                .isEqualTo("The dense network reaches 97.00 % test accuracy on MNIST; its tickets go on from trained"
                        + " weights, and none has been trained from its initial values (reset), so no winning ticket can"
                        + " be named.");
    }

    @Test
    void ticketsThatStartElsewhereAreNotThePapers() {
        LevelRow[] rows = {row("ticket", 0, 0.97, 500), row("ticket", 1, 0.98, 400), row("ticket", 2, 0.98, 600)};
        String verdict =
                "; the smallest ticket as accurate (98.00 %) has 10.0 % of the weights, 100 of 1,000. The smallest"
                        + " as accurate (98.00 %) and as fast (early stop at 400, dense 500) has 40.0 % of the weights, 400 of"
                        + " 1,000. ";
        String not = ": they are not the paper's winning tickets, which start from their initial values.";
        assertThat(headlineOf("strategy: reset, rewind: 100", rows))
                .contains(verdict + "Its tickets start from the dense network's weights after iteration 100" + not);
        assertThat(headlineOf("strategy: reset, rewind: 100, rewind_lr: true", rows))
                .contains(verdict + "Its tickets go on from trained weights, with iterations from 100 on" + not);
        assertThat(headlineOf("strategy: reset, rewind: 100", rows[0], rows[2]))
                .contains(" None is both as accurate and as fast. Its tickets");
    }

    @Test
    void onlyTrialsThatBothHaveAreCompared() {
        LevelRow[] rows = {
            row(0, "ticket", 0, 0.96, 500),
            row(1, "ticket", 0, 0.98, 300),
            row(0, "ticket", 1, 0.965, 400),
            row(0, "reinit", 1, 0.93, 100),
            row(1, "reinit", 1, 0.97, 100),
        };
        assertThat(headline(rows))
                .startsWith("The dense network reaches 97.00 % test accuracy on MNIST; the smallest ticket as accurate"
                        + " (96.50 %, dense 96.00 % in the same 1 trial) and as fast (early stop at 400, dense 500), the"
                        + " paper's winning ticket, has 40.0 % of the weights, 400 of 1,000. With 40.0 % of the weights the"
                        + " ticket reaches 96.50 % and the same network newly drawn 93.00 %, 3.50 points less.");
        assertThat(headline(rows[0], rows[1], rows[2], row(1, "ticket", 1, 0.99, 400), rows[3]))
                .as("so are the ticket and the same network newly drawn")
                .contains("the ticket reaches 96.50 % and the same network newly drawn 93.00 %,");
        assertThat(headline(rows[0], row(1, "ticket", 0, 0.9, 500), row(0, "ticket", 1, 0.955, 400)))
                .contains("; no ticket is as accurate, the best (95.50 %, dense 96.00 % in the same 1 trial) has");
        assertThat(headline(rows[1], rows[2])).endsWith("; no trial has a smaller one to compare yet.");
        assertThat(headline(rows[0], rows[1], rows[2], SampleRun.diverged(row(1, "ticket", 1, 0.9, 400))))
                .contains("dense 96.00 % in the same 1 trial");
        assertThat(headline(rows[0], rows[2], row(2, "ticket", 1, 0.98, 2000)))
                .as("what stops at its very end in another trial is no bound")
                .contains("as fast (early stop at 400, dense 500)");
    }

    @Test
    void meansThatDifferByRoundingAloneAreEqual() {
        assertThat(headline(
                        row(0, "ticket", 0, 0.9733, 500),
                        row(1, "ticket", 0, 0.9832, 500),
                        row(2, "ticket", 0, 0.9899, 500),
                        row(0, "ticket", 1, 0.9843, 500),
                        row(1, "ticket", 1, 0.9752, 500),
                        row(2, "ticket", 1, 0.9869, 500)))
                .contains("the paper's winning ticket, has 40.0 %");
    }

    @Test
    void nobodyWinsAgainstANetworkThatLearnedNothing() {
        assertThat(headline(row("ticket", 0, 0.0998, 500), row("ticket", 1, 0.1, 100)))
                .isEqualTo(
                        "The dense network reaches 9.98 % test accuracy on MNIST, hardly more than by guessing one of 10"
                                + " classes, so no ticket wins.");
        assertThat(headline(row("ticket", 0, 0.1135, 500), row("ticket", 1, 0.1135, 100)))
                .as("always the most frequent class")
                .contains("so no ticket wins.");
        assertThat(headline(
                        row(0, "ticket", 0, 0.1, 500),
                        row(1, "ticket", 0, 0.97, 500),
                        row(1, "ticket", 1, 0.98, 400),
                        row(0, "ticket", 2, 0.1, 400)))
                .as("in one of its trials it did")
                .contains("the paper's winning ticket, has 40.0 %");
        assertThat(headline(row("ticket", 0, 0.146, 500), row("ticket", 1, 0.2, 100)))
                .contains("winning ticket");
        assertThat(headline(SampleRun.diverged(row("ticket", 0, 0.9, 500)), row("ticket", 1, 0.1, 100)))
                .isEqualTo("The dense network, level 0, diverged, so no winning ticket can be named.");
    }

    @Test
    void theNumberOfClassesIsThatOfTheOutput() {
        LevelRow[] rows = {row("ticket", 0, 0.5, 500), row("ticket", 1, 0.51, 100)};
        String two = "network: {name: mine, input: 1x28x28, layers: [linear 9, relu, output 2]}";
        assertThat(headlineOf("network: lenet-300-100", two, rows)).contains("one of 2 classes, so no ticket wins.");
        assertThat(headline(rows)).contains("winning ticket");
    }

    @Test
    void whatIsNotThereIsSaid() {
        assertThat(headline(row("ticket", 0, 0.97, 500)))
                .isEqualTo("The dense network reaches 97.00 % test accuracy on MNIST; no smaller one has been trained"
                        + " yet.");
        assertThat(headline(row("ticket", 0, 0.97, 500), SampleRun.diverged(row("ticket", 1, 0.9, 400))))
                .endsWith("; no smaller one has been trained yet.");
        assertThat(headline(row("reinit", 1, 0.97, 500))).contains("no finished training");
        assertThat(headline()).isEqualTo("No training has finished yet.");
    }

    private String headline(LevelRow... rows) {
        return headlineOf("strategy: reset, rewind: 0", rows);
    }

    private String headlineOf(String pruning, LevelRow... rows) {
        return headlineOf("strategy: reset, rewind: 0", pruning, rows);
    }

    /// @param recipe what is written in its place in the recipe
    private String headlineOf(String usual, String recipe, LevelRow... rows) {
        Path file = new SampleRun("mnist", 2000, List.of(rows), List.of())
                .write(folder)
                .resolve("recipe.yaml");
        try {
            Files.writeString(file, Files.readString(file).replace(usual, recipe));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Headline.of(RunFiles.read(folder));
    }

    private static LevelRow row(String control, int level, double accuracy, int stop) {
        return row(0, control, level, accuracy, stop);
    }

    private static LevelRow row(int trial, String control, int level, double accuracy, int stop) {
        int left = LEFT[level];
        return new LevelRow(
                trial,
                control,
                0,
                level,
                left,
                1000,
                left / 10.0,
                stop,
                0.1,
                0.9,
                accuracy,
                1,
                accuracy,
                1,
                1,
                1,
                left,
                "ccc");
    }
}
