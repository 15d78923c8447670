package dev.tombola.cli;

import dev.tombola.base.UserError;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/// `tombola bench`: the launcher runs it from the module of benchmarks; nothing of it is in this jar.
@Command(
        name = "bench",
        description = "Training step and evaluation beside PyTorch's, as a table; needs the source folder's launcher.")
final class BenchCommand implements Runnable {
    @Unmatched
    @SuppressWarnings("UnusedVariable") // whatever was asked for, the answer is the same
    private List<String> arguments;

    @Override
    public void run() {
        throw new UserError("Benchmarks are not in this jar: start them with ./tombola bench in the source folder.");
    }
}
