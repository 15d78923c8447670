package dev.tombola.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tombola.lottery.FolderBytes;
import dev.tombola.lottery.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The dry run, sweeps as users see them, and one line for each mistake.
class SweepCommandTest {
    @TempDir
    Path temp;

    private Path sweep;

    @BeforeEach
    void write() throws IOException {
        sweep = Files.writeString(temp.resolve("rates.yaml"), """
                base: demo
                set: {data.train: 600, data.test: 200, data.validation: 300, train.iterations: 90, run.levels: 2,
                      run.trials: 1, run.draws: 1, train.batch: 28}
                grid: {train.optimizer.lr: log 1e-4..1e-2 x 3}
                list: [{run.seed: 1}, {run.seed: 2}, {run.seed: 1}]
                """);
    }

    private Cli dryRun(String... more) {
        String[] all = new String[more.length + 6];
        System.arraycopy(
                new String[] {
                    "sweep",
                    sweep.toString(),
                    "--dry-run",
                    "--out",
                    temp.resolve("runs").toString(),
                    "--threads=3"
                },
                0,
                all,
                0,
                6);
        System.arraycopy(more, 0, all, 6, more.length);
        return Cli.run(all);
    }

    @Test
    void aDryRunSaysWhatWouldBeTrained() throws IOException {
        String out = dryRun("--memory", "2GB", "--replicas", "4").expectDone().out();
        assertThat(out.lines().map(String::strip))
                .anyMatch(line -> line.matches("sweep +rates"))
                .anyMatch(line -> line.matches("recipes +6; 3 more are the same as others"))
                .anyMatch(line -> line.matches("trainings +30: 0 finished, 30 to do"))
                .anyMatch(line ->
                        line.matches("groups +30 on cores, a training each; (9|10) on a GPU, up to 4 at a time"))
                .anyMatch(line -> line.matches("time +[0-9.]+ s on one core"))
                .anyMatch(
                        line -> line.matches("3 at a time +[0-9.]+ s, [0-9.]+ % above the lower bound; busy [0-9.]+ %"))
                .anyMatch(line -> line.matches("memory +.* at most at once, of 2.00 GB: .*"))
                .anyMatch(line -> line.matches("disk +.* more when done, .* more on the way \\(tickets: last\\)"));
        assertThat(temp.resolve("runs")).doesNotExist();
        Files.writeString(sweep, "{base: demo, grid: {run.seed: [1, 2, 02]}}");
        assertThat(dryRun().expectDone().out()).containsPattern("recipes +2; 1 more is the same as another\n");
    }

    @Test
    void whatTakesAWhileIsSaid() throws IOException {
        assertThat(dryRun().expectDone().err()).doesNotContain("Reckoning");
        Files.writeString(sweep, "{base: demo, set: {run.trials: 1, run.levels: 0}, grid: {run.seed: 1..2000}}");
        assertThat(dryRun().expectDone().err()).contains("Reckoning with 2,000 recipes.");
    }

    @Test
    void aDryRunAddsUpWhatThereIs() {
        String out = dryRun("--memory", "2GB", "--threads=1", "--tickets", "none")
                .expectDone()
                .out();
        assertThat(out)
                .contains(" 0.0 % above the lower bound; busy 100.0 %")
                .containsPattern("memory +25[7-9] MB at most at once, of 2.00 GB: trainings [0-9.]+ MB, images"
                        + " [0-9.]+ KB, program 256 MB\n");
        Matcher disk = Pattern.compile("disk +(.*) more when done, (.*) more on the way")
                .matcher(out);
        assertThat(disk.find()).as(out).isTrue();
        assertThat(disk.group(1)).as("weights that are let go of").isNotEqualTo(disk.group(2));
    }

