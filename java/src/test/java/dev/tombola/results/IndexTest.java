package dev.tombola.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tombola.base.UserError;
import dev.tombola.lottery.CurveRow;
import dev.tombola.lottery.FakeRun;
import dev.tombola.lottery.Job;
import dev.tombola.lottery.LevelRow;
import dev.tombola.lottery.Recipe;
import dev.tombola.lottery.RunReader;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The rows of a database say what the run folders say, in whatever order they come.
class IndexTest {
    private static final Recipe ONE = FakeRun.recipe();
    private static final Recipe TWO = FakeRun.recipe("run.seed=2", "train.optimizer.lr=0.1");

    @TempDir
    Path temp;

    private ResultsFolder results;
    private Path one;
    private Path two;
    private Path file;

    @BeforeEach
    void run() {
        results = new ResultsFolder(temp.resolve("runs"));
        file = results.file();
        one = results.path().resolve("one");
        two = results.path().resolve("deep/two");
        FakeRun.write(one, ONE);
        FakeRun.write(two, TWO);
    }

    @Test
    void everyRowOfTheRunFoldersIsThereToTheLastBit() throws IOException {
        refresh(one);
        refresh(two);
        assertThat(csv("levels", LevelRow.header(), "one")).isEqualTo(Files.readString(one.resolve("levels.csv")));
        assertThat(csv("curves", CurveRow.header(), "deep/two")).isEqualTo(Files.readString(two.resolve("curves.csv")));
        assertThat(Dump.rows(file, "SELECT * FROM levels WHERE test_accuracy_end IS NULL"))
                .as("diverged")
                .hasSize(4);
        assertThat(Dump.value(file, "SELECT count(*) FROM settings WHERE recipe = '%s'".formatted(ONE.hash())))
                .isEqualTo(ONE.decisive().size() + 3);
        assertThat(Dump.value(file, "SELECT group_concat(DISTINCT value) FROM settings WHERE key = 'train.init'"))
                .isEqualTo("glorot");
        assertThat(Dump.value(file, "SELECT group_concat(run) FROM results WHERE lr = 0.1 AND seed = 2 AND level = 0"))
                .isEqualTo("deep/two");
        assertThat(Dump.value(file, "SELECT yaml FROM runs WHERE run = 'one'")).isEqualTo(ONE.toYaml());
        assertThat(Dump.value(file, "SELECT group_concat(backend || gpu || cores || trainings) FROM runs"))
                .isEqualTo("cudaH27,cudaH27");
        assertThat(Dump.value(file, "SELECT group_concat(data_warning || gpu_warning) FROM runs"))
                .isEqualTo("dataother,dataother");
        assertThat(Dump.value(file, "SELECT DISTINCT by_run.gpu || by_level.gpu FROM by_run JOIN by_level USING (run)"))
                .isEqualTo("HH");
    }

    @Test
    void whatIsAskedForMostOfARecipeHasItsOwnColumn() throws SQLException {
        Recipe recipe = Recipe.preset(
                "conv-6",
                "run.seed=3",
                "train.optimizer.name=sgd",
                "train.optimizer.lr=0.01",
                "train.batch=50",
                "train.iterations=400",
                "prune.rates.conv=0.15",
                "prune.rates.fc=0.25",
                "prune.rates.output=0.1",
                "prune.strategy=continue");
        try (Database database = Database.write(file, Schema.CURRENT)) {
            new Rows(database).recipe(recipe);
        }
        assertThat(Dump.rows(file, "SELECT * FROM recipes").getFirst().values())
                .containsExactly(
                        recipe.hash(),
                        "conv-6",
                        "cifar-10",
                        3,
                        "sgd",
                        0.01,
                        50,
                        400,
                        "layer",
                        0.15,
                        0.25,
                        0.1,
                        "continue",
                        0,
                        10);
    }

    /// The rows as a run's own table has them; only a table of ours sorts controls in their own order.
    private String csv(String table, String header, String run) {
        String order = "trial, level, control = 'reinit', draw" + (table.equals("curves") ? ", iteration" : "");
        return header + "\n"
                + Dump.rows(file, "SELECT %s FROM %s WHERE run = '%s' ORDER BY %s".formatted(header, table, run, order))
                        .stream()
                        .map(row -> row.values().stream()
                                        .map(value -> value == null ? "NaN" : value.toString())
                                        .collect(Collectors.joining(","))
                                + "\n")
                        .collect(Collectors.joining());
    }

