package dev.tombola.results;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Locale;

/// A sweep as the database knows it.
///
/// @param at where it stood when it last said so
/// @param updated when that was
public record SweepRow(String name, State state, Progress at, Instant updated) {
    /// Whether a sweep is going on, or how it ended.
    public enum State {
        RUNNING,
        DONE,
        FAILED,
        INTERRUPTED;

        /// Its name in the database.
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// Where a sweep stands.
    ///
    /// @param running, failed trainings at this moment
    /// @param stepsPerSecond of all replicas together; NaN where it is not known yet
    /// @param secondsLeft a guess; NaN where there is none yet
    public record Progress(
            int trainings, int done, int running, int failed, double stepsPerSecond, double secondsLeft) {}

    static SweepRow of(ResultSet row) throws SQLException {
        Progress at = new Progress(
                row.getInt("trainings"),
                row.getInt("done"),
                row.getInt("running"),
                row.getInt("failed"),
                real(row, "steps_per_second"),
                real(row, "seconds_left"));
        State state = State.valueOf(row.getString("state").toUpperCase(Locale.ROOT));
        return new SweepRow(row.getString("sweep"), state, at, Instant.parse(row.getString("updated")));
    }

    private static double real(ResultSet row, String column) throws SQLException {
        double value = row.getDouble(column);
        return row.wasNull() ? Double.NaN : value;
    }
}