    @Test
    void whatARunFinishedIsNotDoneAgain() throws IOException {
        Path recipe = Files.writeString(temp.resolve("one.yaml"), """
                network: demo
                data: {train: 600, test: 200, validation: 300}
                train: {iterations: 90, batch: 28, optimizer: {lr: 0.001}}
                run: {levels: 2, trials: 1, draws: 1, seed: 2}
                """);
        String hash = Recipe.open(recipe.toString(), List.of()).hash();
        Cli.run(
                        "run",
                        recipe.toString(),
                        "--out",
                        temp.resolve("runs").resolve(hash).toString(),
                        "--levels",
                        "1")
                .expectDone();
        assertThat(dryRun().expectDone().out()).contains("30: 3 finished, 27 to do");
        assertThat(dryRun("--tickets", "none", "--set", "train.batch=30")
                        .expectDone()
                        .out())
                .contains("30: 0 finished, 30 to do", "(tickets: none)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--memory lots | --memory is lots; it must be a size such as 8GB or 500MB.",
                "--memory 100MB | --memory is 100 MB but trial 0, level 0, ticket of recipe",
                "--replicas 0 | --replicas is 0; it must be 1 to 65535.",
                "--threads 0 | --threads is 0",
                "--master local[2] | --master is an Apache Spark cluster's; add --engine spark.",
                "--engine spark --memory 2GB | --memory is this machine's; what executors have, spark.executor.memory",
                "--tickets some | it must be one of all, last, none (",
                "--backend gpu | must be auto, reference, cpu",
                "--set train.optimizer.lr=1 | train.optimizer.lr is both in --set and in grid",
                "--set train.bath=1 | There is no key train.bath in a recipe; the nearest is train.batch.",
                "--set data.validation=600 | rates.yaml, with train.optimizer.lr=0.0001 run.seed=1: data.validation is 600; with 600 training examples it must be 1 to 599.",
                "--set train.batch=301 | rates.yaml, with train.optimizer.lr=0.0001 run.seed=1: train.batch is 301 but there are only 300 training examples",
                "--set data.validation=599 | train.batch is 28 but there is only 1 training example; make the batch smaller.",
                "--engine slurm --set numerics.precision=tf32 | numerics.precision is tf32, which is for a GPU, and the backend is cpu,",
                "--engine slurm --backend cuda --form resident --set numerics.precision=tf32 | --form is resident: use --form auto or dense, or --set numerics.precision=fp32.",
                "--set train.batch=0 | train.batch is 0; it must be a whole number from 1 to 65536.",
            })
    void aMistakeIsOneLine(String more, String message) {
        dryRun(more.split(" ", -1)).expectMistake(message);
    }

    @Test
    void whatIsOnlyReckonedNeedsNoGpu() {
        dryRun("--set", "numerics.precision=tf32").expectDone();
        dryRun("--set", "numerics.precision=tf32", "--backend", "cuda").expectDone();
        sweep("--set", "numerics.precision=tf32", "--backend", "cpu")
                .expectMistake("numerics.precision is tf32, which is for a GPU, and the backend is cpu,");
        assertThat(temp.resolve("runs")).doesNotExist();
    }

    /// As are all letters but English ones where the locale is ASCII's, which a test cannot choose.
    @Test
    void whatNoFileCanBeCalledIsAMistake() throws IOException {
        Path sweep = Files.writeString(temp.resolve("nul.yaml"), "base: [demo, \"a\\0b\"]");
        Cli.run("sweep", sweep.toString(), "--dry-run").expectMistake("b cannot be the name of a file: Nul character");
    }

    @Test
    void aMissingSweepOrMissingDataLeaveNothingBehind() throws IOException {
        Cli.run("sweep", sweep.toString(), "--out", "").expectMistake("--out is empty; name a folder");
        Cli.run("sweep", sweep.toString(), "--out", sweep.toString()).expectMistake("which is a file; name a folder.");
        Path run = temp.resolve("run");
        Cli.demo(run);
        Cli.run("sweep", sweep.toString(), "--out", run.toString())
                .expectMistake("would lie inside that of another run");
        Cli.run("sweep", temp.resolve("none.yaml").toString())
                .expectMistake("There is no sweep file " + temp.resolve("none.yaml"));
        Files.writeString(sweep, "{base: lenet-300-100, grid: {run.seed: [1, 2]}}");
        sweep("--data", temp.resolve("empty").toString()).expectMistake("empty");
        assertThat(temp.resolve("runs")).doesNotExist();
    }

    /// Whether there is a GPU is the nodes' to say; what is looked at here is the data.
    @ParameterizedTest
    @ValueSource(strings = {"--set numerics.precision=tf32", "--form resident"})
    void whatIsForAGpuCanBeHandedToSlurmWithoutOne(String more) throws IOException {
        Files.writeString(sweep, "{base: lenet-300-100, grid: {run.seed: [1, 2]}}");
        List<String> options = new ArrayList<>(List.of("--engine", "slurm", "--backend", "cuda"));
        options.addAll(List.of(more.split(" ")));
        options.addAll(List.of("--data", temp.resolve("empty").toString()));
        System.setProperty("tombola.command", "/opt/tombola");
        try {
            sweep(options.toArray(String[]::new))
                    .expectMistake(temp.resolve("empty").toString());
        } finally {
            System.clearProperty("tombola.command");
        }
    }