    @Test
    void everyDoubleComesBack() {
        SplittableRandom random = new SplittableRandom(3);
        List<CurveRow> curve = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            double value = Double.longBitsToDouble(random.nextLong());
            curve.add(new CurveRow(0, "ticket", 0, 0, i, value, -value, 1.0 / (i + 1), Math.nextUp(1.0 / (i + 1))));
        }
        curve.add(new CurveRow(0, "ticket", 0, 0, 2000, Double.MIN_VALUE, Double.MAX_VALUE, 0, Double.NaN));
        curve.add(new CurveRow(0, "ticket", 0, 0, 2001, Double.POSITIVE_INFINITY, 1e300, 3.0, 1e15 + 1));
        try (Index index = Index.open(results)) {
            index.begun(one);
            index.finished(one, RunReader.open(one).contents().rows().get(Job.ticket(0, 0)), curve);
        }
        List<Map<String, Object>> rows = Dump.rows(file, "SELECT * FROM curves ORDER BY iteration");
        assertThat(rows).hasSameSizeAs(curve);
        for (int i = 0; i < rows.size(); i++) {
            CurveRow row = curve.get(i);
            double[] written = {row.trainLoss(), row.valLoss(), row.valAccuracy(), row.testAccuracy()};
            String[] columns = {"train_loss", "val_loss", "val_accuracy", "test_accuracy"};
            for (int k = 0; k < written.length; k++) {
                assertThat(rows.get(i).get(columns[k])).isEqualTo(Double.isNaN(written[k]) ? null : written[k]);
            }
        }
    }

    @Test
    void trainingByTrainingInAnyOrderAndTwiceIsTheSameAsRebuilt() {
        RunReader reader = RunReader.open(one);
        List<Map.Entry<Job, LevelRow>> trainings =
                new ArrayList<>(reader.contents().rows().entrySet());
        trainings.addAll(reader.contents().rows().entrySet());
        Collections.shuffle(trainings, new Random(5));
        try (Index index = Index.open(results)) {
            index.begun(one);
            for (Map.Entry<Job, LevelRow> training : trainings) {
                index.finished(one, training.getValue(), reader.curve(training.getKey()));
            }
            index.refresh(two, Dump::unexpected);
            index.begun(one);
        }
        var incremental = Dump.of(file);
        assertThat(Rebuild.of(results)).isEqualTo(new Rebuild(2, List.of(), List.of()));
        assertThat(Dump.of(file)).isEqualTo(incremental);
        file.toFile().delete();
        Rebuild.of(results);
        assertThat(Dump.of(file)).isEqualTo(incremental);
    }

    @Test
    void rebuildingMakesGoodWhatIsWrongAndForgetsWhatIsGone() throws IOException {
        Rebuild.of(results);
        var sound = Dump.of(file);
        Dump.change(
                file,
                "UPDATE levels SET weights_left = 1; DELETE FROM curves WHERE level = 1;"
                        + "UPDATE recipes SET lr = 7; INSERT INTO runs (run, recipe, yaml, trainings) SELECT 'gone', recipe, '', 1"
                        + " FROM recipes LIMIT 1");
        assertThat(Dump.of(file)).isNotEqualTo(sound);
        Rebuild.of(results);
        assertThat(Dump.of(file)).isEqualTo(sound);

        delete(two);
        Rebuild.of(results);
        assertThat(Dump.value(file, "SELECT group_concat(run) FROM runs")).isEqualTo("one");
        assertThat(Dump.value(file, "SELECT group_concat(recipe) FROM recipes")).isEqualTo(ONE.hash());
        assertThat(Dump.value(file, "SELECT count(*) FROM curves WHERE run <> 'one'"))
                .isEqualTo(0);
        assertThat(Dump.value(file, "SELECT count(DISTINCT recipe) FROM settings"))
                .isEqualTo(1);
    }

    @Test
    void aRefreshFollowsItsFolder() throws IOException {
        refresh(one);
        Files.delete(one.resolve("trial-00/level-02/ticket.safetensors"));
        refresh(one);
        assertThat(Dump.value(file, "SELECT count(*) FROM levels")).isEqualTo(6);
        assertThat(Dump.value(file, "SELECT count(*) FROM curves WHERE level = 2"))
                .isEqualTo(4);
        FakeRun.write(one, ONE);
        refresh(one);
        assertThat(Dump.value(file, "SELECT count(*) FROM levels")).isEqualTo(7);
        delete(one);
        refresh(one);
        for (String table : Dump.TABLES) {
            assertThat(Dump.rows(file, "SELECT * FROM " + table)).as(table).isEmpty();
        }
    }

    @Test
    void whatCannotBeReadIsNamedAndLeftOutAndNothingElse() throws IOException {
        Rebuild.of(results);
        Files.writeString(two.resolve("trial-00/level-01/ticket.safetensors"), "cut short");
        Files.writeString(
                two.resolve("trial-00/level-00/ticket.csv"), "here it breaks off\n", StandardOpenOption.APPEND);
        Path three = results.path().resolve("three");
        FakeRun.write(three, ONE);
        Files.delete(three.resolve("recipe.yaml"));
        Path zero = results.path().resolve("zero");
        FakeRun.write(zero, ONE);
        Files.writeString(zero.resolve("recipe.yaml"), "network: nobody's");
        Rebuild rebuild = Rebuild.of(results);
        assertThat(rebuild.runs()).isEqualTo(2);
        assertThat(rebuild.leftOut()).hasSize(4);
        assertThat(rebuild.leftOut().get(0)).contains("deep/two/trial-00/level-00/ticket.csv is cut short", "Move it");
        assertThat(rebuild.leftOut().get(1)).contains("deep/two/trial-00/level-01/ticket.safetensors", "Move it");
        assertThat(rebuild.leftOut().get(2)).contains("three", "no recipe.yaml");
        assertThat(rebuild.leftOut().get(3)).contains("nobody's");
        assertThat(rebuild.warnings()).isEmpty();
        assertThat(Dump.value(file, "SELECT group_concat(run) FROM runs")).isEqualTo("deep/two,one");
        assertThat(Dump.value(file, "SELECT count(*) FROM levels")).isEqualTo(5 + 7);
        List<String> said = new ArrayList<>();
        refresh(two, said::add);
        assertThat(said).isEqualTo(rebuild.leftOut().subList(0, 2));
        assertThat(Dump.value(file, "SELECT count(*) FROM levels")).isEqualTo(5 + 7);
    }

    @Test
    void aDamagedMachineFileIsAWarning() throws IOException {
        Files.writeString(two.resolve("machine.json"), "{\"cores\": ");
        Rebuild rebuild = Rebuild.of(results);
        assertThat(rebuild.runs()).isEqualTo(2);
        assertThat(rebuild.leftOut()).isEmpty();
        assertThat(rebuild.warnings()).singleElement().asString().contains("deep/two/machine.json");
        assertThat(Dump.value(file, "SELECT count(*) FROM levels")).isEqualTo(14);
        assertThat(Dump.value(file, "SELECT group_concat(run) FROM runs WHERE cores IS NULL"))
                .isEqualTo("deep/two");
    }

    @Test
    void aCurveThatIsNoTextKeepsItsTrainingOut(@TempDir Path temp) throws IOException {
        ResultsFolder damaged = new ResultsFolder(temp.resolve("damaged"));
        Path run = damaged.path().resolve("run");
        FakeRun.write(run, FakeRun.recipe());
        Path curve = run.resolve("trial-00/level-01/ticket.csv");
        List<String> lines = Files.readAllLines(curve);
        Files.write(curve, Collections.nCopies(1000, lines.getLast()), StandardOpenOption.APPEND);
        Files.write(curve, new byte[] {(byte) 0xff}, StandardOpenOption.APPEND); // far from the first line
        Rebuild rebuild = Rebuild.of(damaged);
        assertThat(rebuild.runs()).isEqualTo(1);
        assertThat(rebuild.leftOut())
                .singleElement()
                .asString()
                .contains("ticket.csv is damaged: it is no text. Move it");
        assertThat(Dump.value(damaged.file(), "SELECT count(*) FROM levels")).isEqualTo(6);
    }

    /// A folder is called a run that has lost its recipe only for what a run has in it.
    @Test
    void runsMayBeCalledTrials(@TempDir Path temp) {
        ResultsFolder study = new ResultsFolder(temp.resolve("study"));
        FakeRun.write(study.path().resolve("trial-01"), FakeRun.recipe());
        FakeRun.write(study.path().resolve("trial-02"), FakeRun.recipe("run.seed=2"));
        Rebuild rebuild = Rebuild.of(study);
        assertThat(rebuild.leftOut()).isEmpty();
        assertThat(rebuild.runs()).isEqualTo(2);
    }

    @Test
    void twoFoldersOfOneRecipeAreTwoRuns() {
        FakeRun.write(results.path().resolve("again"), ONE);
        Rebuild.of(results);
        assertThat(Dump.value(file, "SELECT group_concat(run) FROM runs WHERE recipe = '%s'".formatted(ONE.hash())))
                .isEqualTo("again,one");
        assertThat(Dump.value(file, "SELECT count(*) FROM levels")).isEqualTo(21);
    }

    @Test
    void aFailureStandsUntilItsTrainingFinishes() {
        Job job = Job.ticket(0, 1);
        RunReader reader = RunReader.open(one);
        try (Index index = Index.open(results)) {
            index.begun(one);
            index.begun(two);
            index.failed(one, job, "out of memory");
            index.failed(one, job, "the disk is full");
            assertThat(Dump.rows(file, "SELECT * FROM failures"))
                    .containsExactly(Map.of(
                            "run",
                            "one",
                            "trial",
                            0,
                            "control",
                            "ticket",
                            "draw",
                            0,
                            "level",
                            1,
                            "reason",
                            "the disk is full"));
            assertThat(Dump.value(file, "SELECT group_concat(run || ' ' || failed) FROM by_run"))
                    .isEqualTo("deep/two 0,one 1");
            index.finished(one, reader.contents().rows().get(job), reader.curve(job));
            assertThat(Dump.rows(file, "SELECT * FROM failures")).isEmpty();
            index.failed(one, job, "again");
            assertThat(Dump.rows(file, "SELECT * FROM failures")).isEmpty();
            index.refresh(one, Dump::unexpected);
            assertThat(Dump.rows(file, "SELECT * FROM failures")).isEmpty();
        }
    }

    @Test
    void aSweepSaysWhereItStandsAndOutlivesARebuild() {
        Recipe planned = FakeRun.recipe("run.seed=9");
        try (Index index = Index.open(results)) {
            index.sweep("lrs", "sweep: text", List.of(ONE, planned, ONE), 14);
            index.progress("lrs", new SweepRow.Progress(14, 3, 2, 1, 1234.5, Double.NaN));
        }
        Rebuild.of(results);
        try (Query query = Query.open(results);
                Index index = Index.open(results)) {
            SweepRow sweep = query.sweeps().getFirst();
            assertThat(sweep.state()).isEqualTo(SweepRow.State.RUNNING);
            assertThat(sweep.at()).isEqualTo(new SweepRow.Progress(14, 3, 2, 1, 1234.5, Double.NaN));
            assertThat(Dump.value(file, "SELECT count(*) FROM sweep_recipes JOIN recipes USING (recipe)"))
                    .isEqualTo(2);
            index.ended("lrs", SweepRow.State.DONE);
            assertThat(query.sweeps().getFirst().state()).isEqualTo(SweepRow.State.DONE);
            assertThat(query.sweeps().getFirst().at().running()).isZero();
            index.sweep("lrs", "begun again with fewer", List.of(planned), 7);
            assertThat(Dump.rows(file, "SELECT recipe FROM sweep_recipes"))
                    .containsExactly(Map.of("recipe", planned.hash()));
            assertThat(Dump.value(file, "SELECT finished FROM sweeps")).isNull();
        }
    }

    @Test
    void aRunElsewhereIsRefused() {
        assertThatThrownBy(() -> refresh(temp.resolve("other")))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("is not below");
        assertThatThrownBy(() -> Rebuild.of(new ResultsFolder(one)))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("is a run folder itself");
        assertThat(one.resolve("results.db")).doesNotExist();
    }

    private void refresh(Path run) {
        refresh(run, Dump::unexpected);
    }

    private void refresh(Path run, Consumer<String> said) {
        try (Index index = Index.open(results)) {
            index.refresh(run, said);
        }
    }

    private static void delete(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path found, BasicFileAttributes attributes) throws IOException {
                Files.delete(found);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path found, IOException e) throws IOException {
                Files.delete(found);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
