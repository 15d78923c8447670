package dev.tombola.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tombola.lottery.FolderBytes;
import dev.tombola.results.Dump;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A sweep that jobs of a real Slurm train, one of them lost, ends with the files, the rows and the exit code of one
/// that was trained here.
class SlurmSweepTest {
    @TempDir
    private Path slurmFolder;

    @TempDir
    private Path temp;

    private static ProcessBuilder tombola(Path command, Path sweep, Path out, String... more) {
        return new ProcessBuilder(Stream.concat(
                        Stream.of(
                                command.toString(), "sweep", sweep.toString(), "--out", out.toString(), "--threads=1"),
                        Stream.of(more))
                .toList());
    }

    private static String said(Process process) throws IOException {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void jobsEndWithTheSameBytes() throws Exception {
        Path sweep = Files.writeString(temp.resolve("rates.yaml"), """
                base: demo
                set: {data.train: 600, data.test: 200, data.validation: 100, train.iterations: 300, run.levels: 2,
                      run.trials: 1, run.draws: 1}
                grid: {train.optimizer.lr: [0.0012, 0.3, 900], run.seed: [1, 2]}
                stop: {val_loss: 8, after: 200}
                """);
        Path command = SlurmSweep.program(
                temp.resolve("tombola"),
                "[[ $* != *'--part 2/3'* ]] || exit 9",
                "exec '%s/bin/java' %s -cp '%s' --enable-native-access=ALL-UNNAMED -Dtombola.command=\"$0\" %s \"$@\""
                        .formatted(
                                System.getProperty("java.home"),
                                String.join(" ", Cli.SHORT_LIVED),
                                System.getProperty("java.class.path"),
                                Main.class.getName()));
        Path here = temp.resolve("here");
        Path jobs = temp.resolve("jobs");
        Slurm slurm = Slurm.start(slurmFolder);
        try {
            ProcessBuilder submit = tombola(command, sweep, jobs, "--engine=slurm", "--jobs=3", "--memory=1GB");
            submit.environment().putAll(slurm.environment());
            Process submitted = submit.redirectErrorStream(true).start();
            String told = said(submitted);
            assertThat(submitted.waitFor()).as(told).isZero();
            Matcher numbers = Pattern.compile("squeue -j (\\d+),(\\d+) ").matcher(told);
            assertThat(numbers.find()).as(told).isTrue();

            Process local =
                    tombola(command, sweep, here).redirectErrorStream(true).start();
            String result = said(local);
            assertThat(local.waitFor()).as(result).isEqualTo(Main.FAILED);

            String array = numbers.group(1);
            String rest = numbers.group(2);
            slurm.await(List.of(array, rest));
            String log = Files.readString(jobs.resolve("slurm/" + rest + "-rest.log"));
            assertThat(slurm.job(array + "_2")).as("the lost part").contains("ExitCode=9:0");
            assertThat(slurm.job(rest)).as(log).contains("ExitCode=1:0");
            assertThat(log).contains("trainings failed:").containsPattern("\\d+ trainings done");
            assertThat(Files.readString(jobs.resolve("slurm/" + array + "-part-1.log")))
                    .contains("Part 1/3, run folders in " + jobs)
                    .containsPattern("\\d+ trainings done");
        } finally {
            slurm.stop();
        }
        assertThat(Dump.of(jobs.resolve("results.db"))).isEqualTo(Dump.of(here.resolve("results.db")));
        try (Stream<Path> files = Files.list(jobs.resolve("slurm"))) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        assertThat(FolderBytes.of(jobs)).isEqualTo(FolderBytes.of(here));
    }
}
