package dev.tombola.cli;

import dev.tombola.report.Anatomy;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `tombola anatomy RUN`: what the tickets of a run are made of, as figures and one page.
@Command(
        name = "anatomy",
        description = "Which initial values survive in a run's tickets, how far weights move, and what is left of each"
                + " unit's connections: figures and one self-contained HTML page.")
final class AnatomyCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "RUN", description = "A run folder.")
    private Path run;

    @Option(
            names = "--levels",
            split = ",",
            paramLabel = "LEVEL",
            description = "Which levels, six at most; if not given, those nearest to the paper's sizes.")
    private List<Integer> levels = List.of();

    @Option(
            names = "--layers",
            split = ",",
            paramLabel = "LAYER",
            description = "Which layers, such as conv1,fc2; if not given, those that are pruned, six at most.")
    private List<String> layers = List.of();

    @Override
    public void run() {
        Anatomy.Written written = Anatomy.write(run, levels, layers);
        written.notes().forEach(spec.commandLine().getErr()::println);
        spec.commandLine().getOut().println(written.page());
    }
}
