package dev.tombola.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `--part`, and what `--engine slurm` would hand in.
class SweepPartTest {
    @TempDir
    Path temp;

    private Path sweep;
    private Path runs;

    @BeforeEach
    void write() throws IOException {
        runs = temp.resolve("runs");
        sweep = Files.writeString(temp.resolve("rates.yaml"), """
                base: demo
                set: {data.train: 600, data.test: 200, data.validation: 300, train.iterations: 60, run.levels: 1,
                      run.trials: 1, run.controls: [ticket], train.batch: 28}
                grid: {train.optimizer.lr: log 1e-4..1e-2 x 3, run.seed: [1, 2]}
                """);
    }

    private Cli sweep(String... more) {
        return Cli.run(Stream.concat(Stream.of("sweep", sweep.toString(), "--out", runs.toString()), Stream.of(more))
                .toArray(String[]::new));
    }

    @Test
    void partsTogetherAreTheSweepAndLeaveTheDatabaseAlone() {
        for (int part = 1; part <= 7; part++) {
            int recipes = part < 7 ? 1 : 0;
            assertThat(sweep("--part", part + "/7", "--dry-run").expectDone().out())
                    .containsPattern("recipes +" + recipes + "\n");
            assertThat(sweep("--part", part + "/7").expectDone().out())
                    .isEqualTo(2 * recipes
                            + " trainings done; the same sweep without --part lists them in its database.\n");
        }
        assertThat(runs.resolve("results.db")).doesNotExist();
        assertThat(sweep("--dry-run").expectDone().out()).contains("12: 12 finished, 0 to do");
        assertThat(sweep().expectDone().out()).startsWith("12 trainings done");
        assertThat(runs.resolve("results.db")).exists();
    }

    @Test
    void aDryRunShowsTheScripts() {
        sweep("--engine", "slurm").expectMistake("nobody says where it is");
        System.setProperty("tombola.command", "/opt/tombola");
        try {
            assertThat(sweep("--dry-run", "--engine", "slurm", "--jobs", "2")
                            .expectDone()
                            .out())
                    .contains("#SBATCH --array=1-2\n", "exec /opt/tombola sweep " + sweep)
                    .contains("--part \"$SLURM_ARRAY_TASK_ID/2\"");
            assertThat(sweep(
                                    "--dry-run",
                                    "--engine=slurm",
                                    "--tickets=none",
                                    "--backend=cpu",
                                    "--isa=scalar",
                                    "--form=compressed",
                                    "--replicas=3",
                                    "--data=" + sweep.resolveSibling("nowhere/../data"),
                                    "--set=run.draws=2")
                            .expectDone()
                            .out())
                    .as("jobs are told all that this command was")
                    .contains(
                            "--tickets none --backend cpu --isa scalar --form compressed --replicas 3",
                            "--data " + sweep.resolveSibling("data").toAbsolutePath(),
                            "--set run.draws=2");
        } finally {
            System.clearProperty("tombola.command");
        }
        assertThat(runs).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--part 4/3 | --part is 4/3; it must be one of 1/N to N/N",
                "--part 1/3 --engine slurm | --engine slurm hands out all parts; leave --part out.",
                "--jobs 3 | --jobs, --at-once, --time and --slurm are for jobs of Slurm; add --engine slurm.",
            })
    void aMistakeIsOneLine(String more, String message) {
        sweep(more.split(" ", -1)).expectMistake(message);
        assertThat(runs).doesNotExist();
    }
}
