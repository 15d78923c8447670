package dev.tombola.results;

import dev.tombola.base.UserError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.sqlite.NativeLibraryNotFoundException;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/// One connection to a results database. Several processes may have some at once: readers never wait, writers wait for
/// each other.
final class Database implements AutoCloseable {
    /// As long as the longest rebuild may hold others up.
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    /// The bits of an error's code that say which it is; the others say more.
    private static final int PRIMARY = 0xff;

    /// Bytes that SQLite wants for the files beside a database.
    private static final long BESIDE = 64 << 10;

    /// What is done as one.
    interface Work {
        void run() throws SQLException;
    }

    private final Path file;
    private final Connection connection;

    private Database(Path file, Connection connection) {
        this.file = file;
        this.connection = connection;
    }

    /// Opens a database to write to it, made or brought up to date where needed.
    ///
    /// @throws UserError if it is another program's, or of a newer version of this one
    static Database write(Path file, Schema schema) throws SQLException {
        SQLiteConfig config = config();
        config.enforceForeignKeys(true);
        config.setSynchronous(SQLiteConfig.SynchronousMode.NORMAL); // a power cut takes the last rows, not the file
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                Database database = connect(file, "", config);
                return database.checked(open -> {
                    schema.isBehind(open); // a file that is refused is left as it is
                    open.run("PRAGMA journal_mode = WAL");
                    schema.bring(open);
                });
            } catch (SQLException e) {
                // Turning the journal on does not wait for others that do the same.
                if (e.getErrorCode() != SQLiteErrorCode.SQLITE_BUSY.code || System.nanoTime() > deadline) {
                    throw e;
                }
                pause();
            }
        }
    }

    /// Opens a database that is there to read it, perhaps while others write; one of an older version is brought up to
    /// date first.
    ///
    /// @throws UserError if it is older and cannot be written, another program's, or of a newer version of this one
    static Database read(Path file, Schema schema) throws SQLException {
        Database database = connectToRead(file);
        boolean[] behind = new boolean[1];
        boolean[] empty = new boolean[1];
        database.checked(open -> {
            behind[0] = schema.isBehind(open);
            empty[0] = Schema.isEmpty(open);
        });
        if (!behind[0]) {
            return database;
        }
        database.close();
        try {
            write(file, schema).close();
        } catch (SQLException e) {
            int code = e.getErrorCode() & PRIMARY;
            if (code != SQLiteErrorCode.SQLITE_READONLY.code && code != SQLiteErrorCode.SQLITE_CANTOPEN.code) {
                throw e;
            }
            throw new UserError(
                    (empty[0]
                                    ? "%s was never made whole and holds nothing, and cannot be written here (%s); tombola results %s --rebuild makes it where it can."
                                    : "%s is of an older version and must be brought up to date first, but cannot be written here (%s); copy it to where it can.")
                            .formatted(file, reason(e), folder(file)),
                    e);
        }
        return connectToRead(file);
    }

    private static Database connectToRead(Path file) throws SQLException {
        SQLiteConfig config = config();
        config.setReadOnly(true);
        try {
            Database database = connect(file, "", config);
            return database.checked(open -> open.number("PRAGMA schema_version"));
        } catch (SQLException e) {
            int code = e.getErrorCode() & PRIMARY;
            if (code != SQLiteErrorCode.SQLITE_CANTOPEN.code && code != SQLiteErrorCode.SQLITE_READONLY.code) {
                throw e;
            }
            // Readers, too, leave their marks beside the file. Where nobody can, nobody writes.
            return connect(file, "?immutable=1", config);
        }
    }

    private static SQLiteConfig config() {
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout((int) PATIENCE.toMillis());
        return config;
    }

    private static Database connect(Path file, String query, SQLiteConfig config) throws SQLException {
        Driver.prepare();
        String uri = file.toAbsolutePath().toUri() + query;
        return new Database(file, config.createConnection("jdbc:sqlite:" + uri));
    }

    private interface Check {
        void look(Database database) throws SQLException;
    }

    private Database checked(Check check) throws SQLException {
        try {
            check.look(this);
            return this;
        } catch (SQLException | RuntimeException e) {
            close();
            throw e;
        }
    }

    Path file() {
        return file;
    }

    /// All of `work` or nothing, begun when nobody else is writing.
    void transaction(Work work) throws SQLException {
        run("BEGIN IMMEDIATE");
        try {
            work.run();
            run("COMMIT");
        } catch (SQLException | RuntimeException | Error e) {
            try {
                run("ROLLBACK");
            } catch (SQLException again) {
                e.addSuppressed(again); // SQLite has rolled back by itself
            }
            throw e;
        }
    }

    /// Runs statements that answer nothing.
    void run(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }

    /// Runs one statement with these values for its question marks; not a number is NULL.
    void run(String sql, List<?> values) throws SQLException {
        try (PreparedStatement statement = prepare(sql)) {
            bind(statement, values);
            statement.executeUpdate();
        }
    }

    /// Runs one statement for each row of values.
    void runAll(String sql, List<? extends List<?>> rows) throws SQLException {
        try (PreparedStatement statement = prepare(sql)) {
            for (List<?> row : rows) {
                bind(statement, row);
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    /// Makes the one row of a table with this key have these values, and leaves its other columns alone.
    void upsert(String table, Map<String, ?> key, Map<String, ?> values) throws SQLException {
        Map<String, Object> all = new LinkedHashMap<>(key);
        all.putAll(values);
        String set = values.keySet().stream()
                .map(column -> column + " = excluded." + column)
                .collect(Collectors.joining(", "));
        run(
                "INSERT INTO %s (%s) VALUES (%s) ON CONFLICT (%s) DO %s"
                        .formatted(
                                table,
                                String.join(", ", all.keySet()),
                                marks(all.size()),
                                String.join(", ", key.keySet()),
                                set.isEmpty() ? "NOTHING" : "UPDATE SET " + set),
                new ArrayList<>(all.values()));
    }

    /// As many question marks.
    static String marks(int count) {
        return String.join(", ", Collections.nCopies(count, "?"));
    }

    /// @throws SQLException that says that the file is damaged, if it is
    void requireSound() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("PRAGMA quick_check(1)")) {
            String found = rows.getString(1);
            if (!found.equals("ok")) {
                throw new SQLException(found, null, SQLiteErrorCode.SQLITE_CORRUPT.code);
            }
        }
    }

    PreparedStatement prepare(String sql) throws SQLException {
        return connection.prepareStatement(sql);
    }

    /// The one number that a query answers.
    long number(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            return rows.getLong(1);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }

    private static void bind(PreparedStatement statement, List<?> values) throws SQLException {
        for (int i = 0; i < values.size(); i++) {
            Object value = values.get(i);
            statement.setObject(i + 1, value instanceof Double number && number.isNaN() ? null : value);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(10);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException("interrupted while waiting for the results database", new IOException(e));
        }
    }

    /// Whether what went wrong is that the file is damaged, or no database at all. One that ends within a page is
    /// called an error of input or output.
    static boolean damaged(SQLException e) {
        return e.getErrorCode() == SQLiteErrorCode.SQLITE_CORRUPT.code
                || e.getErrorCode() == SQLiteErrorCode.SQLITE_NOTADB.code
                || (e instanceof SQLiteException sqlite
                        && sqlite.getResultCode() == SQLiteErrorCode.SQLITE_IOERR_SHORT_READ);
    }

    /// What went wrong with a database, in one sentence.
    static RuntimeException explain(SQLException e, Path file) {
        if (damaged(e)) {
            return new UserError(
                    "%s is no sound SQLite database (%s); tombola results %s --rebuild makes it anew from the run folders."
                            .formatted(file, reason(e), folder(file)),
                    e);
        }
        String doing = Files.exists(file) ? "used" : "made";
        return new UncheckedIOException(
                "the results database %s could not be %s: %s"
                        .formatted(file, doing, wantsRoom(e, file) ? "No space left on device" : reason(e)),
                new IOException(e));
    }

    /// Whether it failed for a full disk: SQLite says so of the database itself, and of the files beside it calls it an
    /// error of input or output.
    private static boolean wantsRoom(SQLException e, Path file) {
        int code = e.getErrorCode() & PRIMARY;
        try {
            return code == SQLiteErrorCode.SQLITE_FULL.code
                    || (code == SQLiteErrorCode.SQLITE_IOERR.code
                            && Files.getFileStore(folder(file)).getUsableSpace() < BESIDE);
        } catch (IOException _) {
            return false;
        }
    }

    /// SQLite's own words, without the driver's around them.
    static String reason(SQLException e) {
        if (e.getCause() instanceof NativeLibraryNotFoundException) {
            return "SQLite's library could be written neither to " + Driver.folder() + " nor to "
                    + System.getProperty("java.io.tmpdir") + ", or not be loaded from there";
        }
        String message = String.valueOf(e.getMessage());
        int open = message.indexOf('(');
        return message.startsWith("[SQLITE") && open > 0 && message.endsWith(")")
                ? message.substring(open + 1, message.length() - 1)
                : message;
    }

    private static Path folder(Path file) {
        return file.getParent() == null ? Path.of(".") : file.getParent();
    }
}