    /// The sizes of published data sets are known without them.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "lenet-300-100 | data.validation | 5000 | 60000 | with 60000 training examples it must be 1 to 59999",
                "lenet-300-100 | train.batch | 55000 | 55001 | there are only 55000 training examples",
                "conv-2 | data.validation | 5000 | 50000 | with 50000 training examples it must be 1 to 49999",
            })
    void whatTheDataAreTooFewForIsFoundBeforeAnythingIsTrained(
            String base, String key, int right, int wrong, String message) throws IOException {
        Files.writeString(sweep, "{base: %s, grid: {%s: [%d, %d]}}".formatted(base, key, right, wrong));
        String swept = "with %s=%d: ".formatted(key, wrong);
        dryRun().expectMistake(swept, message);
        sweep("--data", temp.resolve("empty").toString()).expectMistake(swept, message);
        assertThat(temp.resolve("runs")).doesNotExist();
    }

    @Test
    void aSweepTrainsAndSaysWhatCameOfIt() {
        Cli cli = sweep().expectDone();
        assertThat(cli.out().strip()).isEqualTo("30 trainings done; tombola results %s shows them.".formatted(runs()));
        assertThat(cli.err())
                .contains("Backend ", "Sweep rates: 6 recipes, 30 trainings, 30 of them to do.", "results.db.")
                .contains(" of 30 trainings done, ");
        assertThat(sweep().expectDone().err()).contains("30 trainings, 0 of them to do.");
        assertThat(Cli.run("query", "SELECT count(*) AS n FROM levels", "--folder", runs(), "--format", "csv")
                        .expectDone()
                        .out()
                        .lines())
                .containsExactly("n", "30");
        assertThat(Cli.run("results", runs(), "--follow").expectDone().out())
                .contains("Nothing is going on in " + runs());
    }

    /// As one run after another leaves them.
    @Test
    void aSweepLeavesWhatRunsLeave() throws IOException {
        sweep("--tickets", "all").expectDone();
        Path alone = temp.resolve("alone");
        for (String rate : List.of("0.0001", "0.001", "0.01")) {
            for (String seed : List.of("1", "2")) {
                Path recipe = Files.writeString(temp.resolve("one.yaml"), """
                        network: demo
                        data: {train: 600, test: 200, validation: 300}
                        train: {iterations: 90, batch: 28, optimizer: {lr: %s}}
                        run: {levels: 2, trials: 1, draws: 1, seed: %s}
                        """.formatted(rate, seed));
                Path out =
                        alone.resolve(Recipe.open(recipe.toString(), List.of()).hash());
                Cli.run("run", recipe.toString(), "--out", out.toString()).expectDone();
            }
        }
        SortedMap<String, Integer> expected = FolderBytes.of(alone);
        expected.keySet().removeIf(name -> name.contains("report.html") || name.contains("figures/"));
        assertThat(FolderBytes.of(temp.resolve("runs"))).isEqualTo(expected);
    }

    @Test
    void whatFailsIsListedAtTheEnd() throws IOException {
        Files.writeString(sweep, "stop: {val_loss: 0.0001, after: 90}\n", StandardOpenOption.APPEND);
        Cli cli = sweep();
        assertThat(cli.code()).isEqualTo(Main.FAILED);
        assertThat(cli.out().strip()).startsWith("0 trainings done, 24 left out; ");
        assertThat(cli.err()).contains("tombola: 6 trainings failed:");
        assertThat(cli.err()
                        .lines()
                        .dropWhile(line -> !line.startsWith("tombola: "))
                        .skip(1))
                .hasSize(6)
                .allMatch(line -> line.matches(
                        "  Failed: recipe \\w{12} \\(train.optimizer.lr=0.0*1 run.seed=[12]\\), trial 0, level 0, ticket: given up at iteration"
                                + " 90: its validation loss was [0-9.]+, above stop.val_loss 0.0001; 4 more need it."));
        assertThat(Cli.run("results", runs(), "--by", "run", "--columns", "failed")
                        .expectDone()
                        .out())
                .contains("1");
    }

    @Test
    void aFolderBehindALinkThatLeadsNowhereIsRefused() throws IOException {
        Path link = Files.createSymbolicLink(temp.resolve("link"), temp.resolve("nowhere"));
        Cli cli = sweep("--out", link.toString());
        assertThat(cli.code()).isEqualTo(Main.FAILED);
        assertThat(cli.err())
                .contains("tombola: could not make the folder " + link + ": it is a link to what is not there\n");
    }

    private String runs() {
        return temp.resolve("runs").toString();
    }

    private Cli sweep(String... more) {
        List<String> all = new ArrayList<>(List.of("sweep", sweep.toString(), "--out", runs()));
        all.addAll(List.of(more));
        return Cli.run(all.toArray(String[]::new));
    }
}
