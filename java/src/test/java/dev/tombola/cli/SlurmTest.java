package dev.tombola.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A real Slurm takes a sweep and runs its jobs.
class SlurmTest {
    private static final Pattern JOBS = Pattern.compile("squeue -j (\\d+),(\\d+) ");

    @TempDir
    private static Path folder;

    private static Slurm slurm;

    @TempDir
    private Path temp;

    @BeforeAll
    static void start() throws Exception {
        slurm = Slurm.start(folder);
    }

    @AfterAll
    static void stop() throws Exception {
        if (slurm != null) {
            slurm.stop();
        }
    }

    /// The numbers of the array and of the job after it.
    private static List<String> submit(SlurmSweep sweep) {
        Matcher said = JOBS.matcher(sweep.submit(slurm.environment()));
        assertThat(said.find()).isTrue();
        return List.of(said.group(1), said.group(2));
    }

    private static List<String> lines(Path file) throws IOException {
        assertThat(file).exists();
        return Files.readAllLines(file);
    }

    private static List<String> and(List<String> words, String... more) {
        return Stream.concat(words.stream(), Stream.of(more)).toList();
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    /// In a folder whose name is all that a shell, sbatch and the names of its logs could misread.
    @Test
    void everyPartRunsOnceAndTheRestAfterAll() throws Exception {
        Path here = temp.resolve("it's a \"50%\" # %A $HOME");
        Path launcher = SlurmSweep.program(
                here.resolve("tombola"),
                "cd \"$(dirname \"$0\")\"",
                "me=part-$SLURM_ARRAY_TASK_ID",
                "[[ $* == *--part* ]] || me=rest",
                "echo \"said by $me\"",
                "[[ $me != rest ]] || ls >before-rest",
                "printf '%s\\n' \"$@\" >args-$me",
                "echo \"$OLDPWD\" >>args-$me",
                "[[ $me != part-2 ]] || exit 1",
                "[[ $me != rest ]] || exit 4");
        SlurmSweep sweep = SlurmSweep.of(
                here,
                launcher,
                "--jobs=3",
                "--at-once=2",
                "--time=7",
                "--slurm=--comment='of the user'",
                "--slurm=--nice=5");
        List<String> jobs = submit(sweep);
        slurm.await(jobs);

        String out = sweep.script().folder().getParent().toString();
        String memory = sweep.script().parts().replaceAll("(?s).* --memory (\\S+).*", "$1");
        List<String> common = List.of(
                "sweep",
                sweep.file().toString(),
                "--out",
                out,
                "--tickets",
                "last",
                "--backend",
                "auto",
                "--isa",
                "best",
                "--form",
                "auto",
                "--memory",
                memory,
                "--set",
                "train.iterations=60",
                "--threads",
                "2");
        String from = Path.of("").toAbsolutePath().toString();
        for (int part = 1; part <= 3; part++) {
            assertThat(lines(here.resolve("args-part-" + part))).isEqualTo(and(common, "--part", part + "/3", from));
        }
        assertThat(lines(here.resolve("args-rest"))).isEqualTo(and(common, from));
        assertThat(lines(here.resolve("before-rest"))).contains("args-part-1", "args-part-2", "args-part-3");

        Path logs = sweep.script().folder();
        assertThat(names(logs))
                .containsExactlyInAnyOrder(
                        "parts.sbatch",
                        "rest.sbatch",
                        jobs.getFirst() + "-part-1.log",
                        jobs.getFirst() + "-part-2.log",
                        jobs.getFirst() + "-part-3.log",
                        jobs.getLast() + "-rest.log");
        assertThat(lines(logs.resolve(jobs.getFirst() + "-part-3.log"))).containsExactly("said by part-3");
        assertThat(lines(logs.resolve(jobs.getLast() + "-rest.log"))).containsExactly("said by rest");

        for (String job : List.of(jobs.getFirst() + "_1", jobs.getLast())) {
            assertThat(slurm.job(job))
                    .contains("JobName=tombola-rates ", "Requeue=1", "NumCPUs=2", "CPUs/Task=2", "TimeLimit=00:07:00")
                    .contains("MinMemoryNode=" + sweep.script().parts().replaceAll("(?s).*--mem=(\\S+).*", "$1"))
                    .contains("Nice=5", "Comment=of the user");
        }
        assertThat(slurm.job(jobs.getFirst() + "_1")).contains("JobState=COMPLETED", "ArrayTaskThrottle=2");
        assertThat(slurm.job(jobs.getFirst() + "_2")).contains("JobState=FAILED", "ExitCode=1:0");
        assertThat(slurm.job(jobs.getLast())).contains("JobState=FAILED", "ExitCode=4:0");
    }

    @Test
    void whatSlurmRefusesIsSaid() throws Exception {
        SlurmSweep sweep = SlurmSweep.of(temp, Path.of("/bin/true"), "--slurm=--partition=nine");
        assertThatThrownBy(() -> sweep.submit(slurm.environment()))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageStartingWith("sbatch did not take " + sweep.script().partsFile() + " (exit code 1): ")
                .hasMessageContaining("invalid partition specified: nine");
    }
}
