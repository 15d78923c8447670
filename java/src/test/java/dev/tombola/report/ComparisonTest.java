package dev.tombola.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tombola.base.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonTest {
    private static final List<String> TWO = List.of("ticket", "reinit");
    private static final SampleRun RUN = SampleRun.of("mnist", 600, 2, 3, TWO);

    @TempDir
    private Path folder;

    @Test
    void writesPageAndFiguresAndNothingElse() throws IOException {
        Path out = folder.resolve("out");
        Path page = comparison(rate("0.002"), rate("0.0012")).write(out);
        assertThat(page).isEqualTo(out.resolve("compare.html"));
        assertThat(names(out)).containsExactly("compare.html", "figures");
        assertThat(names(out.resolve("figures")))
                .containsExactly(
                        "accuracy-end.png",
                        "accuracy-end.svg",
                        "accuracy.png",
                        "accuracy.svg",
                        "early-stop.png",
                        "early-stop.svg");
        assertThat(names(folder)).containsExactly("0.0012", "0.002", "out");
    }

    @Test
    void onValidationImagesTheEndComesFromTheCurvesAsOtherIterationsDo() throws IOException {
        Comparison validation = new Comparison(
                List.of(rate("0.002"), rate("0.0012")),
                List.of("ticket"),
                Score.VALIDATION,
                Size.PERCENT,
                List.of(200, 100, 200));
        assertThat(validation.at()).containsExactly(100, 200);
        Path figures = validation.write(folder.resolve("out")).resolveSibling("figures");
        for (String figure : List.of("accuracy-at-100.svg", "accuracy-at-200.svg", "accuracy-end.svg")) {
            assertThat(figures.resolve(figure))
                    .content()
                    .contains("Validation accuracy at ", " · 2 trials")
                    .doesNotContain("no trial");
        }
    }

    @Test
    void thePageSaysWhatDiffersAndWhatIsAlike() throws IOException {
        String page = page(rate("0.002"), rate("1.0E-4"));
        assertThat(page)
                .contains("<h1>Lottery tickets by lr: LeNet-300-100 on MNIST</h1>")
                .contains("2 runs that differ in lr. ")
                .contains("<dt>Training</dt><dd>600 iterations <span>batch 60</span>")
                .contains("<dt>Optimizer</dt><dd>adam</dd>")
                .contains("<dt>Found in each</dt><dd>2 trials <span>26 trainings</span>")
                .contains("train.batch: 60\n")
                .doesNotContain("train.optimizer.lr: 0.0")
                .doesNotContain("<script")
                .doesNotContain("<link")
                .doesNotContain(" src=")
                .doesNotContain("notice\">");
        assertThat(page.indexOf("<td>lr 0.0001<small>")).isBetween(1, page.indexOf("<td>lr 0.002<small>"));
    }

    @Test
    void whatOnlySomeRunsSayIsNotAlike() throws IOException {
        Path own = write(RUN.recipe("batch: 60", "batch: 60\n  init: 0.1"), "own", "0.1");
        for (Path[] runs : new Path[][] {{own, rate("0.1")}, {rate("0.1"), own}}) {
            assertThat(page(runs)).contains("<dt>Optimizer</dt>").doesNotContain("<dt>First values</dt>");
        }
    }

    @Test
    void theSameFilesGiveTheSamePage() throws IOException {
        Path[] runs = {rate("0.002"), rate("0.0012")};
        assertThat(page(runs)).isEqualTo(page(runs[1], runs[0]));
    }

    @Test
    void theTableHasWhatWasFound() throws IOException {
        // The dense network has 90 % and stops at 300; level 1 is better and faster, level 2 better and slower.
        SampleRun run = RUN.with(row -> row.control().equals("ticket")
                ? SampleRun.stop(
                        SampleRun.accuracy(row, 0.9 + 0.01 * row.level() - (row.level() == 3 ? 0.2 : 0)),
                        row.level() == 1 ? 200 : 300 + 100 * (row.level() / 2))
                : row);
        String page = page(write(run, "a", "0.1"), rate("0.2"));
        assertThat(page)
                .contains("<td>lr 0.1<small>" + folder.resolve("a") + "</small></td><td>266,200</td>"
                        + "<td>90.00</td><td>300</td><td>92.00</td><td>64.1<small>170,538 weights</small></td>"
                        + "<td>80.0<small>213,060 weights</small></td><td>91.00</td><td>200</td></tr>");
    }

    @Test
    void whatStartsFromTrainedWeightsIsNoWinner() throws IOException {
        String page = page(
                write(RUN.recipe("rewind: 0", "rewind: 100"), "late", "0.1"),
                write(RUN.recipe("rewind: 0", "rewind: 200"), "later", "0.1"));
        assertThat(page)
                .contains("Lottery tickets by rewind")
                .contains("No run has a winning ticket.")
                .contains("Tickets that start from trained weights are none.")
                .contains("<td>none</td><td>–</td><td>–</td>");
    }

    /// All early stops are at the end, so that the dense networks' are lower bounds like the tickets'.
    @Test
    void aTicketWhoseSpeedCannotBeToldIsNotSaidToLose() throws IOException {
        SampleRun brief = RUN.with(row -> SampleRun.stop(SampleRun.accuracy(row, 0.9), 600));
        SampleRun worse = RUN.with(row -> SampleRun.accuracy(row, 0.9 - 0.1 * row.level()));
        String untold = "<td>untold</td><td>–</td><td>–</td>";
        assertThat(page(write(brief, "a", "0.1"), write(worse, "b", "0.2")))
                .contains(
                        "No winning ticket can be named: whether some that are as accurate are as fast cannot be told.")
                .contains(untold, "<td>none</td><td>–</td><td>–</td>")
                .contains(" Untold: one is as accurate, but");
        assertThat(page(write(worse, "b", "0.2"), write(worse, "c", "0.3"))).doesNotContain(untold, " Untold: ");
    }

    @Test
    void whatIsMissingOrDivergedIsSaid() throws IOException {
        SampleRun holes = RUN.with(row -> row.level() == 3
                ? null
                : row.level() == 2 && row.control().equals("ticket") ? SampleRun.diverged(row) : row);
        SampleRun late = RUN.with(row -> row.level() == 1 ? SampleRun.stop(row, 600) : row);
        SampleRun alone = RUN.with(row -> row.control().equals("ticket") ? row : null);
        Path out = new Comparison(
                        List.of(write(holes, "a", "0.1"), write(late, "b", "0.2"), write(alone, "c", "0.3")),
                        TWO,
                        Score.TEST,
                        Size.PERCENT,
                        List.of())
                .write(folder.resolve("out"));
        assertThat(Files.readString(out))
                .contains("left out of the means: lr 0.1 (2 of 18 trainings).")
                .contains("asked for are there: lr 0.1 (18 of 26 trainings), lr 0.3 (8 of 26 trainings).")
                .contains("early stop is a lower bound: lr 0.2 (8 of 26 trainings).")
                .contains("reinit is not there: lr 0.3 (none).")
                .doesNotContain("NaN");
    }

    @Test
    void runsThatDifferInTheSeedAloneAreSaidTo() throws IOException {
        Path other = write(RUN.recipe("seed: 1", "seed: 20"), "b", "0.0012");
        assertThat(page(rate("0.0012"), other))
                .contains("2 runs that differ in nothing but the seed.")
                .contains("<td>seed 20<small>");
    }

    @Test
    void runsOfOneRecipeAreNamedByTheirFolders() throws IOException {
        Path again = write(RUN.recipe("trials: 2", "trials: 3"), "again", "0.0012");
        assertThat(page(rate("0.0012"), again))
                .contains("2 runs of one recipe: they differ in no setting, and are named by their folders.")
                .contains("<h1>Lottery tickets: LeNet-300-100 on MNIST</h1>")
                .contains("<tr><td>again</td><td>266,200</td>");
    }

    @Test
    void aFolderIsCalledByItsNameHoweverItIsGiven() throws IOException {
        Path run = rate("0.0012");
        write(RUN.recipe("trials: 2", "trials: 3"), "again", "0.0012");
        assertThat(page(run.resolve("."), run.resolve("../again")))
                .contains("<td>0.0012<small>" + run.resolve(".") + "</small></td>")
                .contains("<td>again</td>");
    }

    /// All tickets of both runs win, so it is one of the last level.
    @Test
    void ofTheSmallestWinningTicketsTheMoreAccurateIsNamed() throws IOException {
        SampleRun run = RUN.with(row -> SampleRun.stop(SampleRun.accuracy(row, 0.9), 300));
        SampleRun better = RUN.with(row -> SampleRun.stop(SampleRun.accuracy(row, 0.95), 300));
        assertThat(page(write(run, "a", "0.1"), write(better, "b", "0.2")))
                .contains("The smallest winning ticket, with %s %% of the weights ("
                        .formatted(Text.percentLeft(RUN.levels().getLast().percentLeft())))
                .contains("and 95.00 % test accuracy, is found with lr 0.2.");
    }

    @Test
    void anEarlierComparisonIsReplacedAndNothingElse() throws IOException {
        Comparison two = comparison(rate("0.002"), rate("0.0012"));
        Path out = folder.resolve("out");
        new Comparison(two.runs(), two.controls(), Score.TEST, Size.PERCENT, List.of(200)).write(out);
        assertThat(out.resolve("figures/accuracy-at-200.svg")).isRegularFile();
        two.write(out);
        assertThat(out.resolve("figures/accuracy-at-200.svg")).doesNotExist();
        assertThat(names(folder)).containsExactly("0.0012", "0.002", "out");

        Files.writeString(out.resolve("figures/notes.txt"), "mine");
        expect(() -> two.write(out), "--out " + out + " holds something else", "figures/notes.txt");
        Path mine = Files.createDirectories(folder.resolve("mine/figures"));
        Files.writeString(mine.resolve("plot.svg"), "mine");
        expect(() -> two.write(mine.getParent()), "figures/plot.svg");
        expect(() -> two.write(mine.resolve("plot.svg")), "it is a file");
        expect(() -> two.write(folder.resolve("0.002")), "holds something else");
        Path link = Files.createSymbolicLink(folder.resolve("link"), mine.getParent());
        expect(() -> two.write(link), "figures/plot.svg");
        expect(() -> two.write(Path.of("/")), "--out / holds something else");
        assertThat(mine.resolve("plot.svg")).hasContent("mine");
        two.write(Files.createDirectories(folder.resolve("empty")));
    }

    @Test
    void mistakesAreNamed() {
        Path run = rate("0.0012");
        expect(() -> comparison(run), "nothing to compare " + run + " with");
        expect(() -> comparison(run, folder.resolve("x/../0.0012")), "nothing to compare");
        expect(() -> comparison(run, Path.of("").toAbsolutePath().relativize(run)), "nothing to compare");
        List<Path> many = new ArrayList<>();
        for (int i = 1; i <= 11; i++) {
            many.add(folder.resolve("run" + i));
        }
        expect(() -> comparison(many.toArray(Path[]::new)), "11 runs are too many", "10 at most", "--where");
        Path nowhere = folder.resolve("nowhere");
        expect(() -> comparison(run, nowhere).write(nowhere), "nowhere is no folder with recipe.yaml");
        Path empty = new SampleRun("mnist", 600, List.of(), List.of()).write(folder.resolve("empty"));
        expect(() -> comparison(run, empty).write(nowhere), "empty has no finished training; leave it out.");
        Path cifar = RUN.recipe("mnist", "cifar-10").write(folder.resolve("cifar"));
        expect(
                () -> comparison(run, cifar).write(nowhere),
                "different data",
                run + " on MNIST",
                cifar + " on CIFAR-10");
        expect(() -> with(List.of("tickets"), List.of()), "There is no control tickets");
        expect(
                () -> with(List.of("ticket", "reinit", "reset", "one_shot"), List.of()),
                "--control names 4 controls",
                "one to three");
        expect(() -> with(List.of("reset"), List.of()).write(nowhere), "--control reset: no run has", "reinit, ticket");
        expect(() -> with(TWO, List.of(250)).write(nowhere), "--at 250: ", "one every 100 iterations up to 600");
        expect(() -> with(TWO, List.of(700)).write(nowhere), "--at 700: ");
        assertThat(nowhere).doesNotExist();
    }

    private Comparison with(List<String> controls, List<Integer> at) {
        return new Comparison(List.of(rate("0.0012"), rate("0.002")), controls, Score.TEST, Size.PERCENT, at);
    }

    private static void expect(ThrowingCallable call, String... parts) {
        assertThatThrownBy(call)
                .isInstanceOf(UserError.class)
                .satisfies(e -> assertThat(e.getMessage()).contains(parts));
    }

    private static Comparison comparison(Path... runs) {
        return new Comparison(List.of(runs), List.of("ticket"), Score.TEST, Size.PERCENT, List.of());
    }

    private String page(Path... runs) throws IOException {
        return Files.readString(comparison(runs).write(folder.resolve("out")));
    }

    private Path rate(String rate) {
        return write(RUN, rate, rate);
    }

    private Path write(SampleRun run, String name, String rate) {
        return run.recipe("lr: 0.0012", "lr: " + rate).write(folder.resolve(name));
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
