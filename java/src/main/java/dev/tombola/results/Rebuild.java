package dev.tombola.results;

import dev.tombola.base.UserError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/// Makes a database anew from the run folders that are there.
///
/// @param runs how many run folders the database holds now
/// @param leftOut one sentence for each run, or training of the others, that could not be read
/// @param warnings one sentence for each file that could not be read and is missed by nobody
public record Rebuild(int runs, List<String> leftOut, List<String> warnings) {
    public Rebuild {
        leftOut = List.copyOf(leftOut);
        warnings = List.copyOf(warnings);
    }

    /// In one transaction: whoever reads sees the old rows until the new ones are there. Sweeps and failures, which no
    /// run folder knows, are kept; a file that is damaged is replaced, and its sweeps are lost with it.
    ///
    /// @throws UserError if there is no such folder, or its database is another program's or a newer version's
    public static Rebuild of(ResultsFolder folder) {
        folder.runs(); // what is refused leaves nothing behind
        try {
            return inPlace(folder);
        } catch (SQLException e) {
            if (!Database.damaged(e)) {
                throw Database.explain(e, folder.file());
            }
        }
        try {
            for (String ending : List.of("", "-wal", "-shm", "-journal")) {
                Files.deleteIfExists(folder.file().resolveSibling(folder.file().getFileName() + ending));
            }
            return inPlace(folder);
        } catch (SQLException e) {
            throw Database.explain(e, folder.file());
        } catch (IOException e) {
            throw new UncheckedIOException("could not remove " + folder.file() + ": " + e.getMessage(), e);
        }
    }

    private static Rebuild inPlace(ResultsFolder folder) throws SQLException {
        List<String> leftOut = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        int[] count = new int[1];
        try (Database database = Database.write(folder.file(), Schema.CURRENT)) {
            database.requireSound();
            Index index = new Index(folder, database);
            database.transaction(() -> {
                TreeSet<String> kept = new TreeSet<>();
                for (Path run : folder.runs()) {
                    database.run("SAVEPOINT run");
                    try {
                        index.refreshed(run, leftOut::add, warnings::add);
                        kept.add(folder.run(run));
                    } catch (UserError | UncheckedIOException | IllegalArgumentException e) {
                        leftOut.add(e.getMessage());
                        database.run("ROLLBACK TO run");
                    }
                    database.run("RELEASE run");
                }
                database.run("CREATE TEMP TABLE IF NOT EXISTS kept (run TEXT PRIMARY KEY)");
                database.runAll(
                        "INSERT INTO kept VALUES (?)",
                        kept.stream().map(List::of).toList());
                database.run("DELETE FROM runs WHERE run NOT IN (SELECT run FROM kept)");
                index.dropUnasked();
                count[0] = kept.size();
            });
        }
        return new Rebuild(count[0], leftOut, warnings);
    }
}
