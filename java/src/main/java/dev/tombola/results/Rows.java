package dev.tombola.results;

import dev.tombola.lottery.Control;
import dev.tombola.lottery.CurveRow;
import dev.tombola.lottery.Job;
import dev.tombola.lottery.LevelRow;
import dev.tombola.lottery.Recipe;
import dev.tombola.lottery.RunReader;
import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What becomes a row, and how. Keys are natural ones, so the same facts make the same rows in whatever order they
/// come.
final class Rows {
    private static final List<String> MACHINE = List.of(
            "version",
            "backend",
            "instruction_set",
            "form",
            "threads",
            "processor",
            "gpu",
            "cores",
            "memory_gb",
            "os",
            "jdk",
            "data_warning",
            "gpu_warning",
            "started",
            "finished");

    private static final String ONE_TRAINING =
            " WHERE run = ? AND trial = ? AND level = ? AND control = ? AND draw = ?";

    private final Database database;

    Rows(Database database) {
        this.database = database;
    }

    void recipe(Recipe recipe) throws SQLException {
        Map<String, String> decisive = recipe.decisive();
        Map<String, Object> columns = new LinkedHashMap<>();
        columns.put("network", recipe.network().name());
        columns.put("data", recipe.data().name());
        columns.put("seed", recipe.run().seed());
        columns.put("optimizer", decisive.get("train.optimizer.name"));
        columns.put("lr", number(decisive.get("train.optimizer.lr")));
        columns.put("batch", recipe.train().batch());
        columns.put("iterations", recipe.train().iterations());
        columns.put("scope", decisive.get("prune.scope"));
        columns.put("rate_conv", number(decisive.get("prune.rates.conv")));
        columns.put("rate_fc", number(decisive.get("prune.rates.fc")));
        columns.put("rate_output", number(decisive.get("prune.rates.output")));
        columns.put("strategy", decisive.get("prune.strategy"));
        columns.put("rewind", recipe.prune().rewind());
        columns.put("classes", recipe.network().classes());
        database.upsert("recipes", Map.of("recipe", recipe.hash()), columns);
        for (Map.Entry<String, String> setting : recipe.comparable().entrySet()) {
            Map<String, Object> value = new LinkedHashMap<>();
            value.put("value", setting.getValue());
            value.put("number", number(setting.getValue()));
            database.upsert("settings", Map.of("recipe", recipe.hash(), "key", setting.getKey()), value);
        }
    }

    /// @param facts of its machine, by name
    void run(String run, RunReader reader, Map<String, String> facts) throws SQLException {
        recipe(reader.recipe());
        Map<String, Object> columns = new LinkedHashMap<>();
        columns.put("recipe", reader.recipe().hash());
        columns.put("yaml", reader.recipe().toYaml());
        columns.put("trainings", reader.trainings());
        MACHINE.forEach(fact -> columns.put(fact, facts.get(fact)));
        database.upsert("runs", Map.of("run", run), columns);
    }

    /// A training that is finished, which it may have been before.
    void training(String run, LevelRow row, List<CurveRow> curve) throws SQLException {
        List<?> key = List.of(run, row.trial(), row.level(), row.control(), row.draw());
        database.run("DELETE FROM failures" + ONE_TRAINING, key);
        database.run("DELETE FROM levels" + ONE_TRAINING, key); // and with it the curve
        database.run(insert("levels", LevelRow.header()), values(run, row));
        database.runAll(
                insert("curves", CurveRow.header()),
                curve.stream().map(point -> values(run, point)).toList());
    }

    /// The trainings of a run that are there.
    Set<Job> trainings(String run) throws SQLException {
        Set<Job> jobs = new HashSet<>();
        try (PreparedStatement statement =
                database.prepare("SELECT trial, level, control, draw FROM levels WHERE run = ?")) {
            statement.setString(1, run);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    jobs.add(new Job(rows.getInt(1), rows.getInt(2), Control.of(rows.getString(3)), rows.getInt(4)));
                }
            }
        }
        return jobs;
    }

    void failure(String run, Job job, String reason) throws SQLException {
        database.upsert(
                "failures",
                Map.of(
                        "run", run,
                        "trial", job.trial(),
                        "control", job.control().label(),
                        "draw", job.draw(),
                        "level", job.level()),
                Map.of("reason", reason));
    }

    private static String insert(String table, String columns) {
        return "INSERT INTO %s (run,%s) VALUES (%s)"
                .formatted(table, columns, Database.marks(columns.split(",").length + 1));
    }

    /// In the order of [LevelRow#header].
    private static List<Object> values(String run, LevelRow row) {
        return List.of(
                run,
                row.trial(),
                row.control(),
                row.draw(),
                row.level(),
                row.weightsLeft(),
                row.weightsTotal(),
                row.percentLeft(),
                row.earlyStopIteration(),
                row.valLossEarlyStop(),
                row.valAccuracyEarlyStop(),
                row.testAccuracyEarlyStop(),
                row.trainAccuracyEarlyStop(),
                row.testAccuracyEnd(),
                row.trainAccuracyEnd(),
                row.secondsTrain(),
                row.secondsEval(),
                row.usPerStep(),
                row.forms());
    }

    /// In the order of [CurveRow#header].
    private static List<Object> values(String run, CurveRow row) {
        return List.of(
                run,
                row.trial(),
                row.control(),
                row.draw(),
                row.level(),
                row.iteration(),
                row.trainLoss(),
                row.valLoss(),
                row.valAccuracy(),
                row.testAccuracy());
    }

    /// The number that a recipe's value is, or null where it is none.
    private static Double number(String value) {
        try {
            return value == null ? null : new BigDecimal(value).doubleValue();
        } catch (NumberFormatException _) {
            return null;
        }
    }
}
