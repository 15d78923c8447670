package dev.tombola.cli;

import dev.tombola.base.Reason;
import dev.tombola.base.UserError;
import dev.tombola.kernel.KernelException;
import dev.tombola.lottery.Machine;
import dev.tombola.train.StoppedException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.InvalidPathException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.TraceLevel;
import picocli.CommandLine.UnmatchedArgumentException;

/// `tombola`: exit codes are 0 done, 1 failed, 2 the user's mistake (one line), 130 interrupted.
@Command(
        name = "tombola",
        description = "Finds winning lottery tickets (Frankle & Carbin, arXiv:1803.03635) at native speed.",
        subcommands = {
            RunCommand.class,
            SweepCommand.class,
            NetworksCommand.class,
            DataCommand.class,
            ReportCommand.class,
            AnatomyCommand.class,
            CompareCommand.class,
            ResultsCommand.class,
            QueryCommand.class,
            ShowCommand.class,
            DoctorCommand.class,
            BenchCommand.class
        },
        versionProvider = Main.Version.class,
        sortOptions = false)
public final class Main {
    static final int FAILED = 1;
    static final int MISTAKE = 2;
    static final int INTERRUPTED = 130;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "What can be asked for.")
    @SuppressWarnings("UnusedVariable") // picocli asks for the annotation, not for the value
    private boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Which version this is.")
    @SuppressWarnings("UnusedVariable")
    private boolean version;

    private Main() {}

    public static void main(String[] args) {
        Locale.setDefault(Locale.ROOT);
        System.setProperty("java.awt.headless", "true"); // figures need no screen, not even where there is one
        PrintWriter err = new Output(new FileOutputStream(FileDescriptor.err)).writer();
        System.exit(run(List.of(args), new Output(new FileOutputStream(FileDescriptor.out)), err));
    }

    /// Runs one command line, and fails where what it printed did not arrive.
    static int run(List<String> args, Output output, PrintWriter err) {
        PrintWriter out = output.writer();
        int code = run(args, out, err);
        out.flush();
        if (output.failure() == null) {
            return code;
        }
        err.println("tombola: not all that was printed could be written: " + output.failure());
        return code == 0 ? FAILED : code;
    }

    /// Runs one command line and returns its exit code.
    static int run(List<String> args, PrintWriter out, PrintWriter err) {
        CommandLine.tracer().setLevel(TraceLevel.OFF); // its warnings, of a quote in a list, would go past err
        CommandLine line = new CommandLine(new Main())
                .setOut(out)
                .setErr(err)
                .setOverwrittenOptionsAllowed(true)
                .setUsageHelpAutoWidth(true)
                .setParameterExceptionHandler((e, given) -> mistake(e.getCommandLine(), misread(e)))
                .setExecutionExceptionHandler((e, at, given) -> failed(at, e));
        Words.register(line);
        if (args.isEmpty()) {
            line.usage(out);
            return MISTAKE;
        }
        try {
            return line.execute(args.toArray(String[]::new));
        } catch (OutOfMemoryError e) {
            err.println("tombola: out of memory (" + e.getMessage()
                    + "): ask for less at once, or give Java more with JAVA_TOOL_OPTIONS=-Xmx16g in the environment.");
            return FAILED;
        }
    }

    private static int failed(CommandLine at, Exception e) {
        if (e instanceof UserError) {
            return mistake(at, e.getMessage());
        }
        if (e instanceof InvalidPathException path) {
            return mistake(at, Words.noName(path));
        }
        if (e instanceof StoppedException) {
            return INTERRUPTED;
        }
        if (e instanceof UncheckedIOException || (e instanceof KernelException kernel && kernel.isOfDevice())) {
            at.getErr().println("tombola: " + oneLine(Reason.said(e)));
            return FAILED;
        }
        at.getErr().println("tombola: " + at.getCommandName() + " failed; this is a defect of the program:");
        e.printStackTrace(at.getErr());
        return FAILED;
    }

    private static int mistake(CommandLine at, String message) {
        at.getErr().println("tombola: " + oneLine(message));
        return MISTAKE;
    }

    /// What is wrong with the arguments, the nearest that is right, and where to read the rest.
    private static String misread(ParameterException e) {
        List<String> near = e instanceof UnmatchedArgumentException unknown ? unknown.getSuggestions() : List.of();
        String question = near.isEmpty() ? "" : "; did you mean " + near.getFirst() + "?";
        CommandLine at = e.getCommandLine();
        String help = at.getCommandSpec().qualifiedName() + " --help";
        return unknownCommand(e).orElse(e.getMessage()) + question + " (" + help + " says what can be asked for)";
    }

    /// Where a command was expected, a word that is none of them.
    private static Optional<String> unknownCommand(ParameterException e) {
        Set<String> commands = e.getCommandLine().getSubcommands().keySet();
        return e instanceof UnmatchedArgumentException unknown && !commands.isEmpty() && !unknown.isUnknownOption()
                ? Optional.of("There is no command %s among %s"
                        .formatted(unknown.getUnmatched().getFirst(), String.join(", ", commands)))
                : Optional.empty();
    }

    /// What a person typed may hold line breaks, and is quoted in messages.
    static String oneLine(String message) {
        return message.lines().reduce((a, b) -> a + " " + b.strip()).orElse(message);
    }

    /// What `--version` prints.
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"tombola " + Machine.version()};
        }
    }
}
