package dev.tombola.results;

import dev.tombola.base.UserError;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;

/// The tables and views of a results database, as the steps that lead to them: a database of version n has taken the
/// first n. A change, also one of the views alone, is a new step at the end; one that was released is never edited.
///
/// @param steps SQL
/// @param views SQL that makes the views anew, after the last step
record Schema(List<String> steps, String views) {
    static final Schema CURRENT = new Schema(
            List.of(
                    resource("schema-1.sql"),
                    resource("schema-2.sql"),
                    resource("schema-3.sql"),
                    resource("schema-4.sql"),
                    resource("schema-5.sql")),
            resource("views.sql"));

    /// `Tomb` in ASCII: how SQLite files say whose they are. The first step sets it.
    private static final int APPLICATION = 0x546F6D62;

    Schema {
        steps = List.copyOf(steps);
    }

    /// Whether steps are missing.
    ///
    /// @throws UserError if the database is another program's, or of a newer version of this one
    boolean isBehind(Database database) throws SQLException {
        int version = version(database);
        if (!isEmpty(database) && database.number("PRAGMA application_id") != APPLICATION) {
            throw new UserError(database.file() + " is the database of another program; move it elsewhere.");
        }
        if (version > steps.size()) {
            throw new UserError("%s is a results database of version %d, but this tombola knows version %d at most;"
                            .formatted(database.file(), version, steps.size())
                    + " use the newer one that wrote it.");
        }
        return version < steps.size();
    }

    /// Whether it is still to be made, as a full disk or the end of a process leaves it.
    static boolean isEmpty(Database database) throws SQLException {
        return version(database) == 0 && database.number("SELECT count(*) FROM sqlite_schema") == 0;
    }

    /// Takes the steps that are missing, all or none; which they are is asked when nobody else can take them.
    void bring(Database database) throws SQLException {
        if (!isBehind(database)) {
            return;
        }
        database.transaction(() -> {
            if (isBehind(database)) {
                for (String step : steps.subList(version(database), steps.size())) {
                    database.run(step);
                }
                database.run(views);
                database.run("PRAGMA user_version = " + steps.size());
            }
        });
    }

    private static int version(Database database) throws SQLException {
        return (int) database.number("PRAGMA user_version");
    }

    private static String resource(String name) {
        try (InputStream in = Schema.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("could not read " + name + " of the program itself: " + e.getMessage(), e);
        }
    }
}
