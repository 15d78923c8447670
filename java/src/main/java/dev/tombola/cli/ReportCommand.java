package dev.tombola.cli;

import dev.tombola.report.Report;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `tombola report RUN...`: figures and one self-contained page for each run folder.
@Command(name = "report", description = "Figures and one self-contained HTML page for each run folder.")
final class ReportCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Parameters(arity = "1..*", paramLabel = "RUN", description = "Run folders.")
    private List<Path> runs;

    @Override
    public void run() {
        for (Path run : runs) {
            spec.commandLine().getOut().println(Report.write(run));
        }
    }
}
