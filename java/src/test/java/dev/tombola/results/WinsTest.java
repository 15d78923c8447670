package dev.tombola.results;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tombola.lottery.Control;
import dev.tombola.lottery.FakeRun;
import dev.tombola.lottery.LevelRow;
import dev.tombola.lottery.Recipe;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which tickets are as accurate as their dense network, and which win.
class WinsTest {
    private static final int[] LEFT = {1000, 400, 100};

    @TempDir
    Path temp;

    @Test
    void aTicketWinsThatIsNoLessAccurateAndNoLater() throws SQLException {
        assertThat(verdicts(
                        recipe(),
                        row(0, "ticket", 0, 0.97, 500),
                        row(0, "ticket", 1, 0.97, 500),
                        row(0, "ticket", 2, 0.98, 600)))
                .containsExactly("0 null null", "1 1 1", "2 1 0");
        assertThat(byRun("as_accurate_left")).isEqualTo(10.0);
        assertThat(byRun("level")).isEqualTo(1);
        assertThat(byRun("percent_left")).isEqualTo(40.0);
    }

    @Test
    void whoseEarlyStopIsALowerBoundNeitherWinsNorLosesUnlessTheOtherIsEarlierStill() throws SQLException {
        Recipe recipe = recipe();
        assertThat(verdicts(
                        recipe,
                        row(0, "ticket", 0, 0.97, 1000),
                        row(0, "ticket", 1, 0.97, 900),
                        row(0, "ticket", 2, 0.98, 1000)))
                .containsExactly("0 null null", "1 1 1", "2 1 null");
        assertThat(byRun("level")).isEqualTo(1);
        assertThat(verdicts(
                        recipe,
                        row(0, "ticket", 0, 0.97, 950),
                        row(0, "ticket", 1, 0.9, 900),
                        row(0, "ticket", 2, 0.98, 1000)))
                .containsExactly("0 null null", "1 0 0", "2 1 0");
        assertThat(verdicts(
                        recipe,
                        row(0, "ticket", 0, 0.97, 900),
                        row(1, "ticket", 0, 0.97, 1000),
                        row(0, "ticket", 1, 0.97, 960),
                        row(1, "ticket", 1, 0.97, 960),
                        row(0, "ticket", 2, 0.9, 1000)))
                .containsExactly("0 null null", "1 1 null", "2 0 0");
    }

    @Test
    void trialsAreThoseOfTheMeanAndWhatDivergedIsCounted() throws SQLException {
        verdicts(
                recipe(),
                row(0, "ticket", 0, 0.97, 500),
                row(1, "ticket", 0, 0.96, 500),
                row(0, "ticket", 1, 0.97, 500),
                row(1, "ticket", 1, Double.NaN, 0),
                row(0, "reinit", 1, Double.NaN, 0));
        assertThat(Dump.rows(file(), "SELECT trials || ' ' || diverged AS counts FROM by_level ORDER BY level"))
                .extracting(row -> row.get("counts"))
                .containsExactly("2 0", "1 2");
        assertThat(byRun("diverged")).isEqualTo(2);
    }

    /// A reinit counts for no trial of the ticket, and its numbers are its own.
    @Test
    void aLevelsNumbersAreThoseOfTheTicketsThatDidNotDiverge() throws SQLException {
        verdicts(
                recipe(),
                row(0, "ticket", 1, 0.875, 500),
                row(1, "ticket", 1, 0.75, 300),
                row(2, "ticket", 1, Double.NaN, 0),
                row(0, "reinit", 1, 0.5, 1000),
                row(1, "reinit", 1, 0.96875, 200),
                row(2, "reinit", 1, 0.5, 300));
        assertThat(Dump.rows(file(), "SELECT * FROM by_level").getFirst())
                .containsAllEntriesOf(Map.of(
                        "trials", 2,
                        "diverged", 1,
                        "ticket", 0.8125,
                        "ticket_low", 0.75,
                        "ticket_high", 0.875,
                        "reinit", 0.65625,
                        "early_stop", 400.0,
                        "early_stop_at_end", 0,
                        "reinit_early_stop", 500.0,
                        "reinit_early_stop_at_end", 1));
    }

