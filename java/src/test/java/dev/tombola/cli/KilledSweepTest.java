package dev.tombola.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tombola.lottery.FolderBytes;
import dev.tombola.results.Dump;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A sweep whose process is killed again and again ends with the files and the rows of one that was left alone: nothing
/// is lost, nothing is there twice. Some of its trainings diverge, some are given up.
class KilledSweepTest {
    private static final int KILLS = Cli.FULL ? 100 : 6;

    /// Enough trainings that almost every kill meets some that go on.
    private static final int SEEDS = Cli.FULL ? 12 : 1;

    @TempDir
    Path temp;

    @Test
    void killedAtAnyMomentItEndsWithTheSameRowsAndFiles() throws Exception {
        Path sweep = Files.writeString(temp.resolve("killed.yaml"), """
                base: demo
                set:
                  train.iterations: 900
                  train.evaluate_every: 100
                  run.trials: 2
                  run.levels: 3
                  run.draws: 1
                  data.train: 600
                  data.test: 200
                  data.validation: 100
                grid:
                  run.seed: 1..%d
                  train.optimizer.lr: [0.0012, 0.003, 0.3, 900]
                stop: {val_loss: 8, after: 300}
                """.formatted(SEEDS));
        Path unbroken = temp.resolve("unbroken");
        int code = start(sweep, unbroken).waitFor();
        assertThat(code).as(log(unbroken)).isEqualTo(Main.FAILED);
        assertThat(Dump.value(unbroken.resolve("results.db"), "SELECT count(*) FROM failures"))
                .as("trainings that were given up")
                .isNotEqualTo(0);

        Path killed = temp.resolve("killed");
        SplittableRandom random = new SplittableRandom(17);
        int atWork = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            Process process = start(sweep, killed);
            awaitBegun(process, killed);
            Thread.sleep(random.nextInt(600));
            atWork += process.isAlive() ? 1 : 0;
            process.destroyForcibly().waitFor();
        }
        assertThat(atWork).as("kills that met a sweep at work").isGreaterThan(KILLS / 2);
        assertThat(start(sweep, killed).waitFor()).as(log(killed)).isEqualTo(Main.FAILED);
        assertThat(Dump.of(killed.resolve("results.db"))).isEqualTo(Dump.of(unbroken.resolve("results.db")));
        assertThat(FolderBytes.of(killed)).isEqualTo(FolderBytes.of(unbroken));
    }

    private static Process start(Path sweep, Path out) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(Cli.SHORT_LIVED);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "--enable-native-access=ALL-UNNAMED"));
        command.addAll(List.of(Main.class.getName(), "sweep", sweep.toString(), "--out", out.toString()));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.to(
                        out.resolveSibling(out.getFileName() + ".log").toFile()))
                .start();
    }

    private static String log(Path out) throws IOException {
        return Files.readString(out.resolveSibling(out.getFileName() + ".log"));
    }

    /// The log is written anew by each process: its last line of the beginning says that trainings are next.
    private static void awaitBegun(Process process, Path out) throws Exception {
        while (process.isAlive() && !log(out).contains("Run folders in")) {
            Thread.sleep(1);
        }
    }
}
