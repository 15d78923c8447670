package dev.tombola.cli;

import dev.tombola.lottery.Options;
import dev.tombola.lottery.Settings;
import dev.tombola.lottery.Tickets;
import dev.tombola.nn.CostModel;
import dev.tombola.nn.FormChoice;
import dev.tombola.sweep.SlurmScript;
import dev.tombola.sweep.Sweep;
import dev.tombola.sweep.SweepPlan;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;

/// A small sweep that is handed to Slurm.
///
/// @param folder with its file and run folders
record SlurmSweep(Path folder, Path file, SweepPlan plan, SlurmScript script) {
    /// @param launcher what jobs start
    static SlurmSweep of(Path folder, Path launcher, String... options) throws IOException {
        return of(folder, launcher, Options.defaults(), 0, options);
    }

    /// @param machine what trains
    /// @param memory what a job's trainings may take; 0 for what is estimated
    static SlurmSweep of(Path folder, Path launcher, Options machine, long memory, String... options)
            throws IOException {
        Files.createDirectories(folder);
        Path file = Files.writeString(folder.resolve("rates.yaml"), """
                base: demo
                set: {data.train: 600, data.test: 200, data.validation: 300, train.iterations: 90, run.levels: 2,
                      run.trials: 1, run.draws: 1, train.batch: 28}
                grid: {train.optimizer.lr: [0.001, 0.002, 0.003], run.seed: [1, 2]}
                """);
        SlurmOptions slurm = new SlurmOptions();
        new CommandLine(slurm).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(options);
        Sweep sweep = Sweep.read(file, Settings.of(List.of("train.iterations=60")));
        Path out = folder.resolve("runs");
        SweepPlan plan =
                SweepPlan.of(sweep, out, null, FormChoice.AUTO, Tickets.LAST, _ -> CostModel.constant(0.5, "a test"));
        String before = System.getProperty("tombola.command");
        try {
            System.setProperty("tombola.command", launcher.toString());
            return new SlurmSweep(
                    folder,
                    file,
                    plan,
                    slurm.script(
                            file,
                            sweep,
                            plan,
                            machine.withOut(out).withThreads(2),
                            Tickets.LAST,
                            memory,
                            List.of("train.iterations=60")));
        } finally {
            if (before == null) {
                System.clearProperty("tombola.command");
            } else {
                System.setProperty("tombola.command", before);
            }
        }
    }

    /// Hands it in; returns what a person is told.
    String submit(Map<String, String> environment) {
        StringWriter out = new StringWriter();
        SlurmOptions.submit(script, plan, environment, new PrintWriter(out, true));
        return out.toString();
    }

    /// A program of a few shell lines.
    static Path program(Path file, String... lines) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/bash\n" + String.join("\n", lines) + "\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