    @Test
    void theSmallestTicketThatWinsStandsForItsRun() throws SQLException {
        verdicts(
                recipe(),
                row(0, "ticket", 0, 0.96, 500),
                row(0, "ticket", 1, 0.98, 500),
                row(0, "reinit", 1, 0.95, 500),
                row(0, "ticket", 2, 0.97, 400),
                row(0, "reinit", 2, 0.94, 500));
        assertThat(Dump.rows(file(), "SELECT dense, level, percent_left, ticket, reinit FROM by_run")
                        .getFirst()
                        .values())
                .containsExactly(0.96, 2, 10.0, 0.97, 0.94);
    }

    @Test
    void aTicketThatIsFasterButLessAccurateDoesNot() throws SQLException {
        assertThat(verdicts(recipe(), row(0, "ticket", 0, 0.97, 500), row(0, "ticket", 1, 0.9699, 100)))
                .containsExactly("0 null null", "1 0 0");
        assertThat(byRun("as_accurate_left")).isNull();
        assertThat(byRun("level")).isNull();
    }

    @Test
    void ticketsThatGoOnAreJudgedByReset() throws SQLException {
        assertThat(verdicts(
                        recipe("prune.strategy=continue"),
                        row(0, "ticket", 0, 0.97, 500),
                        row(0, "ticket", 1, 0.96, 600),
                        row(0, "reset", 1, 0.97, 400),
                        row(0, "ticket", 2, 0.99, 100)))
                .containsExactly("0 null null", "1 1 1", "2 null null");
        assertThat(byRun("reset")).isEqualTo(0.97);
    }

    @Test
    void ticketsThatStartElsewhereDoNotWin() throws SQLException {
        for (String[] rewound : new String[][] {{"prune.rewind=10"}, {"prune.rewind=10", "prune.rewind_lr=true"}}) {
            assertThat(verdicts(recipe(rewound), row(0, "ticket", 0, 0.97, 500), row(0, "ticket", 1, 0.98, 400)))
                    .containsExactly("0 null null", "1 1 0");
        }
    }

    @Test
    void onlyTrialsThatBothHaveAreCompared() throws SQLException {
        assertThat(verdicts(
                        recipe(),
                        row(0, "ticket", 0, 0.96, 500),
                        row(1, "ticket", 0, 0.98, 300),
                        row(0, "ticket", 1, 0.965, 400),
                        row(1, "ticket", 1, Double.NaN, 0),
                        row(2, "ticket", 1, 0.5, 900)))
                .containsExactly("0 null null", "1 1 1");
    }

    @Test
    void meansThatDifferByRoundingAloneAreEqual() throws SQLException {
        assertThat(verdicts(
                        recipe(),
                        row(0, "ticket", 0, 0.9733, 500),
                        row(1, "ticket", 0, 0.9832, 500),
                        row(2, "ticket", 0, 0.9899, 500),
                        row(0, "ticket", 1, 0.9843, 500),
                        row(1, "ticket", 1, 0.9752, 500),
                        row(2, "ticket", 1, 0.9869, 500)))
                .containsExactly("0 null null", "1 1 1");
    }

    @Test
    void nobodyWinsAgainstANetworkThatLearnedNothing() throws SQLException {
        for (double dead : new double[] {0.0998, 0.1135}) {
            assertThat(verdicts(recipe(), row(0, "ticket", 0, dead, 500), row(0, "ticket", 1, 0.2, 100)))
                    .containsExactly("0 null null", "1 0 0");
        }
        assertThat(byRun("as_accurate_left")).isNull();
        assertThat(verdicts(recipe(), row(0, "ticket", 0, 0.146, 500), row(0, "ticket", 1, 0.2, 100)))
                .containsExactly("0 null null", "1 1 1");
        assertThat(verdicts(recipe(), row(0, "ticket", 0, Double.NaN, 0), row(0, "ticket", 1, 0.2, 100)))
                .containsExactly("0 null null", "1 null null");
    }

