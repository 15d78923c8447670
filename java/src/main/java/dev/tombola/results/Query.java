package dev.tombola.results;

import dev.tombola.base.UserError;
import dev.tombola.lottery.Control;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/// Questions to a results database in SQL. They only read, perhaps while others write.
public final class Query implements AutoCloseable {
    /// Texts, names and comments whole; else a character.
    private static final Pattern TOKEN =
            Pattern.compile("'[^']*'|\"[^\"]*\"|`[^`]*`|\\[[^]]*]|--[^\\n]*|(?s:/\\*.*?\\*/)|\\S");

    /// A PRAGMA with a value, which sets something in all but a few.
    private static final Pattern SETTING =
            Pattern.compile("(?is)\\s*PRAGMA\\s+(?:[\\w\"`\\[\\]]+\\s*\\.\\s*)?[\"`\\[]?(\\w+)[\"`\\]]?\\s*[=(].*");

    /// The few, whose value says what is asked about.
    private static final Set<String> ASKING = Set.of(
            "table_info",
            "table_xinfo",
            "table_list",
            "index_list",
            "index_info",
            "index_xinfo",
            "foreign_key_list",
            "foreign_key_check",
            "integrity_check",
            "quick_check");

    /// As many settings and as many controls find room where nobody asked for columns.
    private static final int ROOM = 6;

    /// Keys that some recipes differ in, besides those that have columns: first what all of them have, and of that last
    /// what comes with a data set, for it is much.
    private static final String DIFFERING = """
            SELECT key FROM settings WHERE recipe IN (%1$s)
            AND key NOT IN ('network', 'train.optimizer.lr', 'run.seed') AND key NOT LIKE 'network.%%'
            GROUP BY key
            HAVING count(DISTINCT value) > 1 OR count(*) < (SELECT count(DISTINCT recipe) FROM (%1$s))
            ORDER BY count(*) DESC, key LIKE 'data.%%', key""";

    private final Database database;

    private Query(Database database) {
        this.database = database;
    }

    /// Opens a folder's database.
    ///
    /// @throws UserError if there is none, or it is damaged, another program's or a newer version's
    public static Query open(ResultsFolder folder) {
        if (!Files.isRegularFile(folder.file())) {
            throw new UserError(
                    "There is no results database %s; tombola results %s --rebuild makes it from run folders."
                            .formatted(folder.file(), folder.path()));
        }
        try {
            return new Query(Database.read(folder.file(), Schema.CURRENT));
        } catch (SQLException e) {
            throw Database.explain(e, folder.file());
        }
    }

    /// Prints the answer to one statement, row by row; stops when nobody listens any more.
    ///
    /// @throws UserError in SQLite's own words, if it cannot be answered
    public void print(String sql, Format format, PrintWriter out) {
        requireOneStatement(sql);
        requireQuestion(sql);
        Printer printer = format.to(out);
        try (PreparedStatement statement = database.prepare(sql);
                ResultSet rows = statement.executeQuery()) {
            ResultSetMetaData columns = rows.getMetaData();
            List<String> names = new ArrayList<>();
            for (int i = 1; i <= columns.getColumnCount(); i++) {
                names.add(columns.getColumnLabel(i));
            }
            printer.begin(names);
            while (!out.checkError() && rows.next()) {
                List<Object> row = new ArrayList<>();
                for (int i = 1; i <= names.size(); i++) {
                    row.add(rows.getObject(i));
                }
                printer.row(row);
            }
        } catch (SQLException e) {
            throw explain(e);
        }
        printer.end();
    }

    /// Prints a listing. Where nobody asked for columns, it has also the settings that its runs differ in and the
    /// controls that they have, some of each, of all rows, also where a limit shows some.
    ///
    /// @return the columns there was no room for: SQL
    /// @throws UserError in SQLite's own words, if it cannot be answered
    public List<String> print(Listing listing, Format format, PrintWriter out) {
        List<String> all = differing();
        List<String> settings = List.of();
        List<String> controls = List.of();
        if (listing.columns() == null) {
            settings = texts(DIFFERING.formatted(listing.whole().sql("recipe", all))).stream()
                    .map(key -> '"' + key + '"')
                    .toList();
            controls = controls(listing, all);
        }
        print(listing.sql(listing.select(format, shown(settings), shown(controls)), all), format, out);
        return Stream.of(settings, controls)
                .flatMap(columns -> columns.stream().skip(ROOM))
                .toList();
    }

