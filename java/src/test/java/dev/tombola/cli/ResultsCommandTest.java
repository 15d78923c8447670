package dev.tombola.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tombola.lottery.FakeRun;
import dev.tombola.results.Index;
import dev.tombola.results.ResultsFolder;
import dev.tombola.results.SweepRow;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `tombola results` and `tombola query`, and what `tombola run` leaves for them.
class ResultsCommandTest {
    @TempDir
    Path temp;

    private Path runs;

    @BeforeEach
    void run() {
        runs = temp.resolve("runs");
        FakeRun.write(runs.resolve("one"), FakeRun.recipe());
        FakeRun.write(runs.resolve("two"), FakeRun.recipe("train.optimizer.lr=0.1"));
    }

    private Cli results(String... more) {
        return Cli.run(joined(List.of("results", runs.toString()), more));
    }

    private Cli query(String... more) {
        return Cli.run(joined(List.of("query", "--folder", runs.toString()), more));
    }

    private static String[] joined(List<String> first, String... more) {
        return Stream.concat(first.stream(), Stream.of(more)).toArray(String[]::new);
    }

    @Test
    void whatWasFoundIsListedAndAsked() {
        results().expectMistake("There is no results database", "--rebuild");
        assertThat(results("--rebuild").expectDone().out()).contains("results.db holds 2 run folders.");
        assertThat(results().expectDone().out().lines())
                .hasSize(1 + 2 * 4 + 1)
                .first()
                .asString()
                .contains("percent_left", "ticket", "reinit", "wins");
        assertThat(results("--by", "run", "--where", "lr > 0.05", "--columns", "run, done", "--format", "csv")
                        .expectDone()
                        .out())
                .isEqualTo("run,done\ntwo,7\n");
        assertThat(results("--by", "training", "--sort", "run DESC, level", "--limit", "1", "--columns", "run, level")
                        .expectDone()
                        .out()
                        .lines())
                .containsExactly("run  level", "two      0");
        assertThat(query("SELECT count(*) AS n FROM levels", "--format", "json")
                        .expectDone()
                        .out())
                .isEqualTo("[\n{\"n\": 14}\n]\n");
    }

    @Test
    void whatHasNoRoomIsTold() {
        FakeRun.write(
                runs.resolve("three"),
                FakeRun.recipe(
                        "train.optimizer.name=sgd", "train.optimizer.lr=0.1", "train.batch=30", "prune.rates.fc=0.3"));
        results("--rebuild").expectDone();
        Cli shown = results().expectDone();
        assertThat(shown.out()).contains("train.optimizer.epsilon").doesNotContain("momentum");
        assertThat(shown.err())
                .isEqualTo("tombola: these runs have more settings and controls than there is room for; --columns 'run,"
                        + " \"train.optimizer.momentum\", \"train.optimizer.weight_decay\"' shows the rest.\n");
        assertThat(results("--columns", "run, \"train.optimizer.weight_decay\"", "--where", "level = 0")
                        .expectDone())
                .satisfies(rest -> assertThat(rest.err()).isEmpty());
        assertThat(results("--where", "run <> 'three'").expectDone().err()).isEmpty();
    }

    @Test
    void aMistakeIsOneLine() {
        results("--rebuild").expectDone();
        results("--where", "nonsense >").expectMistake("The SQL cannot be answered: ", "syntax error");
        results("--where", "colour = 'red'").expectMistake("no such column: colour");
        results("--where", "1) --").expectMistake("The SQL cannot be answered");
        results("--sort", "run; DROP TABLE runs").expectMistake("several statements");
        results("--columns", "").expectMistake("--columns is empty", "'*'");
        results("--where", " ").expectMistake("--where is empty");
        results("--sort", "").expectMistake("--sort is empty");
        results("--by", "week").expectMistake("--by", "run, level, training");
        results("--format", "xml").expectMistake("--format", "table, csv, json");
        results("--limit", "-1").expectMistake("--limit is -1");
        results("--rebuild", "--follow").expectMistake("--rebuild", "--follow");
        query("DELETE FROM runs").expectMistake("only read here");
        query("pragma journal_mode=delete").expectMistake("only read here");
        query("").expectMistake("asks for no rows");
        query("SELECT\ncats").expectMistake("no such column: cats");
        query().expectMistake("SQL");
        Cli.run("results", temp.resolve("nowhere").toString(), "--rebuild").expectMistake("There is no folder");
        Cli.run("results", temp.resolve("nowhere").toString(), "--follow").expectMistake("There is no folder");
        assertThat(temp.resolve("nowhere")).doesNotExist();
    }