    @Test
    void theNumberOfClassesIsThatOfTheOutput() throws SQLException {
        Recipe two = Recipe.parse("""
                network: {name: two, input: 1x14x14, layers: [linear 9, relu, output 2]}
                data: {name: idx, train_images: a, train_labels: b, test_images: c, test_labels: d, validation: 5,
                    content: "%s"}
                train: {iterations: 40, batch: 5, evaluate_every: 10, optimizer: {name: sgd, lr: 0.1}}
                prune: {rates: {fc: 0.2, output: 0.1}}
                run: {seed: 1, trials: 1, levels: 1}
                """.formatted("0".repeat(64)));
        assertThat(verdicts(two, row(0, "ticket", 0, 0.5, 500), row(0, "ticket", 1, 0.51, 100)))
                .containsExactly("0 null null", "1 0 0");
    }

    @Test
    void everyControlHasAColumn() throws SQLException {
        List<String> controls = Control.labels();
        LevelRow[] rows = IntStream.range(0, controls.size())
                .mapToObj(i -> row(0, controls.get(i), 1, 0.5 + 0.01 * i, 500))
                .toArray(LevelRow[]::new);
        verdicts(recipe(), rows);
        for (int i = 0; i < rows.length; i++) {
            String column = controls.get(i).replace('.', '_');
            assertThat(Dump.value(file(), "SELECT " + column + " FROM by_level"))
                    .as(column)
                    .isEqualTo(0.5 + 0.01 * i);
        }
    }

    @Test
    void withoutADenseNetworkThereIsNothingToCompare() throws SQLException {
        assertThat(verdicts(recipe(), row(0, "ticket", 1, 0.97, 500))).containsExactly("1 null null");
    }

    @Test
    void aDatabaseOfTheFirstVersionIsJudgedTheSame() throws SQLException {
        Schema first = new Schema(Schema.CURRENT.steps().subList(0, 1), "");
        try (Database database = Database.write(file(), first)) {
            database.run(
                    "INSERT INTO recipes VALUES ('r', 'demo', 'digits', 1, 'sgd', 0.1, 60, 1000, 'layer', NULL, 0.2,"
                            + " 0.1, 'reset', 0)");
            database.run(
                    "INSERT INTO recipes SELECT 'two', 'mine', data, seed, optimizer, lr, batch, iterations, scope,"
                            + " rate_conv, rate_fc, rate_output, strategy, rewind FROM recipes");
            database.run("INSERT INTO settings VALUES ('two', 'network.layers', 'linear 9,relu,output 2', NULL)");
            insert(
                    database,
                    "r",
                    row(0, "ticket", 0, 0.97, 500),
                    row(0, "ticket", 1, 0.97, 500),
                    row(0, "ticket", 2, 0.98, 600));
        }
        Database.read(file(), Schema.CURRENT).close();
        assertThat(verdicts()).containsExactly("0 null null", "1 1 1", "2 1 0");
        assertThat(Dump.value(file(), "SELECT group_concat(classes) FROM (SELECT * FROM recipes ORDER BY recipe)"))
                .isEqualTo("10,2");
    }

    @Test
    void aDatabaseOfTheSecondVersionHasItsTrainingAccuraciesByLevel() throws SQLException {
        Schema second = new Schema(Schema.CURRENT.steps().subList(0, 2), "");
        try (Database database = Database.write(file(), second)) {
            new Rows(database).recipe(recipe());
            insert(
                    database,
                    recipe().hash(),
                    row(0, "ticket", 0, 0.97, 500),
                    row(1, "ticket", 0, 0.99, 500),
                    row(0, "ticket", 1, 0.98, 400),
                    row(0, "reinit", 1, 0.9, 400),
                    row(0, "ticket", 2, Double.NaN, 0));
        }
        Database.read(file(), Schema.CURRENT).close();
        assertThat(verdicts()).containsExactly("0 null null", "1 1 1", "2 null null");
        assertThat(Dump.rows(
                        file(),
                        "SELECT round(train_accuracy_early_stop, 9) || ' ' || round(train_accuracy_end, 9) AS both"
                                + " FROM by_level ORDER BY level"))
                .extracting(row -> row.get("both"))
                .containsExactly("0.97 0.99", "0.97 0.99", null);
        assertThat(byRun("percent_left")).isEqualTo(40.0);
    }

