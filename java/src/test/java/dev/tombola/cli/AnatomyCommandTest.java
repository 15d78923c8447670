package dev.tombola.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `tombola anatomy` of runs that kept their tickets, and of sweeps that kept few or none.
class AnatomyCommandTest {
    @TempDir
    Path temp;

    @Test
    void thePageIsNamedAndAMistakeIsOneLine() throws IOException {
        Path run = temp.resolve("run");
        Cli.demo(run);
        String out = Cli.run("anatomy", run.toString()).expectDone().out();
        assertThat(out.strip()).isEqualTo(run.resolve("anatomy.html").toString());
        Cli some = Cli.run("anatomy", run.toString(), "--levels", "2,1", "--layers", "fc1,output")
                .expectDone();
        assertThat(some.err()).isEmpty();
        assertThat(Files.readString(run.resolve("anatomy.html")))
                .contains(": fc1, output, of 3 layers.")
                .doesNotContain("fc2 ·");
        Cli.run("anatomy", run.toString(), "--levels", "7").expectMistake("--levels has 7", "levels 1, 2.");
        Cli.run("anatomy", run.toString(), "--levels", "some").expectMistake("--levels", "some");
        Cli.run("anatomy", run.toString(), "--layers", "conv1").expectMistake("conv1", "fc1, fc2, output");
        Cli.run("anatomy").expectMistake("RUN");
        Path ticket = run.resolve("trial-01/level-01/ticket.safetensors");
        Files.write(ticket, new byte[] {1, 2, 3});
        Cli.run("anatomy", run.toString()).expectMistake(ticket.toString(), "3 bytes");
    }

    @Test
    void ofASweepThatKeptTheLastTicketsWhatCanBeDrawnIs() throws IOException {
        Path run = sweep("last");
        Cli last = Cli.run("anatomy", run.toString()).expectDone();
        assertThat(last.err().lines())
                .singleElement()
                .asString()
                .startsWith("How far weights move")
                .contains("--tickets all");
        assertThat(Files.readString(run.resolve("anatomy.html")))
                .contains(last.err().strip());
        assertThat(run.resolve("figures/anatomy-initial.svg")).exists();
        assertThat(run.resolve("figures/anatomy-outgoing.svg")).exists();
        assertThat(run.resolve("figures/anatomy-distance.svg")).doesNotExist();
        Cli.run("anatomy", run.toString(), "--levels", "1").expectMistake("tickets of level 2.");
    }

    @Test
    void ofASweepThatKeptNoTicketsNothingIsDrawn() throws IOException {
        Path run = sweep("none");
        Cli.run("anatomy", run.toString()).expectMistake(run.toString(), "--tickets all");
        assertThat(run.resolve("anatomy.html")).doesNotExist();
    }

    /// The run folder of a sweep of one recipe.
    private Path sweep(String tickets) throws IOException {
        Path file = Files.writeString(temp.resolve("one.yaml"), """
                base: demo
                set: {data.train: 600, data.test: 200, data.validation: 300, train.iterations: 40, run.levels: 2,
                      run.trials: 2, run.draws: 1, train.batch: 28}
                list: [{run.seed: 1}]
                """);
        Path runs = temp.resolve("runs");
        Cli.run("sweep", file.toString(), "--out", runs.toString(), "--tickets", tickets)
                .expectDone();
        try (Stream<Path> folders = Files.list(runs)) {
            return folders.filter(folder -> Files.exists(folder.resolve("recipe.yaml")))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
