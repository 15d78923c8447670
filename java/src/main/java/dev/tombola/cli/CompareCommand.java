package dev.tombola.cli;

import dev.tombola.base.UserError;
import dev.tombola.lottery.RunReader;
import dev.tombola.report.Comparison;
import dev.tombola.report.Score;
import dev.tombola.report.Size;
import dev.tombola.results.Query;
import dev.tombola.results.ResultsFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `tombola compare RUN...`: several runs in the same figures.
@Command(
        name = "compare",
        description = {
            "Lays up to ten runs over one another in figures and on one self-contained HTML page.",
            "A run has a line, named by the settings that tell it from the others."
        },
        sortOptions = false)
final class CompareCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Parameters(
            arity = "1..*",
            paramLabel = "RUN",
            description = "Run folders, or folders with runs in them, such as a sweep's --out.")
    private List<Path> given;

    @Option(
            names = "--where",
            paramLabel = "COND",
            description = {
                "Which runs of a folder, as in --where 'lr < 0.01': SQL on what results --by run has.",
                "All of them if not given."
            })
    private String where;

    @Option(
            names = "--control",
            paramLabel = "C",
            split = ",",
            defaultValue = "ticket",
            description = "Whose lines, up to three, as in --control ticket,reinit; ticket if not given.")
    private List<String> controls;

    @Option(
            names = "--score",
            paramLabel = "S",
            defaultValue = "test",
            description = "Accuracy on test or validation images; test if not given.")
    private Score score;

    @Option(
            names = "--x",
            paramLabel = "X",
            defaultValue = "percent",
            description = "The x axis: percent or number of weights left; percent if not given.")
    private Size size;

    @Option(
            names = "--at",
            paramLabel = "I",
            split = ",",
            description = "Training iterations to show accuracy at besides, as in --at 10000,20000.")
    private List<Integer> at = List.of();

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Where compare.html and figures/ go; a new folder beside the first RUN if not given.")
    private Path out;

    @Override
    public void run() {
        Comparison comparison = new Comparison(runs(), controls, score, size, at);
        spec.commandLine()
                .getOut()
                .println(out == null ? comparison.writeBeside(given.getFirst()) : comparison.write(out));
    }

    private List<Path> runs() {
        List<Path> runs = new ArrayList<>();
        for (Path path : given) {
            if (RunReader.isRun(path)) {
                runs.add(path);
            } else if (given.size() == 1 || !Comparison.isIn(path)) { // one that a * finds beside its runs is no run
                runs.addAll(shown(inside(new ResultsFolder(path)), path));
            }
        }
        if (where != null && given.stream().allMatch(RunReader::isRun)) {
            throw new UserError("--where chooses among the runs of a folder, but every RUN given is a run itself.");
        }
        return runs;
    }

    /// Those that have something to show: nobody named the others.
    private List<Path> shown(List<Path> found, Path folder) {
        List<Path> shown = new ArrayList<>();
        for (Path run : found) {
            Optional<String> nothing = Comparison.nothingIn(run);
            nothing.ifPresentOrElse(
                    why -> spec.commandLine().getErr().println("tombola: left out: " + why), () -> shown.add(run));
        }
        if (shown.isEmpty()) {
            throw new UserError("No run in %s has anything to show yet.".formatted(folder));
        }
        return shown;
    }

    private List<Path> inside(ResultsFolder folder) {
        List<Path> all = folder.runs();
        if (all.isEmpty()) {
            throw new UserError("There is no run folder in %s.".formatted(folder.path()));
        }
        if (where == null) {
            return all;
        }
        try (Query query = Query.open(folder)) {
            List<Path> chosen =
                    query.runs(where).stream().map(folder.path()::resolve).toList();
            if (chosen.isEmpty()) {
                throw new UserError("No run of %s fits --where %s.".formatted(folder.file(), where));
            }
            return chosen;
        }
    }
}
