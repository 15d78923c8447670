package dev.tombola.cli;

import dev.tombola.results.Format;
import dev.tombola.results.Query;
import dev.tombola.results.ResultsFolder;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `tombola query SQL`: a question to the results database.
@Command(
        name = "query",
        description = {
            "Asks the results database in SQL; it only reads, also while a run goes on.",
            "Tables are recipes, settings, runs, levels, curves, failures, sweeps and sweep_recipes; views are results,"
                    + " by_level and by_run."
        },
        sortOptions = false)
final class QueryCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "SQL", description = "One statement, as SQLite understands it.")
    private String sql;

    @Option(
            names = "--folder",
            paramLabel = "DIR",
            defaultValue = "runs",
            description = "Folder with results.db in it; runs if not given.")
    private Path folder;

    @Option(
            names = "--format",
            paramLabel = "F",
            defaultValue = "table",
            description = "table, csv or json; table if not given.")
    private Format format;

    @Override
    public void run() {
        try (Query query = Query.open(new ResultsFolder(folder))) {
            query.print(sql, format, spec.commandLine().getOut());
        }
    }
}
