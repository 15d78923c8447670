package dev.tombola.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tombola.kernel.Backends;
import dev.tombola.kernel.InstructionSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
        assertThat(nothing.out()).contains("run", "networks", "data", "report", "show", "doctor");
    }

    @Test
    void helpVersionAndFacts() {
        assertThat(Cli.run("--help").expectDone().out()).contains("Usage: tombola");
        assertThat(Cli.run("run", "--help").expectDone().out()).contains("--backend", "--isa", "--form", "--threads");
        assertThat(Cli.run("--version").expectDone().out()).startsWith("tombola ");
        assertThat(Cli.run("networks").expectDone().out())
                .contains("lenet-300-100: 266,200 weights", "300×784", "235,200", "train.optimizer.lr=0.0012");
        assertThat(Cli.run("doctor").expectDone().out()).contains("scalar", "processor", "JDK", "MNIST");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "run nowhere.yaml | nowhere.yaml",
                "run | RECIPE",
                "run demo --nonsense | --nonsense",
                "runn | runn",
                "run demo --threads none | --threads",
                "run demo --threads 0 | --threads is 0",
                "run demo --form sparse | --form",
                "run demo --backend gpu | gpu",
                "run demo --backend cuda | cuda",
                "run demo --isa sse9 | sse9",
                "run demo --backend reference --isa scalar | --isa",
                "run demo --controls luck | luck",
                "run demo --levels -1 | run.levels",
                "run demo --iterations 0 | train.iterations",
                "run demo --set train.optimizer.lrr=1 | train.optimizer.lr.",
                "run demo --set train.optimizer.lr | --set",
                "run demo --set numerics.order=fast | numerics.order",
                "data sample cats | cats",
                "data check cats | cats",
                "report nowhere | nowhere",
                "show nowhere | nowhere",
            })
    void aMistakeIsOneLine(String line, String named) {
        Cli.run(line.split(" ")).expectMistake(named);
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
        Path broken = Files.createDirectories(temp.resolve("broken/mnist"));
        for (String name : List.of("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1")) {
            Files.write(broken.resolve(name + "-ubyte"), new byte[] {0, 0, 8, 3, 0, 0});
        }
        Cli.run("data", "check", "--data", broken.toString()).expectMistake("train-images-idx3-ubyte");
    }

    @Test
    void aFolderOfAnotherRecipeIsRefusedAndADamagedTicketNamed() throws IOException {
        Path out = temp.resolve("run");
        Cli.demo(out);
        Cli.run("run", "demo", "--out", out.toString(), "--seed", "2").expectMistake("another recipe", "--out");
        Path ticket = out.resolve("trial-00/level-01/ticket.safetensors");
        Cli.run("show", ticket.toString()).expectDone();
        assertThat(ticket.resolveSibling("ticket.safetensors.masks.png")).isNotEmptyFile();
        byte[] bytes = Files.readAllBytes(ticket);
        Files.write(ticket, java.util.Arrays.copyOf(bytes, bytes.length / 2));
        Cli.run("show", ticket.toString()).expectMistake("ticket.safetensors");
    }

    @Test
    void picturesOfData() {
        Path png = temp.resolve("digits.png");
        Cli.run("data", "sample", "synthetic-digits", "--count", "30", "--out", png.toString())
                .expectDone();
        assertThat(png).isNotEmptyFile();
    }
}
