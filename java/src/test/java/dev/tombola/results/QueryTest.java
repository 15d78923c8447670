package dev.tombola.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tombola.base.UserError;
import dev.tombola.lottery.Control;
import dev.tombola.lottery.FakeRun;
import dev.tombola.lottery.Recipe;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueryTest {
    @TempDir
    private static Path temp;

    private static ResultsFolder results;

    @BeforeAll
    static void run() {
        results = new ResultsFolder(temp.resolve("runs"));
        FakeRun.write(results.path().resolve("one"), FakeRun.recipe());
        Rebuild.of(results);
    }

    private static String answer(String sql, Format format) {
        StringWriter text = new StringWriter();
        try (Query query = Query.open(results)) {
            query.print(sql, format, new PrintWriter(text));
        }
        return text.toString();
    }

    @Test
    void theFormats() {
        String sql =
                "SELECT 'a,\"b\"\n' AS text, 0.1 + 0.2 AS real, 9007199254740993 AS whole, NULL AS none, x'00ff' AS"
                        + " bytes, '' AS empty, 9e999 AS huge";
        assertThat(answer(sql, Format.CSV)).isEqualTo("""
                text,real,whole,none,bytes,empty,huge
                "a,""b""\n",0.30000000000000004,9007199254740993,,00ff,"",Infinity
                """);
        assertThat(answer(sql, Format.JSON)).isEqualTo("""
                [
                {"text": "a,\\"b\\"\\n", "real": 0.30000000000000004, "whole": 9007199254740993, "none": null,\
                 "bytes": "00ff", "empty": "", "huge": "Infinity"}
                ]
                """);
        assertThat(answer(sql, Format.TABLE)).isEqualTo("""
                text    real             whole  none  bytes  empty      huge
                a,"b"    0.3  9007199254740993  –     00ff          Infinity
                """);
    }

    @Test
    void aTableTellsATerminalNothing() {
        String sql = "SELECT 'a' || char(27, 91, 50, 74, 9, 155, 127) AS \"\u001b[1m\"";
        assertThat(answer(sql, Format.TABLE)).isEqualTo("""
                \\u001b[1m
                a\\u001b[2J\\u0009\\u009b\\u007f
                """);
        assertThat(answer(sql, Format.CSV)).isEqualTo("\u001b[1m\na\u001b[2J\t\u009b\u007f\n");
    }

    @Test
    void anObjectOfJsonHasANameOnce() {
        String sql = "SELECT 1 AS b, 2 AS a, 3 AS a, 4 AS B";
        assertThatThrownBy(() -> answer(sql, Format.JSON))
                .isInstanceOf(UserError.class)
                .hasMessage(
                        "Two columns are called a, which an object of JSON can have once; call one otherwise with AS.");
        assertThat(answer(sql, Format.CSV)).isEqualTo("b,a,a,B\n1,2,3,4\n");
    }

    @Test
    void anAnswerWithoutRowsIsOneAllTheSame() {
        String sql = "SELECT run, level FROM levels WHERE level > 99";
        assertThat(answer(sql, Format.CSV)).isEqualTo("run,level\n");
        assertThat(answer(sql, Format.JSON)).isEqualTo("[]\n");
        assertThat(answer(sql, Format.TABLE)).isEqualTo("run  level\n");
    }

    @Test
    void numbersInATableAreRoundedAndStandToTheRight() {
        String sql =
                "SELECT 1234567.5 AS n UNION ALL SELECT 0.000012345678 UNION ALL SELECT -2.5 UNION ALL SELECT 100.0"
                        + " UNION ALL SELECT 1e-300 UNION ALL SELECT 0.0 UNION ALL SELECT 99.99999999";
        List<String> lines = answer(sql, Format.TABLE).lines().toList();
        assertThat(lines.stream().map(String::strip))
                .containsExactly("n", "1234568", "0.0000123457", "-2.5", "100", "1.000e-300", "0", "100");
        assertThat(lines.stream().map(String::length)).containsOnly("0.0000123457".length());
    }

    /// Which could not be if rows were gathered first.
    @ParameterizedTest
    @EnumSource(Format.class)
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // for nothing interrupts an endless answer
    void nobodyListeningEndsAnEndlessAnswer(Format format) {
        Writer closed = new Writer() {
            @Override
            public void write(char[] text, int from, int length) throws IOException {
                throw new IOException("closed");
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        PrintWriter out = new PrintWriter(closed);
        try (Query query = Query.open(results)) {
            query.print("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n", format, out);
        }
        assertThat(out.checkError()).as("nobody listened").isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SELEC 1 | The SQL cannot be answered: near \"SELEC\": syntax error.",
                "SELECT run FROM runs LIMIT 'a' | The SQL cannot be answered: datatype mismatch.",
                "SELECT printf('%2000000000d', 1) | The SQL cannot be answered: string or blob too big.",
                "SELECT cats FROM runs | The SQL cannot be answered: no such column: cats.",
                "SELECT 1; DELETE FROM runs | The SQL has several statements; give one.",
                "DELETE FROM runs | only read here",
                "DELETE FROM runs RETURNING run | The SQL would change the database, which is only read here.",
                "INSERT INTO sweep_recipes VALUES (1, 2) | only read here",
                "DROP TABLE levels | only read here",
                "PRAGMA user_version = 7 | only read here",
                "PRAGMA journal_mode = delete | only read here",
                "PRAGMA journal_mode=WAL | only read here",
                "pragma locking_mode = exclusive | only read here",
                "PRAGMA application_id = 3 | only read here",
                "PRAGMA auto_vacuum = 1 | only read here",
                "PRAGMA writable_schema = 1 | only read here",
                "PRAGMA wal_checkpoint(TRUNCATE) | only read here",
                "/* mine */ pragma main . [journal_mode] ('delete') | only read here",
                "PRAGMA incremental_vacuum | only read here",
                "PRAGMA optimize | only read here",
                "VACUUM | only read here",
                "VACUUM INTO 'copy.db' | only read here",
                "REINDEX | only read here",
                "ANALYZE | only read here",
                "CREATE TABLE mine (a) | only read here",
                "CREATE TEMP TABLE mine (a) | only read here",
                "ALTER TABLE runs ADD COLUMN mine | only read here",
                "UPDATE runs SET run = '' | only read here",
                "WITH a AS (SELECT 1) DELETE FROM runs | only read here",
                "BEGIN IMMEDIATE | only read here",
                "COMMIT | only read here",
                "ATTACH 'copy.db' AS mine | only read here",
                "DETACH main | only read here",
                "SELECT load_extension('nothing') | cannot be answered",
                "-- nothing | asks for no rows",
            })
    void whatIsNoQuestionIsRefused(String sql, String message) {
        var before = Dump.of(results.file());
        assertThatThrownBy(() -> answer(sql, Format.TABLE))
                .isInstanceOf(UserError.class)
                .hasMessageContaining(message);
        assertThat(Dump.of(results.file())).isEqualTo(before);
        assertThat(Dump.value(results.file(), "PRAGMA user_version"))
                .isEqualTo(Schema.CURRENT.steps().size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 1;",
                "SELECT 1; -- done; really",
                "SELECT 1 /* one; */ ; /* two */ ;",
                "SELECT ';' || \"run\" || ';;' FROM runs",
                "SELECT 'it''s; ' -- ; '\n AS x"
            })
    void semicolonsMayStandWhereTheyEndNothing(String sql) {
        assertThat(answer(sql, Format.CSV).lines().count()).isGreaterThanOrEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PRAGMA journal_mode",
                "PRAGMA table_info(runs)",
                "-- which?\npragma main.table_info = 'runs'",
                "SELECT name FROM pragma_table_info('runs') WHERE name = 'run'",
                "SELECT 'PRAGMA journal_mode = delete'",
            })
    void aPragmaMayBeAsked(String sql) {
        assertThat(answer(sql, Format.CSV).lines().count()).isGreaterThanOrEqualTo(2);
    }

    @Test
    void readersSeeTheRowsOfBeforeWhileOthersWrite() throws Exception {
        try (Database writer = Database.write(results.file(), Schema.CURRENT)) {
            writer.run("BEGIN IMMEDIATE");
            writer.run("DELETE FROM curves");
            assertThat(answer("SELECT count(*) FROM curves", Format.CSV)).isEqualTo("count(*)\n20\n");
            writer.run("ROLLBACK");
        }
    }

    @Test
    void whatALevelNamesNoControlForIsTheTickets() {
        assertThat(answer(
                        "SELECT sum(abs(b.val_accuracy - l.val_accuracy_early_stop)) AS val,"
                                + " sum(abs(b.test_accuracy_end - l.test_accuracy_end)) AS test_end,"
                                + " sum(abs(b.train_accuracy_early_stop - l.train_accuracy_early_stop)) AS train,"
                                + " sum(abs(b.train_accuracy_end - l.train_accuracy_end)) AS train_end,"
                                + " sum(abs(b.us_per_step - l.us_per_step)) AS us, count(b.reinit_early_stop) AS reinits"
                                + " FROM by_level AS b JOIN levels AS l USING (run, level) WHERE l.control = 'ticket'",
                        Format.CSV))
                .isEqualTo("val,test_end,train,train_end,us,reinits\n0.0,0.0,0.0,0.0,0.0,2\n");
    }

    @Test
    void theListingShowsWhatTheRunsDifferIn() {
        ResultsFolder two = folder("two", FakeRun.recipe(), FakeRun.recipe("prune.rates.fc=0.3", "run.seed=2"));
        for (Listing.View view : List.of(Listing.View.values())) {
            List<String> lines = list(two, new Listing(view, null, null, null, 0), Format.CSV)
                    .lines()
                    .toList();
            assertThat(lines.getFirst()).contains("seed,prune.rates.fc,");
            assertThat(lines).anyMatch(line -> line.contains(",1,0.35,")).anyMatch(line -> line.contains(",2,0.3,"));
        }
        try (Query query = Query.open(two)) {
            assertThat(query.runs("\"prune.rates.fc\" < 0.32")).containsExactly("1");
        }
        Listing asked = new Listing(Listing.View.RUN, "\"prune.rates.fc\" < 0.32", null, "run, \"prune.rates.fc\"", 0);
        assertThat(list(two, asked, Format.CSV)).isEqualTo("run,prune.rates.fc\n1,0.3\n");
        assertThat(list(two, new Listing(Listing.View.RUN, null, null, null, 1), Format.CSV)
                        .lines()
                        .toList())
                .hasSize(2)
                .first()
                .asString()
                .contains("seed,prune.rates.fc,");
        assertThat(list(two, new Listing(Listing.View.RUN, "run = '1'", null, null, 0), Format.CSV))
                .as("one run differs from none")
                .contains("seed,done,");
    }

    @Test
    void settingsThatAllRunsHaveComeFirstAndWhatHasNoRoomIsTold() {
        ResultsFolder many = folder(
                "many",
                FakeRun.recipe("train.optimizer.name=adam", "train.optimizer.lr=0.001"),
                FakeRun.recipe(
                        "train.optimizer.name=sgd",
                        "train.optimizer.lr=0.1",
                        "train.optimizer.momentum=0.9",
                        "train.batch=30",
                        "train.iterations=60",
                        "data.grain=0.1",
                        "prune.rates.fc=0.3"));
        try (Query query = Query.open(many)) {
            StringWriter text = new StringWriter();
            List<String> unshown = query.print(
                    new Listing(Listing.View.LEVEL, null, null, null, 0), Format.CSV, new PrintWriter(text));
            assertThat(text.toString())
                    .contains("seed,prune.rates.fc,train.batch,train.iterations,train.optimizer.name,"
                            + "data.grain,train.optimizer.beta1,level,")
                    .contains(",30,60,sgd,0.1,");
            assertThat(unshown)
                    .containsExactly(
                            "\"train.optimizer.beta2\"",
                            "\"train.optimizer.epsilon\"",
                            "\"train.optimizer.momentum\"",
                            "\"train.optimizer.weight_decay\"");
        }
        assertThat(list(many, new Listing(Listing.View.RUN, "optimizer = 'sgd'", null, null, 0), Format.CSV))
                .contains("seed,done,");
    }

    @Test
    void theListingShowsTheControlsThatItsRunsHave() {
        ResultsFolder controls = folder(
                "controls",
                FakeRun.recipe("run.controls=ticket,random_sparsity,noise_0.5"),
                FakeRun.recipe("run.seed=2", "run.controls=ticket"));
        Listing listing = new Listing(Listing.View.LEVEL, null, null, null, 0);
        assertThat(list(controls, listing, Format.CSV)).contains(",ticket_high,random_sparsity,noise_0_5,early_stop,");
        assertThat(list(controls, new Listing(Listing.View.RUN, null, null, null, 0), Format.CSV))
                .contains(",ticket,random_sparsity,noise_0_5\n");
        assertThat(list(controls, new Listing(Listing.View.LEVEL, "seed = 2", null, null, 0), Format.CSV))
                .contains(",ticket_high,early_stop,");
        ResultsFolder all = folder(
                "all",
                FakeRun.recipe("run.controls="
                        + Control.labels().stream()
                                .filter(control -> !control.equals("reset"))
                                .collect(Collectors.joining(","))));
        try (Query query = Query.open(all)) {
            assertThat(query.print(listing, Format.CSV, new PrintWriter(Writer.nullWriter())))
                    .containsExactly("noise_0_5", "noise_1", "noise_2", "noise_3");
        }
    }

    @Test
    void anEarlyStopThatIsALowerBoundIsMarkedInATableAndSaidBesideItElsewhere() {
        ResultsFolder bounds = folder("bounds", FakeRun.recipe());
        Dump.change(bounds.file(), "UPDATE levels SET early_stop_iteration = 20");
        Dump.change(
                bounds.file(), "UPDATE levels SET early_stop_iteration = 40 WHERE level = 1 AND control = 'ticket'");
        Listing levels = new Listing(Listing.View.LEVEL, "level < 2", null, null, 0);
        assertThat(list(bounds, levels, Format.TABLE))
                .contains("  early_stop  as_accurate")
                .contains("          20  ")
                .contains("        ≥ 40  ")
                .endsWith("\n≥: validation loss of some trainings was lowest at their very end, so the true early stop"
                        + " lies later.\n");
        assertThat(list(bounds, new Listing(Listing.View.LEVEL, "level = 0", null, null, 0), Format.TABLE))
                .doesNotContain("≥");
        assertThat(list(bounds, levels, Format.CSV))
                .contains(",early_stop,early_stop_at_end,as_accurate,")
                .contains(",20.0,0,")
                .contains(",40.0,1,");
        assertThat(list(bounds, new Listing(Listing.View.TRAINING, "level = 1", null, null, 0), Format.JSON))
                .contains("\"early_stop_iteration\": 40, \"early_stop_at_end\": 1,")
                .contains("\"early_stop_iteration\": 20, \"early_stop_at_end\": 0,");
        String names = "level, early_stop, reinit_early_stop";
        assertThat(list(bounds, new Listing(Listing.View.LEVEL, "level = 1", null, names, 0), Format.TABLE))
                .startsWith("""
                        level  early_stop  reinit_early_stop
                            1        ≥ 40                 20
                        """);
        assertThat(list(bounds, new Listing(Listing.View.LEVEL, "level = 1", null, names, 0), Format.CSV))
                .isEqualTo("level,early_stop,reinit_early_stop\n1,40.0,20.0\n");
    }

    private static ResultsFolder folder(String name, Recipe... recipes) {
        ResultsFolder folder = new ResultsFolder(temp.resolve(name));
        for (int i = 0; i < recipes.length; i++) {
            FakeRun.write(folder.path().resolve(Integer.toString(i)), recipes[i]);
        }
        Rebuild.of(folder);
        return folder;
    }

    private static String list(ResultsFolder folder, Listing listing, Format format) {
        StringWriter text = new StringWriter();
        try (Query query = Query.open(folder)) {
            query.print(listing, format, new PrintWriter(text));
        }
        return text.toString();
    }

    @Test
    void theListingAsksForWhatWasAsked() {
        assertThat(list(
                        results,
                        new Listing(Listing.View.TRAINING, "level = 1 -- only", "control DESC", "run, control", 5),
                        Format.CSV))
                .isEqualTo("run,control\none,ticket\none,reinit\n");
        assertThat(list(results, new Listing(Listing.View.LEVEL, null, null, "level, wins", 2), Format.CSV)
                        .lines())
                .hasSize(3)
                .contains("0,");
        assertThat(list(results, new Listing(Listing.View.RUN, null, null, "run, done, trainings", 0), Format.CSV))
                .isEqualTo("run,done,trainings\none,7,7\n");
        for (Listing.View view : List.of(Listing.View.values())) {
            assertThat(list(results, new Listing(view, null, null, null, 0), Format.TABLE))
                    .contains("demo");
        }
        assertThatThrownBy(() -> new Listing(Listing.View.RUN, null, null, null, -1))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("--limit is -1");
    }
}
