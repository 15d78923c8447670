package dev.tombola.cli;

import dev.tombola.base.UserError;
import dev.tombola.lottery.Control;
import dev.tombola.lottery.Lottery;
import dev.tombola.lottery.LotteryException;
import dev.tombola.lottery.Options;
import dev.tombola.lottery.Presets;
import dev.tombola.lottery.Recipe;
import dev.tombola.report.Report;
import dev.tombola.report.SummaryTable;
import dev.tombola.results.Index;
import dev.tombola.results.ResultsFolder;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `tombola run RECIPE|PRESET`: the lottery itself, ending with a table and a report.
@Command(
        name = "run",
        description = {
            "Finds winning tickets: trains, prunes, rewinds, level by level, with the controls asked for.",
            "Run again, it finishes what is missing: nothing that is done is done twice."
        },
        sortOptions = false)
final class RunCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "RECIPE|PRESET",
            completionCandidates = PresetNames.class,
            description = "A YAML file, or a preset: ${COMPLETION-CANDIDATES}.")
    private String recipe;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Run folder, new or of this recipe; runs/<hash of the recipe> if not given.")
    private Path out;

    @Mixin
    private MachineOptions machine;

    @Option(names = "--seed", paramLabel = "S", description = "Same as --set run.seed=S.")
    private String seed;

    @Option(names = "--trials", paramLabel = "T", description = "Same as --set run.trials=T.")
    private String trials;

    @Option(names = "--levels", paramLabel = "L", description = "Same as --set run.levels=L.")
    private String levels;

    @Option(names = "--iterations", paramLabel = "I", description = "Same as --set train.iterations=I.")
    private String iterations;

    @Option(
            names = "--controls",
            paramLabel = "C,...",
            completionCandidates = Labels.class,
            description = "Of ${COMPLETION-CANDIDATES}; same as --set run.controls.")
    private String controls;

    @Option(names = "--order", paramLabel = "O", description = "canonical; same as --set numerics.order=O.")
    private String order;

    @Option(
            names = "--precision",
            paramLabel = "P",
            description = "fp32, or a GPU's tf32; same as --set numerics.precision=P.")
    private String precision;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Any key of the recipe, as networks lists them.")
    private List<String> settings = List.of();

    /// For the help.
    private static final class PresetNames implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Presets.names().iterator();
        }
    }

    /// Of all controls, for the help.
    private static final class Labels implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Control.labels().iterator();
        }
    }

    @Override
    public Integer call() {
        PrintWriter stdout = spec.commandLine().getOut();
        PrintWriter stderr = spec.commandLine().getErr();
        if (out != null && out.toString().isEmpty()) {
            throw new UserError("--out is empty; name a folder, or leave it out for runs/<hash of the recipe>.");
        }
        Recipe chosen = Recipe.open(recipe, settings());
        Options options = machine.with(out);
        try (Interruption interruption = Interruption.watch()) {
            Lottery.Outcome outcome = watched(chosen, options, ProgressLines.of(stderr, interruption), stderr);
            if (outcome.interrupted()) {
                stderr.println(Interruption.sentence(outcome.levels().size(), outcome.folder()));
                return Main.INTERRUPTED;
            }
            stdout.println();
            stdout.print(SummaryTable.of(outcome.levels(), chosen.train().iterations()));
            stdout.println();
            stdout.println("Report: " + Report.write(outcome.folder()));
            return 0;
        } catch (LotteryException e) {
            stderr.println("tombola: " + Main.oneLine(e.getMessage()));
            return Main.FAILED;
        }
    }

    private Lottery.Outcome watched(Recipe recipe, Options options, ProgressLines progress, PrintWriter stderr) {
        try {
            return Lottery.run(recipe, options, progress);
        } finally {
            progress.end();
            progress.folder().ifPresent(folder -> index(folder, stderr));
        }
    }

    /// Brings the results database up to date with a run, however it ended. A folder that was named with --out belongs
    /// to one only where there is one already. The run folder is the truth: without the database nothing is lost.
    private void index(Path folder, PrintWriter stderr) {
        ResultsFolder results =
                new ResultsFolder(folder.toAbsolutePath().normalize().getParent());
        if (out != null && !Files.exists(results.file())) {
            return;
        }
        try (Index index = Index.open(results)) {
            index.refresh(folder, sentence -> stderr.println("Not in the results database: " + Main.oneLine(sentence)));
        } catch (UserError | UncheckedIOException e) {
            stderr.println("The run is not in the results database: " + Main.oneLine(e.getMessage()));
        }
    }

    private List<String> settings() {
        List<String> all = new ArrayList<>(settings);
        add(all, "run.seed", seed);
        add(all, "run.trials", trials);
        add(all, "run.levels", levels);
        add(all, "train.iterations", iterations);
        add(all, "run.controls", controls);
        add(all, "numerics.order", order);
        add(all, "numerics.precision", precision);
        return all;
    }

    private static void add(List<String> settings, String key, String value) {
        if (value != null) {
            settings.add(key + "=" + value);
        }
    }
}