    @Test
    void aRunThatCannotBeReadIsSaidAndTheOthersAreThere() throws IOException {
        Files.writeString(runs.resolve("two/recipe.yaml"), "network: [");
        Cli rebuilt = results("--rebuild");
        assertThat(rebuilt.code()).isEqualTo(Main.FAILED);
        assertThat(rebuilt.err().lines())
                .singleElement()
                .asString()
                .startsWith("tombola: left out: ")
                .contains("two/recipe.yaml");
        assertThat(rebuilt.out()).contains("holds 1 run folder.");

        Files.delete(runs.resolve("two/recipe.yaml"));
        Files.writeString(runs.resolve("one/machine.json"), "");
        Files.writeString(runs.resolve("one/trial-00/level-02/ticket.safetensors"), "cut short");
        rebuilt = results("--rebuild");
        assertThat(rebuilt.code()).isEqualTo(Main.FAILED);
        assertThat(rebuilt.err().lines())
                .satisfiesExactly(
                        line -> assertThat(line)
                                .startsWith("tombola: left out: ")
                                .contains("level-02/ticket.safetensors"),
                        line -> assertThat(line)
                                .startsWith("tombola: left out: ")
                                .contains("two", "no recipe.yaml"),
                        line -> assertThat(line).startsWith("tombola: ").contains("one/machine.json"));
        assertThat(rebuilt.out()).contains("holds 1 run folder.");
        assertThat(query("SELECT count(*) AS n FROM levels", "--format", "csv").out())
                .isEqualTo("n\n6\n");

        Files.delete(runs.resolve("one/trial-00/level-02/ticket.safetensors"));
        Files.move(runs.resolve("two"), temp.resolve("two"));
        assertThat(results("--rebuild").expectDone().err()).contains("one/machine.json");
    }

    @Test
    void aRunGoesIntoTheDatabaseThatIsThereAndEndsWellWithoutOne() throws IOException {
        Path out = runs.resolve("demo");
        String command =
                "run demo --form dense --iterations 20 --levels 0 --trials 1 --set data.train=600 --set data.test=200"
                        + " --set data.validation=300 --out ";
        List<String> demo = List.of((command + out).split(" "));
        Cli.run(joined(demo)).expectDone();
        assertThat(runs.resolve("results.db")).doesNotExist();

        results("--rebuild").expectDone();
        Cli.run(joined(demo, "--trials", "2")).expectDone();
        assertThat(query("SELECT count(*) FROM levels WHERE run = 'demo'", "--format", "csv")
                        .out())
                .isEqualTo("count(*)\n2\n");

        Files.delete(runs.resolve("results.db"));
        Files.createDirectory(runs.resolve("results.db"));
        Cli without = Cli.run(joined(demo)).expectDone();
        assertThat(without.err().lines().filter(line -> line.contains("results database")))
                .singleElement()
                .asString()
                .startsWith("The run is not in the results database: ");
    }

    @Test
    void aSweepIsFollowedToItsEnd() throws Exception {
        ResultsFolder folder = new ResultsFolder(runs);
        StringWriter text = new StringWriter();
        try (Interruption interruption = Interruption.watch();
                Index index = Index.open(folder)) {
            index.sweep("earlier", "", List.of(), 2);
            index.ended("earlier", SweepRow.State.DONE);
            index.sweep("lrs", "", List.of(), 14);
            index.progress("lrs", new SweepRow.Progress(14, 3, 2, 1, 1234.5, 30));
            Thread follower = Thread.ofPlatform()
                    .start(() -> new FollowLines(folder, new PrintWriter(text), interruption, true).follow());
            while (!text.toString().contains("14")) {
                Thread.sleep(1);
            }
            index.progress("lrs", new SweepRow.Progress(14, 13, 0, 1, 1234.5, 0));
            index.ended("lrs", SweepRow.State.FAILED);
            follower.join();
        }
        assertThat(text.toString())
                .contains(LiveLine.BEGIN + "sweep lrs: 3 of 14 trainings done, 2 running, 1 failed,"
                        + " 1,235 steps per second, about 30 s left" + LiveLine.END)
                .contains(LiveLine.ERASE + "sweep lrs failed: 13 of 14 trainings done, 1 failed")
                .doesNotContain("earlier")
                .endsWith("Nothing is going on in " + runs + ".\n");
    }

    @Test
    @Timeout(60)
    void nobodyIsToldWhoHasGone() {
        PrintWriter gone = new PrintWriter(Writer.nullWriter());
        gone.close();
        try (Interruption interruption = Interruption.watch()) {
            assertThat(new FollowLines(new ResultsFolder(runs), gone, interruption, true).follow())
                    .isEqualTo(Main.INTERRUPTED);
        }
    }

    @Test
    void aRunThatCannotBeReadIsNotFollowed() throws IOException {
        for (String run : List.of("one", "two")) {
            Files.writeString(runs.resolve(run + "/recipe.yaml"), "network: [");
        }
        StringWriter text = new StringWriter();
        try (Interruption interruption = Interruption.watch()) {
            assertThat(new FollowLines(new ResultsFolder(runs), new PrintWriter(text), interruption, true).follow())
                    .isZero();
        }
        assertThat(text).hasToString("Nothing is going on in " + runs + ".\n");
    }

    @Test
    void withoutASweepRunsAreFollowed() throws Exception {
        StringWriter text = new StringWriter();
        try (Interruption interruption = Interruption.watch()) {
            FollowLines lines = new FollowLines(new ResultsFolder(runs), new PrintWriter(text), interruption, true);
            Thread follower = Thread.ofPlatform().start(lines::follow);
            while (!text.toString().contains("two")) {
                Thread.sleep(1);
            }
            for (String run : List.of("one", "two")) {
                Files.writeString(runs.resolve(run + "/machine.json"), "{\"finished\": \"2026-01-01T00:00:00Z\"}");
            }
            follower.join();
        }
        assertThat(text.toString())
                .contains("run one: 7 of 7 trainings done; run two: 7 of 7 trainings done")
                .endsWith("Nothing is going on in " + runs + ".\n");
        assertThat(runs.resolve("results.db")).doesNotExist();
    }
}
