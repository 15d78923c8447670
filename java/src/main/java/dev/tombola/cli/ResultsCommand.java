package dev.tombola.cli;

import dev.tombola.base.Plural;
import dev.tombola.results.Format;
import dev.tombola.results.Listing;
import dev.tombola.results.Query;
import dev.tombola.results.Rebuild;
import dev.tombola.results.ResultsFolder;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `tombola results [FOLDER]`: what was found, what is going on, and the database made anew.
@Command(
        name = "results",
        description = {
            "Lists what the runs in a folder found, a line per run and level or as --by says.",
            "It has the settings that these runs differ in and the controls that they have, up to six of each.",
            "Conditions and columns are SQL on the columns of that kind of line; --columns '*' shows all of them."
        },
        sortOptions = false)
final class ResultsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "FOLDER",
            defaultValue = "runs",
            description = "Folder with the run folders and results.db in it; runs if not given.")
    private Path folder;

    @Option(
            names = "--by",
            paramLabel = "KIND",
            defaultValue = "level",
            description = "A line for each run, level or training; level if not given.")
    private Listing.View by;

    @Option(
            names = "--where",
            paramLabel = "COND",
            description = "Which lines, as in --where 'lr < 0.01 AND level > 5'.")
    private String where;

    @Option(names = "--sort", paramLabel = "COLS", description = "Columns to sort by, as in --sort 'ticket DESC, run'.")
    private String sort;

    @Option(names = "--columns", paramLabel = "COLS", description = "Columns to show.")
    private String columns;

    @Option(names = "--limit", paramLabel = "N", defaultValue = "0", description = "Lines at most; all if not given.")
    private int limit;

    @Option(
            names = "--format",
            paramLabel = "F",
            defaultValue = "table",
            description = "table, csv or json; table if not given.")
    private Format format;

    @ArgGroup
    private Instead instead = new Instead();

    /// What is done instead of a list.
    private static final class Instead {
        @Option(names = "--rebuild", description = "Makes results.db anew from the run folders that are there.")
        private boolean rebuild;

        @Option(
                names = "--follow",
                description = "Shows how far a sweep, or else the runs, have come, until they end or Ctrl-C.")
        private boolean follow;
    }

    @Override
    public Integer call() {
        ResultsFolder results = new ResultsFolder(folder);
        if (instead.rebuild) {
            return rebuild(results);
        }
        if (instead.follow) {
            try (Interruption interruption = Interruption.watch()) {
                return FollowLines.of(results, spec.commandLine().getOut(), interruption)
                        .follow();
            }
        }
        Listing listing = new Listing(by, where, sort, columns, limit);
        try (Query query = Query.open(results)) {
            unshown(query.print(listing, format, spec.commandLine().getOut()));
        }
        return 0;
    }

    private void unshown(List<String> columns) {
        if (!columns.isEmpty()) {
            spec.commandLine()
                    .getErr()
                    .println(
                            "tombola: these runs have more settings and controls than there is room for; --columns 'run, %s' shows the rest."
                                    .formatted(String.join(", ", columns)));
        }
    }

    private int rebuild(ResultsFolder results) {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        Rebuild rebuild = Rebuild.of(results);
        rebuild.leftOut().forEach(sentence -> err.println("tombola: left out: " + Main.oneLine(sentence)));
        rebuild.warnings().forEach(sentence -> err.println("tombola: " + Main.oneLine(sentence)));
        out.printf("%s holds %s.%n", results.file(), Plural.of(rebuild.runs(), "run folder"));
        return rebuild.leftOut().isEmpty() ? 0 : Main.FAILED;
    }
}
