package dev.tombola.bench;

import dev.tombola.base.UserError;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;

/// How programs that print a table start, speak and end.
final class Program {
    /// The table's stream. JMH hands on what its JVMs print to the other standard output, which leads nowhere.
    private final PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);

    private final PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);

    /// Runs a command and ends the program: 0 done, 1 failed, 2 a mistake in what was asked, in one line.
    void run(Callable<Integer> command, String... args) {
        Locale.setDefault(Locale.ROOT);
        System.exit(new CommandLine(command)
                .setParameterExceptionHandler((e, _) -> failed(2, e.getMessage()))
                .setExecutionExceptionHandler((e, _, _) -> failed(e instanceof UserError ? 2 : 1, e.getMessage()))
                .execute(args));
    }

    private int failed(int code, String message) {
        err.println("tombola: " + message.lines().findFirst().orElse("failed"));
        return code;
    }

    PrintWriter out() {
        return out;
    }

    /// A whole line beside the table.
    void note(String line) {
        err.println(line);
    }

    /// Words of a line that goes on.
    void progress(String words) {
        err.print(words);
        err.flush();
    }

    /// From here on nobody but [#out] prints on the standard output.
    void silenceOthers() {
        System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
    }
}
