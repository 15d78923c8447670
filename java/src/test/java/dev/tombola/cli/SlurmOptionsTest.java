package dev.tombola.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tombola.base.Reason;
import dev.tombola.base.UserError;
import dev.tombola.lottery.Options;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/// How a sweep is handed in, with a stand-in for sbatch that notes what it is given.
class SlurmOptionsTest {
    @TempDir
    private Path temp;

    private Path runs;
    private Map<String, String> environment;

    @BeforeEach
    void environment() {
        runs = temp.resolve("a sweep/runs");
        environment = Map.of("PATH", temp.resolve("none") + ":" + temp.resolve("bin") + ":/usr/bin:/bin");
    }

    private SlurmSweep sweep(String... options) throws IOException {
        return SlurmSweep.of(temp.resolve("a sweep"), Path.of("/opt/tombola"), options);
    }

    private void sbatch(String... lines) throws IOException {
        SlurmSweep.program(temp.resolve("bin/sbatch"), lines);
    }

    @Test
    void partsGoFirstAndTheRestWaitsForThem() throws IOException {
        sbatch(
                "echo \"$@\" >>'" + temp + "/asked'",
                "echo 'sbatch: a word of the site' >&2",
                "cd '" + temp + "'",
                "echo \"$((40 + $(wc -l <asked)));cluster\"");
        SlurmSweep sweep = sweep("--jobs", "3", "--at-once=2", "--time", "90", "--slurm=--qos=low");
        String said = sweep.submit(environment);
        assertThat(temp.resolve("asked"))
                .hasContent(
                        "--parsable %s/slurm/parts.sbatch\n--parsable --dependency=afterany:41 %1$s/slurm/rest.sbatch"
                                .formatted(runs));
        assertThat(said.lines())
                .satisfiesExactly(
                        line -> assertThat(line)
                                .matches("Job array 41: 6 recipes in 3 parts, for each 2 cores, \\d+ MB and 90\\."),
                        line -> assertThat(line)
                                .isEqualTo(
                                        "Job 42, after it: what the parts left, the database and the list of failures."),
                        line -> assertThat(line).isEqualTo("Scripts and logs are in " + runs.resolve("slurm") + "."),
                        line -> assertThat(line)
                                .isEqualTo("squeue -j 41,42 lists them, tombola results --follow '" + runs
                                        + "' shows how far those that run are, and scancel 41 42 ends them."));
        assertThat(runs.resolve("slurm/parts.sbatch"))
                .content()
                .contains("#SBATCH --array=1-3%2\n", "#SBATCH --qos=low\n", "#SBATCH --time=90\n")
                .doesNotContain("--gres")
                .containsPattern(Pattern.quote("exec /opt/tombola sweep '" + sweep.file() + "' --out '" + runs
                                + "' --tickets last --backend auto --isa best --form auto --memory ")
                        + "\\S+GB --set train\\.iterations=60 --threads");
        assertThat(runs.resolve("slurm/rest.sbatch")).content().contains("#SBATCH --qos=low\n");
    }

    private String onGpus(long memory, String... options) throws IOException {
        Options cuda = Options.defaults().withBackend("cuda", "best");
        return SlurmSweep.of(temp, Path.of("/opt/tombola"), cuda, memory, options)
                .script()
                .parts();
    }

    @Test
    void aGpuIsAskedForAndItsGroupsAreAsItsMemoryAllows() throws IOException {
        assertThat(onGpus(0, "--slurm=--gres-flags=enforce-binding"))
                .contains("#SBATCH --mem=", "#SBATCH --gres=gpu:1\n#SBATCH --gres-flags", " --backend cuda ")
                .doesNotContain("--memory");
        assertThat(onGpus(2_000_000_000L)).contains(" --memory 2.000GB ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--gres=gpu:h200:1", "--gres gpu:2", "--gpus=1", "--gpus-per-node=1", "-G1", "-G 1"})
    void theUsersOwnGpusAreAskedFor(String option) throws IOException {
        assertThat(onGpus(0, "--slurm=" + option))
                .contains("#SBATCH " + option + "\n")
                .doesNotContain("--gres=gpu:1\n");
    }

    @Test
    void withoutSbatchTheScriptsLieThere() throws IOException {
        SlurmSweep sweep = sweep();
        assertThatThrownBy(() -> sweep.submit(Map.of("PATH", temp.toString())))
                .isInstanceOf(UserError.class)
                .hasMessage("There is no sbatch on this machine; the scripts are written: where there is one,"
                        + " sbatch --parsable '%s/slurm/parts.sbatch' prints a JOB, then sbatch --dependency=afterany:JOB"
                                .formatted(runs)
                        + " '%s/slurm/rest.sbatch'.".formatted(runs));
        assertThat(runs.resolve("slurm/parts.sbatch")).isNotEmptyFile();
        assertThat(runs.resolve("slurm/rest.sbatch")).isNotEmptyFile();
    }

    @Test
    void whatSbatchRefusesIsSaidInItsWords() throws IOException {
        sbatch("echo 'sbatch: error: invalid partition specified: nine' >&2", "echo 'sbatch: error: no' >&2", "exit 3");
        SlurmSweep sweep = sweep();
        assertThatThrownBy(() -> sweep.submit(environment))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("sbatch did not take %s/slurm/parts.sbatch (exit code 3): ".formatted(runs)
                        + "sbatch: error: invalid partition specified: nine sbatch: error: no");
        sbatch("exit 0");
        assertThatThrownBy(() -> sweep.submit(environment)).hasMessageEndingWith("(exit code 0): it said nothing");
    }

    @Test
    void partsWithoutARestAreNamed() throws IOException {
        sbatch("[[ $2 == --dependency* ]] && echo 'no dependencies here' && exit 1", "echo 7");
        SlurmSweep sweep = sweep();
        assertThatThrownBy(() -> sweep.submit(environment))
                .isInstanceOfSatisfying(
                        UncheckedIOException.class,
                        e -> assertThat(Reason.said(e)).as("what is printed").isEqualTo(e.getMessage()))
                .hasMessageStartingWith("sbatch did not take ")
                .hasMessageEndingWith(
                        "no dependencies here; the parts are submitted as job 7, and scancel 7 takes them back");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--jobs=0 | --jobs is 0; it must be 1 to 10,000.",
                "--jobs=10001 | --jobs is 10001; it must be 1 to 10,000.",
                "--at-once=-1 | --at-once is -1; it must be 1 to 10,000.",
                "--time=soon | --time is soon; it must be such as 90 (minutes), 12:00:00 or 2-12:00:00 (days first).",
                "--slurm=long | --slurm is long; it must be an option of sbatch",
            })
    void aMistakeIsOneSentence(String option, String message) {
        assertThatThrownBy(() -> sweep(option)).isInstanceOf(UserError.class).hasMessageStartingWith(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--jobs=3", "--at-once=2", "--time=12:00:00", "--slurm=--partition=long"})
    void whatIsSaidOfJobsIsForSlurm(String option) {
        new SlurmOptions().requireNone();
        SlurmOptions slurm = new SlurmOptions();
        new CommandLine(slurm).parseArgs(option);
        assertThatThrownBy(slurm::requireNone)
                .isInstanceOf(UserError.class)
                .hasMessageEndingWith("add --engine slurm.");
    }

    @Test
    void unwrittenScriptsAreAFailure() throws IOException {
        SlurmSweep sweep = sweep();
        Files.writeString(runs, "a file where a folder would be");
        assertThatThrownBy(() -> sweep.submit(environment))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("could not write " + runs.resolve("slurm/parts.sbatch"));
    }
}
