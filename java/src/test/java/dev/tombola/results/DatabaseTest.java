package dev.tombola.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tombola.base.UserError;
import dev.tombola.lottery.FakeRun;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The file itself: its versions, and what becomes of one that is damaged.
class DatabaseTest {
    private static final Schema NEXT = with("ALTER TABLE runs ADD COLUMN note TEXT; UPDATE runs SET note = 'old'");

    @TempDir
    Path temp;

    private ResultsFolder results;
    private Path file;

    @BeforeEach
    void run() {
        results = new ResultsFolder(temp.resolve("runs with a ? and %20"));
        file = results.file();
        FakeRun.write(results.path().resolve("one"), FakeRun.recipe());
        Rebuild.of(results);
    }

    private static Schema with(String step) {
        List<String> steps = new ArrayList<>(Schema.CURRENT.steps());
        steps.add(step);
        return new Schema(steps, Schema.CURRENT.views());
    }

    @Test
    void itIsInWriteAheadModeAndOfTheVersionThatIsCurrent() {
        assertThat(text("PRAGMA journal_mode")).isEqualTo("wal");
        assertThat(text("PRAGMA user_version"))
                .isEqualTo(Integer.toString(Schema.CURRENT.steps().size()));
        assertThat(text("PRAGMA integrity_check")).isEqualTo("ok");
        assertThat(text("PRAGMA foreign_key_check")).isEmpty();
    }

    @Test
    void anOlderVersionIsBroughtUpToDateByWhoeverOpensIt() throws SQLException {
        var before = Dump.rows(copyOf(file), "SELECT * FROM levels");
        try (Database database = Database.read(file, NEXT)) {
            assertThat(database.number("SELECT count(*) FROM runs WHERE note = 'old'"))
                    .isEqualTo(1);
            assertThat(database.number("PRAGMA user_version"))
                    .isEqualTo(NEXT.steps().size());
        }
        Database.write(file, NEXT).close(); // and once only
        assertThat(Dump.rows(copyOf(file), "SELECT * FROM levels")).isEqualTo(before);
        Path empty = temp.resolve("empty.db");
        Database.write(empty, NEXT).close();
        assertThat(Dump.value(empty, "PRAGMA user_version"))
                .isEqualTo(NEXT.steps().size());
    }

    @Test
    void recipesOfAnOlderVersionGetTheSettingsThatChangeNothing() throws SQLException {
        Path old = temp.resolve("old.db");
        try (Database database =
                Database.write(old, new Schema(Schema.CURRENT.steps().subList(0, 2), ""))) {
            database.run("INSERT INTO recipes VALUES ('a', 'n', 'd', 1, 'adam', 0.1, 60, 100, 'layer', NULL, 0.2, 0.1,"
                    + " 'reset', 0, 10)");
            database.run("INSERT INTO settings VALUES ('a', 'data.crop', '4', 4)");
        }
        Database.write(old, Schema.CURRENT).close();
        assertThat(Dump.value(old, "SELECT group_concat(key || value) FROM (SELECT * FROM settings ORDER BY key)"))
                .isEqualTo("data.crop4,data.flipfalse,train.initglorot");
    }

    @Test
    void viewsAreMadeAnewWithEveryNewStep() throws SQLException {
        List<String> steps = NEXT.steps();
        Schema next = new Schema(steps, Schema.CURRENT.views().replace("early_stop_at_end", "early_stop_open"));
        Database.write(file, next).close();
        assertThat(Dump.value(copyOf(file), "SELECT sum(early_stop_open) FROM by_level"))
                .isEqualTo(1);
    }

    /// A database that has taken every step keeps its views.
    @Test
    void viewsDoNotChangeWithoutANewStep() throws NoSuchAlgorithmException {
        byte[] sum = MessageDigest.getInstance("SHA-256")
                .digest(Schema.CURRENT.views().getBytes(StandardCharsets.UTF_8));
        assertThat(Schema.CURRENT.steps().size() + " " + HexFormat.of().formatHex(sum, 0, 8))
                .as("views.sql has changed: add a step to Schema, then write its number and the sum here")
                .isEqualTo("5 3ccda319998245be");
    }

    @Test
    void anOlderVersionThatCannotBeWrittenIsSaidSo() throws Exception {
        Files.createDirectory(file.resolveSibling("results.db-wal")); // where writers leave what readers can do without
        assertThatThrownBy(() -> Database.read(file, NEXT))
                .isInstanceOf(UserError.class)
                .hasMessageContaining(
                        file + " is of an older version and must be brought up to date first, but cannot be")
                .hasMessageContaining("copy it to where it can.");
        Database.read(file, Schema.CURRENT).close();
    }

    /// As a full disk leaves it.
    @Test
    void oneThatWasNeverMadeWholeIsOfNoVersion() throws Exception {
        Path begun = temp.resolve("begun.db");
        Dump.change(begun, "PRAGMA journal_mode = WAL");
        Files.write(file, Files.readAllBytes(begun));
        Files.createDirectory(file.resolveSibling("results.db-wal"));
        assertThatThrownBy(() -> Database.read(file, Schema.CURRENT))
                .isInstanceOf(UserError.class)
                .hasMessageContaining(file + " was never made whole and holds nothing")
                .hasMessageEndingWith("--rebuild makes it where it can.");
        Files.delete(file.resolveSibling("results.db-wal"));
        assertThat(text("SELECT count(*) FROM runs")).isEqualTo("0");
    }

