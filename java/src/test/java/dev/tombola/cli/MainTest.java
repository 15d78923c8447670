package dev.tombola.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tombola.kernel.Backends;
import dev.tombola.kernel.InstructionSet;
import dev.tombola.lottery.Control;
import dev.tombola.lottery.Presets;
import dev.tombola.report.LevelsCsv;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a person meets: help, and one line for each mistake.
class MainTest {
    @TempDir
    Path temp;

    @Test
    void nothingAskedForIsAnsweredWithTheUsage() {
        Cli nothing = Cli.run();
        assertThat(nothing.code()).isEqualTo(Main.MISTAKE);
        assertThat(nothing.out())
                .contains(
                        "run", "networks", "data", "report", "anatomy", "results", "query", "show", "doctor", "bench");
    }

    @Test
    void helpVersionAndFacts() {
        assertThat(Cli.run("--help").expectDone().out()).contains("Usage: tombola");
        assertThat(Cli.run("run", "--help").expectDone().out()).contains("--backend", "--isa", "--form", "--threads");
        assertThat(Cli.run("run", "--help").out()).contains(Control.labels());
        assertThat(Cli.run("run", "--help").out()).contains(Presets.names());
        assertThat(Cli.run("--help").out()).contains("as --by says.");
        assertThat(Cli.run("data", "sample", "--help").out()).contains("[DATASET]");
        assertThat(Cli.run("--version").expectDone().out()).startsWith("tombola ");
        assertThat(Cli.run("networks").expectDone().out())
                .contains(
                        "lenet-300-100: 266,200 weights",
                        "300×784",
                        "235,200",
                        "train.init=glorot",
                        "train.optimizer.lr=0.0012");
        assertThat(Cli.run("networks", "conv-2").expectDone().out())
                .startsWith("conv-2: ")
                .doesNotContain("lenet", "conv-4");
        Cli.run("networks", "conv-3").expectMistake("There is no network conv-3; the networks are");
        assertThat(Cli.run("doctor").expectDone().out())
                .contains("form auto  compressed below", "scalar", "processor", "JDK", "GPU  ", "MNIST", "CIFAR-10");
    }

