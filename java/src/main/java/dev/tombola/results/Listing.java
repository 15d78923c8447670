package dev.tombola.results;

import dev.tombola.base.UserError;
import java.util.List;
import java.util.stream.Collectors;

/// What `tombola results` lists.
///
/// @param view a row of which is a run, one of its levels, or one of its trainings
/// @param where, sort SQL: a condition, and columns to sort by; null for all rows, and for their own order
/// @param columns SQL; null for those that are asked for most
/// @param limit rows at most; 0 for all
public record Listing(View view, String where, String sort, String columns, int limit) {
    /// The views of the database, one for each kind of row.
    public enum View {
        RUN(
                "by_run",
                "run, network, data, lr, seed, done, trainings, failed, dense, as_accurate_left, level, percent_left,"
                        + " ticket, reset, reinit",
                "network, data, run"),
        LEVEL(
                "by_level",
                "run, network, lr, seed, level, percent_left, trials, ticket, ticket_low, ticket_high, reinit,"
                        + " early_stop, as_accurate, wins",
                "network, run, level"),
        TRAINING(
                "results",
                "run, network, lr, seed, trial, control, draw, level, percent_left, early_stop_iteration,"
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

    private String columns(List<String> varied) {
        String values = varied.stream()
                .map(key ->
                        " (SELECT ifnull(number, value) FROM settings WHERE settings.recipe = %s.recipe AND key = '%s') AS \"%s\","
                                .formatted(view.name, key, key))
                .collect(Collectors.joining());
        return view.columns.replace(" seed,", " seed," + values);
    }

    /// As one statement; what was asked for may end in a comment.
    ///
    /// @param varied settings by key, shown besides where no columns were asked for
    public String sql(List<String> varied) {
        return "SELECT " + (columns == null ? columns(varied) : columns) + "\nFROM " + view.name
                + (where == null ? "" : " WHERE (" + where + "\n)")
                + " ORDER BY " + (sort == null ? view.order : sort)
                + "\nLIMIT " + (limit == 0 ? -1 : limit);
    }
}
