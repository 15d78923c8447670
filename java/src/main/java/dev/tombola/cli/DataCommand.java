package dev.tombola.cli;

import dev.tombola.base.UserError;
import dev.tombola.data.ContactSheet;
import dev.tombola.data.DataFolder;
import dev.tombola.data.Dataset;
import dev.tombola.data.Digits;
import dev.tombola.data.Mnist;
import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `tombola data check|sample`: verify a data set, or show pictures of it.
@Command(name = "data", description = "Verify a data set, or show pictures of it.")
final class DataCommand {
    /// More than anybody looks at, and a sheet that fits in memory.
    private static final int MOST_PICTURES = 10_000;

    private static final String EITHER = Mnist.NAME + " or " + Digits.NAME;

    @Spec
    private CommandSpec spec;

    @Command(name = "check", description = "Reads every file of a data set and checks sizes, counts, labels, origin.")
    void check(
            @Parameters(paramLabel = "DATASET", defaultValue = Mnist.NAME, description = "mnist (default).")
                    String name,
            @Option(names = "--data", paramLabel = "DIR", description = "Folder with mnist/ in it, or its own folder.")
                    Path data) {
        if (!name.equals(Mnist.NAME)) {
            throw new UserError(
                    "There is nothing to check for the data set %s; it must be %s.".formatted(name, Mnist.NAME));
        }
        PrintWriter out = spec.commandLine().getOut();
        Mnist.check(DataFolder.mnist(data)).forEach(out::println);
    }

    @Command(name = "sample", description = "Writes a PNG with pictures of a data set and their labels.")
    void sample(
            @Parameters(
                            paramLabel = "DATASET",
                            defaultValue = Mnist.NAME,
                            description = "mnist (default) or synthetic-digits.")
                    String name,
            @Option(names = "--data", paramLabel = "DIR", description = "Folder with mnist/ in it, or its own folder.")
                    Path data,
            @Option(
                            names = "--out",
                            paramLabel = "PNG",
                            description = "File to write; DATASET-sample.png if not given.")
                    Path out,
            @Option(names = "--count", defaultValue = "100", description = "Pictures to show; 100 if not given.")
                    int count,
            @Option(names = "--columns", defaultValue = "10", description = "Pictures to a row; 10 if not given.")
                    int columns,
            @Option(names = "--seed", defaultValue = "1", description = "Seed of the synthetic digits; 1 if not given.")
                    long seed) {
        if (count < 1 || count > MOST_PICTURES) {
            throw new UserError("--count is %d; it must be 1 to %d.".formatted(count, MOST_PICTURES));
        }
        Dataset dataset = switch (name) {
            case Mnist.NAME -> Mnist.load(DataFolder.mnist(data));
            case Digits.NAME -> Digits.draw(seed, count, 1, Digits.Style.DEMO);
            default -> throw new UserError("There is no data set %s; it must be %s.".formatted(name, EITHER));
        };
        Path png = out != null ? out : Path.of(name + "-sample.png");
        ContactSheet.write(png, dataset, dataset.train(), count, columns);
        spec.commandLine().getOut().println(png);
    }
}
