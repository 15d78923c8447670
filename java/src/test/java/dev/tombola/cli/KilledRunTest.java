package dev.tombola.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.tombola.base.AtomicFile;
import dev.tombola.lottery.FolderBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A process of its own that is killed, or asked to stop, again and again, ends with the same bytes as one that was
/// left alone.
class KilledRunTest {
    private static final int TRAININGS = 1 + 3 * 2;
    private static final long SIGINT = 0x2; // of a mask of signals: the second
    private static final int ROUNDS = Cli.FULL ? 6 : 1;

    @TempDir
    private static Path shared;

    private static SortedMap<String, Integer> expected;

    @TempDir
    Path temp;

    @BeforeAll
    static void runOnce() throws Exception {
        Path unbroken = shared.resolve("unbroken");
        assertThat(start(unbroken).waitFor()).isZero();
        expected = bytes(unbroken);
    }

    /// Before the first ticket, after some, and after the last while tables and report are written: by turns a random
    /// while later, and in the very moment in which a ticket appears, so that one written in place would be half there.
    @Test
    void killedAtAnyMomentItFinishesWithTheSameBytes() throws Exception {
        SplittableRandom random = new SplittableRandom(11);
        for (int round = 0; round < ROUNDS; round++) {
            Path out = temp.resolve("killed-" + round);
            int kills = 0;
            for (int tickets : new int[] {0, 1, 2, 4, 5, TRAININGS}) {
                Process process = start(out);
                awaitTickets(process, out, tickets);
                Thread.sleep(tickets % 2 == 1 ? 0 : random.nextInt(60));
                kills += process.isAlive() ? 1 : 0;
                process.destroyForcibly().waitFor();
            }
            finish(out);
            assertThat(kills)
                    .as("runs that were still going when they were killed")
                    .isGreaterThanOrEqualTo(3);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void interruptedItStopsWithinTwoSecondsAndGoesOn(int tickets) throws Exception {
        assumeFalse(
                ignoresInterrupts(), "not tested: whoever started these tests lets no child be interrupted (SIGINT)");
        Path out = temp.resolve("interrupted");
        Process process = start(out);
        awaitTickets(process, out, tickets);
        long asked = System.nanoTime();
        new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        double seconds = (System.nanoTime() - asked) / 1e9;
        assertThat(process.exitValue()).isEqualTo(Main.INTERRUPTED);
        assertThat(seconds).as("seconds from Ctrl-C to the end").isLessThan(2);
        assertThat(Files.readString(log(out)))
                .containsPattern("tombola: interrupted; \\d finished trainings? (is|are) kept in .* goes on");
        finish(out);
    }

    /// As the jobs do that a script puts in the background, and all that they start.
    private static boolean ignoresInterrupts() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("SigIgn:"))
                    .map(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
                    .anyMatch(ignored -> (ignored & SIGINT) != 0);
        }
    }

    private static void finish(Path out) throws Exception {
        int code = start(out).waitFor();
        assertThat(code).as(Files.readString(log(out))).isZero();
        assertThat(bytes(out)).isEqualTo(expected);
        assertThat(out.resolve("report.html")).isNotEmptyFile();
        try (Stream<Path> files = Files.walk(out)) {
            assertThat(files.map(Path::toString).filter(name -> name.endsWith(AtomicFile.UNFINISHED)))
                    .isEmpty();
        }
    }

    private static Process start(Path out) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(Cli.SHORT_LIVED);
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

    /// Waits until trainings have begun and this many are finished.
    private static void awaitTickets(Process process, Path out, int wanted) throws Exception {
        Path begun = out.resolve("machine.json");
        while (process.isAlive() && (!Files.exists(begun) || tickets(out) < wanted)) {
            Thread.sleep(1);
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
