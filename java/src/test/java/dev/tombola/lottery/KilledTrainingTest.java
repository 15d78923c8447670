package dev.tombola.lottery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A process that is killed in the middle of its trainings, again and again, goes on from their checkpoints and ends
/// with the same bytes as one that was left alone and needed none.
class KilledTrainingTest {
    private static final int KILLS = 4;

    @TempDir
    Path temp;

    @Test
    void killedInTheMiddleOfATrainingItGoesOnFromThereToTheSameBytes() throws Exception {
        Path unbroken = temp.resolve("unbroken");
        CheckpointedRun.run(unbroken, System::nanoTime);
        SortedMap<String, Integer> expected = FolderBytes.of(unbroken);
        assertThat(expected).containsKey("trial-00/rewind.safetensors");
        assertThat(expected.keySet()).noneMatch(name -> name.endsWith(".checkpoint"));

        SplittableRandom random = new SplittableRandom(17);
        Path out = temp.resolve("killed");
        Layout layout = new Layout(out);
        int killed = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            Process process = start(out);
            Job job = Job.ticket(0, kill < KILLS / 2 ? 0 : 1);
            Object before = lastChange(layout.checkpoint(job));
            while (process.isAlive()
                    && !Files.exists(layout.tensors(job))
                    && before.equals(lastChange(layout.checkpoint(job)))) {
                Thread.sleep(1); // until it has left a checkpoint of its own
            }
            Thread.sleep(random.nextInt(8));
            killed += process.isAlive() ? 1 : 0;
            process.destroyForcibly().waitFor();
        }
        assertThat(start(out).waitFor()).as(Files.readString(log(out))).isZero();
        assertThat(FolderBytes.of(out)).isEqualTo(expected);
        assertThat(killed)
                .as("runs that were still going when they were killed")
                .isGreaterThanOrEqualTo(2);
        assertThat(Files.readString(log(out))
                        .lines()
                        .filter(line ->
                                line.matches("trial 0, level [01], ticket goes on from its checkpoint after.*")))
                .hasSizeGreaterThanOrEqualTo(2);
    }

    private static Object lastChange(Path file) throws IOException {
        return Files.exists(file) ? Files.getLastModifiedTime(file) : "none";
    }

    private static Process start(Path out) throws IOException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                CheckpointedRun.class.getName(),
                out.toString());
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log(out).toFile()))
                .start();
    }

    private static Path log(Path out) {
        return out.resolveSibling(out.getFileName() + ".log");
    }
}
