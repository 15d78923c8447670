package dev.tombola.cli;

import dev.tombola.base.UserError;
import dev.tombola.data.ContactSheet;
import dev.tombola.data.Dataset;
import dev.tombola.data.Digits;
import dev.tombola.data.Fetch;
import dev.tombola.data.Published;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `tombola data check|fetch|sample`: verify a data set, fetch it, or show pictures of it.
@Command(name = "data", description = "Verify a data set, fetch it, or show pictures of it.")
final class DataCommand {
    /// More than anybody looks at, and a sheet that fits in memory.
    private static final int MOST_PICTURES = 10_000;

    @Spec
    private CommandSpec spec;

    @Command(name = "check", description = "Reads every file of a data set and checks sizes, counts, labels, origin.")
    void check(
            @Parameters(
                            arity = "0..1",
                            paramLabel = "DATASET",
                            defaultValue = "mnist",
                            description = "mnist (default) or cifar-10.")
                    String name,
            @Option(
                            names = "--data",
                            paramLabel = "DIR",
                            description = "Folder with mnist/ or cifar-10/ in it, or the set's own folder.")
                    Path data) {
        PrintWriter out = spec.commandLine().getOut();
        Published.named(name).check(data).forEach(out::println);
    }

    @Command(
            name = "fetch",
            description = "Downloads a data set and checks it; what was broken off goes on where it was.")
    void fetch(
            @Parameters(paramLabel = "DATASET", description = "mnist or cifar-10.") String name,
            @Option(
                            names = "--data",
                            paramLabel = "DIR",
                            description = "Folder in which DATASET/ is made; $TOMBOLA_DATA or ./data if not given.")
                    Path data,
            @Option(
                            names = "--mirror",
                            paramLabel = "URL",
                            description = "Address of a folder with the set's files, in place of the known mirrors.")
                    String mirror) {
        Published set = Published.named(name);
        PrintWriter out = spec.commandLine().getOut();
        FetchLines lines = new FetchLines(spec.commandLine().getErr(), LiveLine.onTerminal());
        try {
            Path folder = Fetch.fetch(set, data, mirror, lines);
            lines.end();
            set.check(folder).forEach(out::println);
        } finally {
            lines.end();
        }
    }

    @Command(name = "sample", description = "Writes a PNG with pictures of a data set and their labels.")
    void sample(
            @Parameters(
                            arity = "0..1",
                            paramLabel = "DATASET",
                            defaultValue = "mnist",
                            description = "mnist (default), cifar-10 or synthetic-digits.")
                    String name,
            @Option(
                            names = "--data",
                            paramLabel = "DIR",
                            description = "Folder with mnist/ or cifar-10/ in it, or the set's own folder.")
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
        List<String> names = new ArrayList<>(Published.ids());
        names.add(Digits.NAME);
        if (!names.contains(name)) {
            throw new UserError(
                    "There is no data set %s; it must be one of %s.".formatted(name, String.join(", ", names)));
        }
        Dataset dataset = name.equals(Digits.NAME)
                ? Digits.draw(seed, count, 1, Digits.Style.DEMO)
                : Published.named(name).load(data);
        Path png = out != null ? out : Path.of(name + "-sample.png");
        ContactSheet.write(png, dataset, dataset.train(), count, columns);
        spec.commandLine().getOut().println(png);
    }
}