    @Test
    void whatCannotBePrintedIsAFailure() throws IOException {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full), "there is no /dev/full here, which no byte can be written to");
        StringWriter err = new StringWriter();
        try (OutputStream to = Files.newOutputStream(full)) {
            int code = Main.run(List.of("networks"), new Output(to), new PrintWriter(err, true));
            assertThat(code).isEqualTo(Main.FAILED);
        }
        assertThat(err.toString())
                .isEqualTo("tombola: not all that was printed could be written: No space left on device\n");
    }

    /// As `head` does.
    @Test
    void whoHasReadEnoughMayGo() {
        OutputStream gone = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        };
        StringWriter err = new StringWriter();
        assertThat(Main.run(List.of("networks"), new Output(gone), new PrintWriter(err, true)))
                .isZero();
        assertThat(err.toString()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "run nowhere.yaml | nowhere.yaml",
                "run | RECIPE",
                "run . | neither a file nor one of the presets demo, lenet-300-100",
                "run demo --nonsense | --nonsense",
                "run demo --levles 3 | did you mean --levels?",
                "runn | There is no command runn among run, sweep,",
                "runn | did you mean run?",
                "bogus | There is no command bogus among run, sweep, networks, data, report,",
                "data fetsch | There is no command fetsch among check, fetch, sample; did you mean fetch?",
                "data | tombola data --help",
                "run demo --threads none | --threads",
                "run demo --threads 0 | --threads is 0",
                "run demo --threads 9999999999 | '--threads': it is 9999999999; it must be a whole number of at most 32 bits (",
                "data sample --seed 1.5 | '--seed': it is 1.5; it must be a whole number of at most 64 bits (",
                "anatomy nowhere --levels 1,x | it is x; it must be a whole number of at most 32 bits (",
                "run demo --form sparse | '--form': it is sparse; it must be one of auto, dense, compressed, resident (",
                "results --by runs | it must be one of run, level, training (",
                "run demo --form resident --backend cpu | --form resident is for a GPU, and the backend is cpu",
                "run demo --form resident --backend reference | is for a GPU, and the backend is reference",
                "run demo --precision half | numerics.precision is half; it must be one of fp32, tf32.",
                "run demo --precision tf32 --backend reference | numerics.precision is tf32, which is for a GPU, and the backend is reference; found: ",
                "run demo --precision tf32 --backend reference | Use --backend cuda where there is a GPU, or --set numerics.precision=fp32.",
                "run demo --set numerics.precision=tf32 | which is for a GPU, and the backend is cpu, ",
                "run demo --backend gpu | must be auto, reference, cpu",
                "run demo --backend cuda | cuda",
                "run demo --isa sse9 | sse9",
                "run demo --backend reference --isa scalar | --isa",
                "run demo --controls luck | luck",
                "run demo --levels -1 | run.levels is -1; it must be a whole number from 0 to",
                "run demo --levels 1024 | run.levels is 1024; it must be a whole number from 0 to",
                "run demo --iterations 0 | train.iterations",
                "run demo --set train.optimizer.lrr=1 | the nearest is train.optimizer.lr.",
                "run demo --set train.optimizer.lr | as in --set train.optimizer.lr=0.001",
                "run demo --set numerics.order=fast | numerics.order",
                "run demo --order fast | numerics.order is fast; it must be canonical: no kernel has another order, as by count this one",
                "run demo --order canonical --seed x | run.seed is x",
                "data sample cats | mnist, cifar-10, synthetic-digits",
                "data check cats | it must be one of mnist, cifar-10.",
                "data fetch | DATASET",
                "data fetch cats | it must be one of mnist, cifar-10.",
                "data fetch mnist --mirror ftp://example.org | --mirror is ftp://example.org; it must be the address",
                "data fetch mnist --mirror http://127.0.0.1:99999/ | --mirror is http://127.0.0.1:99999/; it must be",
                "data fetch mnist --mirror nowhere | --mirror is nowhere; it must be the address",
                "data sample synthetic-digits --count 0 | --count is 0; it must be 1 to",
                "data sample synthetic-digits --count 999999999 | --count is 999999999; it must be 1 to",
                "report nowhere | nowhere",
                "bench | ./tombola bench",
                "bench --quick | ./tombola bench",
                "show nowhere | tombola: nowhere could not be read: it is not there.",
                "anatomy nowhere | nowhere",
            })
    void aMistakeIsOneLine(String line, String named) {
        List<String> arguments = new ArrayList<>(List.of(line.split(" ")));
        Path out = temp.resolve("out");
        if (arguments.getFirst().equals("run")) {
            arguments.addAll(List.of("--out", out.toString()));
        }
        Cli.run(arguments.toArray(String[]::new)).expectMistake(named);
        assertThat(out).as("a refused run leaves nothing").doesNotExist();
    }

    @Test
    void aLineBreakInWhatWasAskedStaysInsideTheLine() {
        Cli.run("run", "no\nsuch.yaml").expectMistake("no such.yaml");
        Cli.run("run", "demo", "--set", "run.se\ned=1").expectMistake("run.se ed", "run.seed");
        Cli.run("run", "demo", "--no\nsuch").expectMistake("--no such");
    }

    @Test
    void whatCanBeNoNameOfAFileIsNamedWithoutJavasTypes() {
        Cli.run("run", "demo", "--out", "a\0b")
                .expectMistake("'--out'", "a\0b cannot be the name of a file: Nul character not allowed. With LC_ALL=");
    }

    /// The library that reads the command line would warn of it, past our own streams.
    @Test
    void aQuoteInAListIsALetter() {
        PrintStream usual = System.err;
        ByteArrayOutputStream warnings = new ByteArrayOutputStream();
        System.setErr(new PrintStream(warnings, true, UTF_8));
        try {
            Cli.run("anatomy", "nowhere", "--levels", "\"1").expectMistake("it is \"1; it must be a whole number");
        } finally {
            System.setErr(usual);
        }
        assertThat(warnings.toString(UTF_8)).isEmpty();
    }

    @Test
    void anInstructionSetThatIsNotHereIsRefused() {
        List<InstructionSet> absent =
                Backends.instructionSets().stream().filter(isa -> !isa.runs()).toList();
        assertThat(absent).as("no machine has both AVX-512 and NEON").isNotEmpty();
        for (InstructionSet isa : absent) {
            Cli.run(
                            "run",
                            "demo",
                            "--isa",
                            isa.name(),
                            "--out",
                            temp.resolve("run").toString())
                    .expectMistake(isa.name());
        }
        assertThat(temp.resolve("run")).as("a refused run leaves nothing").doesNotExist();
    }

    @Test
    void missingAndBrokenDataIsNamed() throws IOException {
        String empty = Files.createDirectory(temp.resolve("empty")).toString();
        Cli.run(
                        "run",
                        "lenet-300-100",
                        "--data",
                        empty,
                        "--out",
                        temp.resolve("a").toString())
                .expectMistake("MNIST was not found", empty, "train-images-idx3-ubyte.gz", "--data");
    }

    @Test
    void dataThatIsCutShortIsNamed() throws IOException {
        byte[] header = {0, 0, 8, 3, 0, 0, (byte) 0xEA, 0x60, 0, 0, 0, 28, 0, 0, 0, 28};
        byte[] whole = Arrays.copyOf(header, header.length + 60_000 * 28 * 28);
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
            gzip.write(whole);
        }
        checkWith("train-images-idx3-ubyte", Arrays.copyOf(header, 6)).expectMistake("train-images-idx3-ubyte");
        checkWith("train-images-idx3-ubyte", Arrays.copyOf(whole, whole.length - 1))
                .expectMistake("train-images-idx3-ubyte", "60000 images", "47040015 bytes");
        checkWith("train-images-idx3-ubyte.gz", Arrays.copyOf(zipped.toByteArray(), zipped.size() - 12))
                .expectMistake("train-images-idx3-ubyte.gz", "cut short");
    }

    /// `data check` of a folder with these training images and nothing readable beside them.
    private Cli checkWith(String name, byte[] images) throws IOException {
        Path folder = Files.createTempDirectory(temp, "cut");
        for (String other : List.of("train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1")) {
            Files.write(folder.resolve(other + "-ubyte"), new byte[1]);
        }
        Files.write(folder.resolve(name), images);
        return Cli.run("data", "check", "--data", folder.toString());
    }

    @Test
    void aFolderOfAnotherRecipeIsRefusedAndADamagedTicketNamed() throws IOException {
        Path out = temp.resolve("run");
        Cli.demo(out);
        Cli.tryDemo(out, "--seed", "2").expectMistake("there run.seed is 1, here it is 2", "--out");
        Cli.tryDemo(out, "--set", "train.optimizer.lr=0.01")
                .expectMistake("there train.optimizer.lr is 0.002, here it is 0.01", "--out");
        Cli.tryDemo(out, "--set", "train.optimizer.name=sgd", "--set", "train.optimizer.lr=0.002")
                .expectMistake("there train.optimizer.name is adam, here it is sgd", "--out");
        Path ticket = out.resolve("trial-00/level-01/ticket.safetensors");
        Cli.run("show", ticket.toString()).expectDone();
        assertThat(ticket.resolveSibling("ticket.safetensors.masks.png")).isNotEmptyFile();
        byte[] bytes = Files.readAllBytes(ticket);
        for (int length : new int[] {0, 7, 100, bytes.length / 2, bytes.length - 1}) {
            Files.write(ticket, Arrays.copyOf(bytes, length));
            Cli.run("show", ticket.toString()).expectMistake("ticket.safetensors");
        }
        new SplittableRandom(5).nextBytes(bytes);
        Files.write(ticket, bytes);
        Cli.run("show", ticket.toString()).expectMistake("ticket.safetensors");
        Cli again = Cli.tryDemo(out);
        assertThat(again.code()).isEqualTo(Main.FAILED);
        assertThat(again.err()).contains(ticket.toString(), "Move it elsewhere");
        assertThat(ticket).hasBinaryContent(bytes);
    }

    @Test
    void whereThePictureOfATicketFindsNoPlaceAnotherCanBeNamed() throws IOException {
        Path out = temp.resolve("run");
        Cli.demo(out, "--levels", "0", "--trials", "1");
        String ticket = out.resolve("trial-00/level-00/ticket.safetensors").toString();
        Files.createDirectories(Path.of(ticket + ".masks.png", "in the way"));
        Cli cli = Cli.run("show", ticket);
        assertThat(cli.code()).isEqualTo(Main.FAILED);
        assertThat(cli.err().lines())
                .singleElement()
                .asString()
                .startsWith("tombola: could not write " + ticket + ".masks.png: ")
                .endsWith("; --png names another place for the picture");
        Path png = temp.resolve("masks.png");
        Cli.run("show", ticket, "--png", png.toString()).expectDone();
        assertThat(png).isNotEmptyFile();
    }

    @Test
    void aFolderThatIsNoRunHasNoReport() throws IOException {
        Path empty = Files.createDirectory(temp.resolve("empty"));
        Cli.run("report", empty.toString()).expectMistake("empty", "levels.csv", "run folder");
        Cli.run("show", empty.toString()).expectMistake("empty");
        assertThat(empty).isEmptyDirectory();
    }

    @Test
    void aTrainingThatDivergesIsRecordedAndTheRunGoesOn() {
        Path out = temp.resolve("wild");
        Cli wild = Cli.demo(
                out, "--iterations", "60", "--set", "train.optimizer.name=sgd", "--set", "train.optimizer.lr=900");
        assertThat(wild.err()).contains("diverged: its loss was not finite at iteration");
        assertThat(LevelsCsv.read(out.resolve("levels.csv")))
                .anySatisfy(row -> assertThat(row.testAccuracyEnd()).isNaN())
                .anySatisfy(row -> assertThat(row.testAccuracyEnd()).isNotNaN());
        assertThat(out.resolve("report.html")).isNotEmptyFile();
    }

    @Test
    void whatIsRefusedForItsDataOrItsFolderLeavesNothing() throws IOException {
        Path out = temp.resolve("run");
        Cli.run("run", "demo", "--set", "data.validation=9999999", "--out", out.toString())
                .expectMistake("data.validation is 9999999");
        Cli.run("run", "demo", "--set", "train.batch=5001", "--out", out.toString())
                .expectMistake("train.batch is 5001", "5000 training examples");
        assertThat(out).doesNotExist();
        Path file = Files.createFile(temp.resolve("file"));
        Cli.run("run", "demo", "--out", file.toString()).expectMistake(file.toString(), "is a file", "--out");
        Cli.run("run", "demo", "--out", "").expectMistake("--out is empty");
    }

    @Test
    void picturesOfData() throws IOException {
        Path png = temp.resolve("digits.png");
        Cli.run("data", "sample", "synthetic-digits", "--count", "30", "--out", png.toString())
                .expectDone();
        assertThat(png).isNotEmptyFile();
        Path others = temp.resolve("others.png");
        Cli.run("data", "sample", "synthetic-digits", "--count", "30", "--seed", "2", "--out", others.toString())
                .expectDone();
        assertThat(Files.mismatch(png, others)).isNotNegative();
    }
}
