package dev.tombola.results;

import dev.tombola.base.Reason;
import dev.tombola.base.UserError;
import dev.tombola.lottery.CurveRow;
import dev.tombola.lottery.Job;
import dev.tombola.lottery.LevelRow;
import dev.tombola.lottery.Recipe;
import dev.tombola.lottery.RunReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// Writes the database of a results folder. Run folders are the truth: whatever is written here can be read from them
/// again, so every call may be made twice, by any thread of any process, and a process may be killed in any of them.
/// Nothing here is written unless the folder holds it already.
///
/// @see Rebuild
public final class Index implements AutoCloseable {
    private final ResultsFolder folder;
    private final Database database;
    private final Rows rows;

    Index(ResultsFolder folder, Database database) {
        this.folder = folder;
        this.database = database;
        this.rows = new Rows(database);
    }

    /// Opens the database of a folder; both are made where they are not there.
    ///
    /// @throws UserError if the file is no results database, or a newer version's
    /// @throws UncheckedIOException if it cannot be written
    public static Index open(ResultsFolder folder) {
        try {
            Files.createDirectories(folder.path());
            return new Index(folder, Database.write(folder.file(), Schema.CURRENT));
        } catch (SQLException e) {
            throw Database.explain(e, folder.file());
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "could not make the folder %s: %s".formatted(folder.path(), Reason.of(e, folder.path())), e);
        }
    }

    /// Makes the rows of one run equal to what its folder holds; all of them go where the folder is gone.
    ///
    /// @param said told what of the folder could not be read, one sentence each
    public synchronized void refresh(Path run, Consumer<String> said) {
        write(() -> refreshed(run, said, said));
    }

    /// As [#refresh], where the database does not hold just these trainings of a run.
    public synchronized void catchUp(Path run, Set<Job> finished, Consumer<String> said) {
        write(() -> {
            if (!rows.trainings(folder.run(run)).equals(finished)) {
                refreshed(run, said, said);
            }
        });
    }

    /// As [#refresh], within a transaction: the folder is read when nobody else can write, so that no training is
    /// missed that another process has just finished.
    ///
    /// @param leftOut told of trainings that cannot be read
    /// @param warned told of other files that cannot
    void refreshed(Path run, Consumer<String> leftOut, Consumer<String> warned) throws SQLException {
        String name = folder.run(run);
        if (!RunReader.isRun(run)) {
            database.run("DELETE FROM runs WHERE run = ?", List.of(name));
            dropUnasked();
            return;
        }
        RunReader reader = RunReader.open(run);
        RunReader.Contents contents = reader.contents();
        rows.run(name, reader, machine(reader, warned));
        database.run("DELETE FROM levels WHERE run = ?", List.of(name));
        contents.jobs().damaged().values().forEach(leftOut);
        for (var training : contents.rows().entrySet()) {
            try {
                rows.training(name, training.getValue(), reader.curve(training.getKey()));
            } catch (UserError e) {
                leftOut.accept(e.getMessage());
            }
        }
    }

    /// What a run ran on is worth knowing, no more: where it cannot be read, nothing.
    private static Map<String, String> machine(RunReader reader, Consumer<String> warned) {
        try {
            return reader.machine();
        } catch (UserError | UncheckedIOException e) {
            warned.accept(e.getMessage());
            return Map.of();
        }
    }

    /// Forgets recipes that no run and no sweep has.
    void dropUnasked() throws SQLException {
        database.run("DELETE FROM recipes WHERE recipe NOT IN (SELECT recipe FROM runs)"
                + " AND recipe NOT IN (SELECT recipe FROM sweep_recipes)");
    }

    /// Notes a run that has begun or goes on: its recipe, its machine as just written, and how many trainings it will
    /// have.
    public synchronized void begun(Path run) {
        RunReader reader = RunReader.open(run);
        write(() -> rows.run(folder.run(run), reader, machine(reader, _ -> {})));
    }

    /// Notes a training that is finished in a run folder that [#begun] or [#refresh] has noted.
    public synchronized void finished(Path run, LevelRow row, List<CurveRow> curve) {
        write(() -> rows.training(folder.run(run), row, curve));
    }

    /// Notes a training that failed, until it finishes after all; nothing of one that another process has finished.
    ///
    /// @param reason one sentence
    public synchronized void failed(Path run, Job job, String reason) {
        write(() -> {
            if (!rows.trainings(folder.run(run)).contains(job)) {
                rows.failure(folder.run(run), job, reason);
            }
        });
    }

    /// Notes a sweep that begins, or goes on.
    ///
    /// @param text its file as it stands
    /// @param recipes all that it has, begun or not; on data of the user's own, as those were found
    public synchronized void sweep(String name, String text, Collection<Recipe> recipes, int trainings) {
        String now = now();
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("text", text);
        values.put("state", SweepRow.State.RUNNING.label());
        values.put("trainings", trainings);
        values.put("started", now);
        values.put("updated", now);
        values.put("finished", null);
        write(() -> {
            database.upsert("sweeps", Map.of("sweep", name), values);
            database.run("DELETE FROM sweep_recipes WHERE sweep = ?", List.of(name));
            for (Recipe recipe : recipes) {
                rows.recipe(recipe);
                database.upsert("sweep_recipes", Map.of("sweep", name, "recipe", recipe.hash()), Map.of());
            }
        });
    }

    /// Notes where a sweep stands; often enough is once a second.
    public synchronized void progress(String sweep, SweepRow.Progress at) {
        write(() -> database.run(
                "UPDATE sweeps SET trainings = ?, done = ?, running = ?, failed = ?, steps_per_second = ?,"
                        + " seconds_left = ?, updated = ? WHERE sweep = ?",
                List.of(
                        at.trainings(),
                        at.done(),
                        at.running(),
                        at.failed(),
                        at.stepsPerSecond(),
                        at.secondsLeft(),
                        now(),
                        sweep)));
    }

    /// Notes how a sweep ended.
    public synchronized void ended(String sweep, SweepRow.State state) {
        String now = now();
        write(() -> database.run(
                "UPDATE sweeps SET state = ?, running = 0, updated = ?, finished = ? WHERE sweep = ?",
                List.of(state.label(), now, now, sweep)));
    }

    @Override
    public synchronized void close() {
        try {
            database.close();
        } catch (SQLException e) {
            throw Database.explain(e, folder.file());
        }
    }

    /// Everything of `work` or nothing.
    private void write(Database.Work work) {
        try {
            database.transaction(work);
        } catch (SQLException e) {
            throw Database.explain(e, folder.file());
        }
    }

    private static String now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
