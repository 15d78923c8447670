package dev.tombola.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tombola.lottery.FakeRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `tombola compare`.
class CompareCommandTest {
    @TempDir
    Path temp;

    private Path runs;

    @BeforeEach
    void run() {
        runs = temp.resolve("runs");
        for (String rate : List.of("0.1", "0.01", "0.001")) {
            FakeRun.write(runs.resolve("of-" + rate), FakeRun.recipe("train.optimizer.lr=" + rate));
        }
    }

    private Cli compare(String... arguments) {
        return Cli.run(Stream.concat(Stream.of("compare"), Stream.of(arguments)).toArray(String[]::new));
    }

    private static String page(Cli done) throws IOException {
        return Files.readString(Path.of(done.expectDone().out().strip()));
    }

    @Test
    void everyRunOfAFolderIsDrawnInAFolderBeside() throws IOException {
        Cli done = compare(runs.toString());
        assertThat(done.out().strip())
                .isEqualTo(temp.resolve("compare/compare.html").toString());
        assertThat(page(done)).contains("3 runs that differ in lr.");
        assertThat(compare(runs.toString()).expectDone().out().strip())
                .isEqualTo(temp.resolve("compare-2/compare.html").toString());
        assertThat(page(compare(
                        runs.resolve("of-0.1").toString(),
                        runs.resolve("of-0.01").toString())))
                .contains("2 runs that differ in lr.");
        assertThat(runs.resolve("compare/compare.html")).isRegularFile();
        assertThat(page(compare(
                        runs.resolve("compare").toString(),
                        runs.resolve("of-0.1").toString(),
                        runs.resolve("of-0.01").toString())))
                .contains("2 runs that differ in lr.");
        compare(runs.resolve("compare").toString()).expectMistake("There is no run folder in");
    }

    @Test
    void aPlaceThatIsGivenFromTheCurrentFolderIsNamedFromThere() throws IOException {
        Path here = Path.of("").toAbsolutePath();
        Cli done = compare(here.relativize(runs).toString());
        assertThat(done.expectDone().out().strip())
                .isEqualTo(here.relativize(temp.resolve("compare/compare.html")).toString());
        assertThat(page(done)).contains("3 runs that differ in lr.");
    }

    @Test
    void ofRunsInSeveralFoldersTheFirstHasItBeside() {
        Path other = temp.resolve("other/run");
        FakeRun.write(other, FakeRun.recipe("train.optimizer.lr=0.2"));
        assertThat(compare(other.toString(), runs.resolve("of-0.1").toString())
                        .expectDone()
                        .out()
                        .strip())
                .isEqualTo(temp.resolve("other/compare/compare.html").toString());
    }

    @Test
    void whereChoosesAmongThem() throws IOException {
        compare(runs.toString(), "--where", "lr < 0.05").expectMistake("There is no results database", "--rebuild");
        Cli.run("results", runs.toString(), "--rebuild").expectDone();
        assertThat(page(compare(runs.toString(), "--where", "lr < 0.05 -- slow ones")))
                .contains("2 runs that differ in lr.")
                .doesNotContain("lr 0.1");
        assertThat(page(compare(runs.toString(), runs.resolve("of-0.1").toString(), "--where", "run = 'of-0.01'")))
                .contains("lr 0.1<")
                .contains("lr 0.01<")
                .doesNotContain("lr 0.001");
    }

    @Test
    void whatIsDrawnIsChosen() throws IOException {
        Path out = temp.resolve("out");
        String[] all = {"--control", "ticket,reinit", "--score", "validation", "--x", "weights", "--at", "10,20"};
        List<String> arguments = Stream.concat(
                        Stream.of("compare", runs.toString(), "--out", out.toString()), Stream.of(all))
                .toList();
        assertThat(page(Cli.run(arguments.toArray(String[]::new))))
                .contains("Validation accuracy at iteration 10<")
                .contains("Validation accuracy at iteration 20<")
                .contains("lr 0.01, reinit, level 1")
                .contains("weights left, logarithmic");
        assertThat(out.resolve("figures/accuracy-at-20.svg")).isRegularFile();
    }

    @Test
    void aMistakeIsOneLine() throws IOException {
        String one = runs.resolve("of-0.1").toString();
        compare().expectMistake("RUN");
        compare(one).expectMistake("nothing to compare " + one + " with");
        compare(one, one).expectMistake("nothing to compare");
        compare(one, runs.resolve("of-0.01").toString(), "--where", "lr > 0").expectMistake("--where chooses among");
        compare(temp.resolve("nowhere").toString()).expectMistake("There is no folder", "nowhere");
        compare(Files.createDirectories(temp.resolve("empty")).toString())
                .expectMistake("There is no run folder in", "empty");
        compare(runs.toString(), "--control", "tickets").expectMistake("There is no control tickets");
        compare(runs.toString(), "--score", "train").expectMistake("--score", "test, validation");
        compare(runs.toString(), "--x", "levels").expectMistake("--x", "percent, weights");
        compare(runs.toString(), "--at", "10,soon").expectMistake("--at", "soon");
        compare(runs.toString(), "--at", "15").expectMistake("--at 15: ", "one every 10 iterations up to 40");
        compare(runs.toString(), "--out", one).expectMistake("holds something else than a comparison");
        Cli.run("results", runs.toString(), "--rebuild").expectDone();
        compare(runs.toString(), "--where", "lr >").expectMistake("The SQL cannot be answered");
        compare(runs.toString(), "--where", "lr > 1; DROP TABLE runs").expectMistake("several statements");
        compare(runs.toString(), "--where", " ").expectMistake("--where is empty");
        compare(runs.toString(), "--where", "lr > 1").expectMistake("No run of", "results.db fits --where lr > 1.");
        compare(runs.toString(), "--where", "lr > 0.05").expectMistake("nothing to compare");
        assertThat(temp.resolve("compare")).doesNotExist();
    }

    @Test
    void whatHasNothingToShowIsLeftOutOfAFolderAndRefusedByName() throws IOException {
        Path going = runs.resolve("going/on");
        FakeRun.write(going, FakeRun.recipe("train.optimizer.lr=0.2"));
        Path levels = going.resolve("levels.csv");
        Files.writeString(levels, Files.readAllLines(levels).getFirst() + "\n");
        Cli done = compare(runs.toString());
        assertThat(page(done)).contains("3 runs that differ in lr.");
        assertThat(done.err()).isEqualTo("tombola: left out: %s has no finished training.\n".formatted(going));
        Files.delete(levels);
        assertThat(compare(runs.toString()).expectDone().err()).isEqualTo(done.err());
        compare(going.toString(), runs.resolve("of-0.1").toString()).expectMistake("on has no levels.csv");
        Cli alone = compare(runs.resolve("going").toString());
        assertThat(alone.code()).isEqualTo(Main.MISTAKE);
        assertThat(alone.err())
                .endsWith("tombola: No run in %s has anything to show yet.\n".formatted(runs.resolve("going")));
    }
}