    private List<String> controls(Listing listing, List<String> settings) {
        if (listing.view() == Listing.View.TRAINING) {
            return List.of(); // a control there is a line
        }
        return texts("SELECT DISTINCT control FROM levels WHERE control <> 'ticket' AND run IN (%s)"
                        .formatted(listing.whole().sql("run", settings)))
                .stream()
                .map(Control::of)
                .sorted()
                .map(control -> control.label().replace('.', '_'))
                .toList();
    }

    private static List<String> shown(List<String> columns) {
        return columns.subList(0, Math.min(ROOM, columns.size()));
    }

    /// The runs that a condition on the columns of a listing by run holds for, in order: their folders' paths.
    ///
    /// @throws UserError in SQLite's own words, if it is no condition
    public List<String> runs(String where) {
        return texts(new Listing(Listing.View.RUN, where, "run", null, 0).sql("run", differing()));
    }

    /// Keys of the settings that any runs here differ in.
    private List<String> differing() {
        return texts(DIFFERING.formatted("SELECT recipe FROM runs"));
    }

    /// The first column of the answer to one statement.
    private List<String> texts(String sql) {
        requireOneStatement(sql);
        requireQuestion(sql);
        List<String> texts = new ArrayList<>();
        try (PreparedStatement statement = database.prepare(sql);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
        } catch (SQLException e) {
            throw explain(e);
        }
        return texts;
    }

    /// Every sweep, those begun last first.
    public List<SweepRow> sweeps() {
        List<SweepRow> sweeps = new ArrayList<>();
        try (PreparedStatement statement = database.prepare("SELECT * FROM sweeps ORDER BY started DESC, sweep");
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                sweeps.add(SweepRow.of(rows));
            }
            return sweeps;
        } catch (SQLException e) {
            throw explain(e);
        }
    }

    @Override
    public void close() {
        try {
            database.close();
        } catch (SQLException e) {
            throw Database.explain(e, database.file());
        }
    }

    private RuntimeException explain(SQLException e) {
        if (!(e instanceof SQLiteException)) { // the driver's own: the statement is none, or no question
            return new UserError("The SQL asks for no rows; the database is only read here, as with SELECT.", e);
        }
        return switch (SQLiteErrorCode.getErrorCode(e.getErrorCode())) {
            case SQLITE_READONLY -> new UserError("The SQL would change the database, which is only read here.", e);
            case SQLITE_ERROR, SQLITE_MISMATCH, SQLITE_TOOBIG ->
                new UserError("The SQL cannot be answered: " + Database.reason(e) + ".", e);
            default -> Database.explain(e, database.file());
        };
    }

    /// SQLite has many words for refusing a setting, and waits for other processes before some.
    private static void requireQuestion(String sql) {
        String bare = TOKEN.matcher(sql)
                .replaceAll(token -> isComment(token) ? " " : Matcher.quoteReplacement(token.group()));
        Matcher setting = SETTING.matcher(bare);
        if (setting.matches() && !ASKING.contains(setting.group(1).toLowerCase(Locale.ROOT))) {
            throw new UserError("PRAGMA %s with a value is no question; the database is only read here."
                    .formatted(setting.group(1)));
        }
    }

    private static boolean isComment(MatchResult token) {
        return token.group().startsWith("--") || token.group().startsWith("/*");
    }

    /// SQLite would answer the first and be silent about the others.
    private static void requireOneStatement(String sql) {
        boolean ended = false;
        for (MatchResult token : TOKEN.matcher(sql).results().toList()) {
            if (ended && !isComment(token) && !token.group().equals(";")) {
                throw new UserError("The SQL has several statements; give one.");
            }
            ended |= token.group().equals(";");
        }
    }
}
