package dev.tombola.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tombola.lottery.FolderBytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A process of its own that is killed, or asked to stop, again and again, ends with the same bytes as one that was
/// left alone.
class KilledRunTest {
    private static final int TRAININGS = 1 + 3 * 2;

    @TempDir
    Path temp;

    @Test
    void killedAtAnyMomentItFinishesWithTheSameBytes() throws Exception {
        Path out = temp.resolve("killed");
        int kills = 0;
        for (int tickets = 1; tickets < TRAININGS; tickets += 2) {
            Process process = start(out);
            awaitTickets(process, out, tickets);
            Thread.sleep(7L * tickets); // somewhere inside the next training, or inside a write
            kills += process.isAlive() ? 1 : 0;
            process.destroyForcibly().waitFor();
        }
        assertThat(kills).as("runs that were still going when they were killed").isPositive();
        assertThat(start(out).waitFor()).isZero();
        assertThat(bytes(out)).isEqualTo(bytes(unbroken()));
        try (Stream<Path> files = Files.walk(out)) {
            assertThat(files.map(Path::toString).filter(name -> name.endsWith(".tmp")))
                    .isEmpty();
        }
    }

    @Test
    void interruptedItStopsWithinTwoSecondsAndGoesOn() throws Exception {
        Path out = temp.resolve("interrupted");
        Process process = start(out);
        awaitTickets(process, out, 2);
        long asked = System.nanoTime();
        new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        double seconds = (System.nanoTime() - asked) / 1e9;
        assertThat(process.exitValue()).isEqualTo(Main.INTERRUPTED);
        assertThat(seconds).as("seconds from Ctrl-C to the end").isLessThan(2);
        assertThat(Files.readString(log(out), StandardCharsets.UTF_8)).contains("interrupted", "kept", "goes on");
        assertThat(start(out).waitFor()).isZero();
        assertThat(bytes(out)).isEqualTo(bytes(unbroken()));
    }

    private Path unbroken() throws Exception {
        Path out = temp.resolve("unbroken");
        assertThat(start(out).waitFor()).isZero();
        return out;
    }

    private Process start(Path out) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "--enable-native-access=ALL-UNNAMED"));
        command.addAll(List.of(Main.class.getName(), "run", "demo", "--out", out.toString(), "--threads", "2"));
        command.addAll(List.of("--iterations", "2000", "--trials", "1", "--levels", "3", "--set", "run.draws=1"));
        command.addAll(List.of("--controls", "ticket,reinit"));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.to(log(out).toFile()))
                .start();
    }

    private static Path log(Path out) {
        return out.resolveSibling(out.getFileName() + ".log");
    }

    private static void awaitTickets(Process process, Path out, int wanted) throws Exception {
        while (process.isAlive() && tickets(out) < wanted) {
            Thread.sleep(2);
        }
    }

    private static long tickets(Path out) throws IOException {
        if (!Files.isDirectory(out.resolve("trial-00"))) {
            return 0;
        }
        long count = 0;
        for (int level = 0; level <= 3; level++) {
            for (String name : List.of("ticket", "reinit-1")) {
                count += Files.exists(out.resolve("trial-00/level-0" + level + "/" + name + ".safetensors")) ? 1 : 0;
            }
        }
        return count;
    }

    private static SortedMap<String, Integer> bytes(Path folder) {
        SortedMap<String, Integer> bytes = FolderBytes.of(folder);
        bytes.keySet().removeIf(name -> name.startsWith("figures") || name.equals("report.html"));
        return bytes;
    }
}