    @Test
    void aDatabaseOfTheThirdVersionKnowsWhichEarlyStopsAreLowerBounds() throws SQLException {
        Schema third = new Schema(Schema.CURRENT.steps().subList(0, 3), "");
        Recipe recipe = recipe();
        try (Database database = Database.write(file(), third)) {
            new Rows(database).recipe(recipe);
            insert(
                    database,
                    recipe.hash(),
                    row(0, "ticket", 0, 0.97, 500),
                    row(1, "ticket", 0, 0.97, 1000),
                    row(0, "ticket", 1, 0.97, 999),
                    row(0, "reinit", 1, 0.97, 1000),
                    row(0, "ticket", 2, Double.NaN, 1000));
        }
        Database.read(file(), Schema.CURRENT).close();
        assertThat(Dump.rows(
                        file(),
                        "SELECT early_stop_at_end || '' AS ticket, reinit_early_stop_at_end || '' AS reinit"
                                + " FROM by_level ORDER BY level"))
                .extracting(row -> row.get("ticket") + " " + row.get("reinit"))
                .containsExactly("1 null", "0 1", "null null");
        assertThat(Dump.rows(file(), "SELECT early_stop_at_end AS bound FROM results ORDER BY level, control, trial"))
                .extracting(row -> row.get("bound"))
                .containsExactly(0, 1, 1, 0, null);
        assertThat(verdicts()).as("the same as ever").containsExactly("0 null null", "1 1 0", "2 null null");
        assertThat(Dump.rows(file(), "SELECT name FROM sqlite_schema WHERE type = 'view' ORDER BY name"))
                .extracting(row -> row.get("name"))
                .containsExactly("by_level", "by_run", "results");
    }

    /// Of trainings that are longer than their early stops are late.
    private static Recipe recipe(String... settings) {
        return FakeRun.recipe(Stream.concat(Stream.of("train.iterations=1000"), Stream.of(settings))
                .toArray(String[]::new));
    }

    private Path file() {
        return temp.resolve("results.db");
    }

    private List<String> verdicts(Recipe recipe, LevelRow... rows) throws SQLException {
        try (Database database = Database.write(file(), Schema.CURRENT)) {
            new Rows(database).recipe(recipe);
            insert(database, recipe.hash(), rows);
        }
        return verdicts();
    }

    private List<String> verdicts() {
        return Dump.rows(
                        file(),
                        "SELECT level || ' ' || coalesce(as_accurate, 'null') || ' ' || coalesce(wins, 'null')"
                                + " AS verdict FROM by_level ORDER BY level")
                .stream()
                .map(row -> (String) row.get("verdict"))
                .toList();
    }

    private Object byRun(String column) {
        return Dump.value(file(), "SELECT " + column + " FROM by_run");
    }

    private static void insert(Database database, String recipe, LevelRow... rows) throws SQLException {
        database.upsert("runs", Map.of("run", "one"), Map.of("recipe", recipe, "yaml", "", "trainings", rows.length));
        for (LevelRow row : rows) {
            new Rows(database).training("one", row, List.of());
        }
    }

    private static LevelRow row(int trial, String control, int level, double accuracy, int stop) {
        int left = LEFT[level];
        double loss = Double.isNaN(accuracy) ? Double.NaN : 0.1;
        return new LevelRow(
                trial,
                control,
                0,
                level,
                left,
                1000,
                left / 10.0,
                stop,
                loss,
                accuracy,
                accuracy,
                accuracy - 0.01,
                accuracy,
                accuracy + 0.01,
                1,
                1,
                left,
                "ccc");
    }
}