    /// As SQLite says it of the file itself; of those beside it there must be a full disk.
    @Test
    void aFullDiskIsSaidAsElsewhere() {
        SQLException full = new SQLException("[SQLITE_FULL] (database or disk is full)", null, 13);
        assertThat(Database.explain(full, file)).hasMessageEndingWith("could not be used: No space left on device");
        SQLException broken = new SQLException("[SQLITE_IOERR] (disk I/O error)", null, 10);
        assertThat(Database.explain(broken, file)).hasMessageEndingWith("could not be used: disk I/O error");
    }

    @Test
    void aStepThatFailsLeavesTheVersionBefore() throws SQLException {
        Schema broken = with("ALTER TABLE runs ADD COLUMN note TEXT; ALTER TABLE nowhere ADD COLUMN note TEXT");
        assertThatThrownBy(() -> Database.write(file, broken)).isInstanceOf(SQLException.class);
        try (Database database = Database.read(file, Schema.CURRENT)) {
            assertThat(database.number("SELECT count(*) FROM pragma_table_info('runs') WHERE name = 'note'"))
                    .isZero();
        }
    }

    @Test
    void aNewerVersionIsRefusedAndLeftAlone() throws Exception {
        Database.write(file, NEXT).close();
        int before = Arrays.hashCode(Files.readAllBytes(file));
        for (Runnable use : List.<Runnable>of(this::ask, this::index, () -> Rebuild.of(results))) {
            assertThatThrownBy(use::run)
                    .isInstanceOf(UserError.class)
                    .hasMessage(
                            "%s is a results database of version %d, but this tombola knows version %d at most; use the"
                                            .formatted(
                                                    file,
                                                    NEXT.steps().size(),
                                                    Schema.CURRENT.steps().size())
                                    + " newer one that wrote it.");
        }
        assertThat(Arrays.hashCode(Files.readAllBytes(file))).isEqualTo(before);
    }

    @Test
    void anotherProgramsDatabaseIsRefusedAndLeftAlone() throws IOException {
        Files.delete(file);
        Files.copy(foreign(), file);
        int before = Arrays.hashCode(Files.readAllBytes(file));
        for (Runnable use : List.<Runnable>of(this::ask, this::index, () -> Rebuild.of(results))) {
            assertThatThrownBy(use::run).isInstanceOf(UserError.class).hasMessageContaining("of another program");
        }
        assertThat(Arrays.hashCode(Files.readAllBytes(file))).isEqualTo(before);
    }

    @Test
    void aDamagedFileIsNamedAndARebuildReplacesIt() throws IOException {
        var sound = Dump.of(copyOf(file));
        byte[] bytes = Files.readAllBytes(file);
        byte[] holed = bytes.clone();
        Arrays.fill(holed, 4096, bytes.length, (byte) 0x55);
        for (byte[] damaged : List.of(
                "no database at all, but a text".getBytes(StandardCharsets.UTF_8),
                holed,
                Arrays.copyOf(bytes, 5000),
                Arrays.copyOf(bytes, bytes.length - 1))) {
            Files.write(file, damaged);
            assertThatThrownBy(this::ask)
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining(file + " is no sound SQLite database")
                    .hasMessageContaining("--rebuild");
            assertThat(Rebuild.of(results)).isEqualTo(new Rebuild(1, List.of(), List.of()));
            assertThat(Dump.of(copyOf(file))).isEqualTo(sound);
        }
        Files.write(file, new byte[0]); // as a process leaves it that is killed at once
        Rebuild.of(results);
        assertThat(Dump.of(copyOf(file))).isEqualTo(sound);
    }

    @Test
    void noDatabaseIsSaidSo() throws IOException {
        Files.delete(file);
        assertThatThrownBy(this::ask)
                .isInstanceOf(UserError.class)
                .hasMessageContaining("There is no results database " + file)
                .hasMessageContaining("--rebuild");
        assertThat(file).doesNotExist();
    }

    private void ask() {
        text("SELECT count(*) FROM by_run");
    }

    private void index() {
        try (Index index = Index.open(results)) {
            index.refresh(results.path().resolve("one"), Dump::unexpected);
        }
    }

    /// The values of a query's only column, without its name.
    private String text(String sql) {
        try (Query query = Query.open(results)) {
            StringWriter text = new StringWriter();
            query.print(sql, Format.CSV, new PrintWriter(text));
            return text.toString().lines().skip(1).reduce("", String::concat);
        }
    }

    /// Under a name that the driver can be told without care.
    private Path copyOf(Path database) {
        try {
            Path copy = Files.createTempFile(temp, "copy", ".db");
            Files.write(copy, Files.readAllBytes(database));
            return copy;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Path foreign() {
        Path foreign = temp.resolve("foreign.db");
        Dump.change(foreign, "CREATE TABLE cats (name TEXT)");
        return foreign;
    }
}
