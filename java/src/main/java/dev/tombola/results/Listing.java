package dev.tombola.results;

import dev.tombola.base.UserError;
import dev.tombola.lottery.EarlyStop;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What `tombola results` lists.
///
/// @param view a row of which is a run, one of its levels, or one of its trainings
/// @param where, sort SQL: a condition, and columns to sort by; null for all rows, and for their own order
/// @param columns SQL; null for those that are asked for most
/// @param limit rows at most; 0 for all
public record Listing(View view, String where, String sort, String columns, int limit) {
    /// Early stops by name, each with the column that is 1 where it is a lower bound.
    private static final Map<String, String> BOUNDS = Map.of(
            "early_stop_iteration", "early_stop_at_end",
            "early_stop", "early_stop_at_end",
            "reinit_early_stop", "reinit_early_stop_at_end");

    /// Of a setting: a whole number as one, for the table has them all as REAL.
    private static final String VALUE =
            "ifnull(iif(number = CAST(number AS INTEGER), CAST(number AS INTEGER), number), value)";

    /// Names of columns and nothing else.
    private static final Pattern NAMES = Pattern.compile("(?:\\s*(?:\\w+|\"[^\",]+\")\\s*(?:,|$))+");

    private static final Pattern COMMA = Pattern.compile(",");

    /// The views of the database, one for each kind of row.
    public enum View {
        RUN(
                "by_run",
                "run, network, data, lr, seed%s, done, trainings, failed, diverged, dense, as_accurate_left, level, percent_left,"
                        + " ticket%s",
                "network, data, run"),
        LEVEL(
                "by_level",
                "run, network, lr, seed%s, level, percent_left, trials, diverged, ticket, ticket_low, ticket_high%s, early_stop,"
                        + " as_accurate, wins",
                "network, run, level"),
        TRAINING(
                "results",
                "run, network, lr, seed%s, trial, control, draw, level, percent_left, early_stop_iteration,"
                        + " val_loss_early_stop, test_accuracy_early_stop, test_accuracy_end, us_per_step",
                "network, run, trial, level, control, draw");

        private final String name;
        private final String columns;
        private final String order;

        View(String name, String columns, String order) {
            this.name = name;
            this.columns = columns;
            this.order = order;
        }
    }

    public Listing {
        if (limit < 0) {
            throw new UserError("--limit is " + limit + "; it must be 1 or more, or 0 for all rows.");
        }
        requireSomething("--columns", columns, "name columns, as in --columns 'run, level', or '*' for all");
        requireSomething("--where", where, "give a condition, as in --where 'level > 5'");
        requireSomething("--sort", sort, "name columns, as in --sort 'ticket DESC, run'");
    }

    private static void requireSomething(String option, String sql, String right) {
        if (sql != null && sql.isBlank()) {
            throw new UserError("%s is empty; %s, or leave it out.".formatted(option, right));
        }
    }

    /// The same without a limit.
    Listing whole() {
        return new Listing(view, where, sort, columns, 0);
    }

    /// The columns that were asked for, or those that are asked for most with some others: SQL. A table's early stops
    /// come with marks for [LowerBounds], those of other formats with the column itself where nobody asked for columns.
    ///
    /// @param settings, controls more columns: SQL
    String select(Format format, List<String> settings, List<String> controls) {
        boolean table = format == Format.TABLE;
        if (columns != null) {
            return table && NAMES.matcher(columns).matches() ? bounded(columns, true) : columns;
        }
        return bounded(view.columns.formatted(listed(settings), listed(controls)), table);
    }

    private static String listed(List<String> more) {
        return more.stream().map(column -> ", " + column).collect(Collectors.joining());
    }

    private static String bounded(String names, boolean table) {
        return COMMA.splitAsStream(names)
                .map(String::strip)
                .map(name -> !BOUNDS.containsKey(name)
                        ? name
                        : name + ", " + BOUNDS.get(name) + (table ? " AS \"" + EarlyStop.AT_LEAST + name + "\"" : ""))
                .collect(Collectors.joining(", "));
    }

    /// As one statement; what was asked for may end in a comment.
    ///
    /// @param select what of a row: SQL
    /// @param settings by key, which are columns beside the view's
    String sql(String select, List<String> settings) {
        String values = settings.stream()
                .map(key -> ", (SELECT %s FROM settings WHERE settings.recipe = line.recipe AND key = '%s') AS \"%s\""
                        .formatted(VALUE, key, key))
                .collect(Collectors.joining());
        return "SELECT " + select + "\nFROM (SELECT line.*" + values + " FROM " + view.name + " AS line) AS "
                + view.name
                + (where == null ? "" : " WHERE (" + where + "\n)")
                + " ORDER BY " + (sort == null ? view.order : sort)
                + "\nLIMIT " + (limit == 0 ? -1 : limit);
    }
}
