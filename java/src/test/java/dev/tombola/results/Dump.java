package dev.tombola.results;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// A database as plain rows, read with nothing of ours.
public final class Dump {
    static final Set<String> TABLES =
            Set.of("recipes", "settings", "runs", "levels", "curves", "failures", "sweeps", "sweep_recipes");

    private static final Set<String> TIMES = Set.of(
            "seconds_train",
            "seconds_eval",
            "us_per_step",
            "steps_per_second",
            "seconds_left",
            "started",
            "updated",
            "finished");

    private Dump() {}

    /// Of what is told where nothing should be.
    static void unexpected(String sentence) {
        assertThat(sentence).isNull();
    }

    /// Every row of every table, timing columns aside.
    public static SortedMap<String, List<Map<String, Object>>> of(Path file) {
        SortedMap<String, List<Map<String, Object>>> all = new TreeMap<>();
        for (String table : TABLES) {
            List<Map<String, Object>> rows = rows(file, "SELECT * FROM " + table);
            rows.forEach(row -> row.keySet().removeAll(TIMES));
            all.put(table, rows);
        }
        return all;
    }

    public static List<Map<String, Object>> rows(Path file, String sql) {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                ResultSet answer = connection.createStatement().executeQuery(sql)) {
            List<Map<String, Object>> rows = new ArrayList<>();
            while (answer.next()) {
                Map<String, Object> row = new LinkedHashMap<>();
                for (int i = 1; i <= answer.getMetaData().getColumnCount(); i++) {
                    row.put(answer.getMetaData().getColumnLabel(i), answer.getObject(i));
                }
                rows.add(row);
            }
            return rows;
        } catch (SQLException e) {
            throw new AssertionError(sql, e);
        }
    }

    /// The first column of the first row.
    public static Object value(Path file, String sql) {
        return rows(file, sql).getFirst().values().iterator().next();
    }

    static void change(Path file, String sql) {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                var statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        } catch (SQLException e) {
            throw new AssertionError(sql, e);
        }
    }
}
