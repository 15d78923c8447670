package dev.tombola.results;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tombola.lottery.FakeRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Processes that write one database at once, and are killed while they do: nothing is lost, nothing is there twice.
class KilledIndexTest {
    private static final int KILLS = "full".equals(System.getProperty("tombola.tests")) ? 100 : 6;

    @TempDir
    Path temp;

    private final List<Process> started = new ArrayList<>();

    @Test
    void killedAtAnyMomentTheyLeaveASoundDatabaseThatEndsAsIfTheyWereNot() throws Exception {
        ResultsFolder unbroken = folder("unbroken");
        IndexLoop.once(unbroken);
        var expected = Dump.of(unbroken.file());

        ResultsFolder results = folder("killed");
        SplittableRandom random = new SplittableRandom(23);
        Process survivor = start(results, 0);
        for (int kill = 1; kill <= KILLS; kill++) {
            Process newcomer = start(results, kill);
            awaitFirstWords(newcomer, kill);
            Thread.sleep(random.nextInt(200));
            boolean spared = random.nextBoolean();
            assertThat(survivor.isAlive() && newcomer.isAlive())
                    .as("both are writing: " + log(0) + log(kill))
                    .isTrue();
            (spared ? survivor : newcomer).destroyForcibly().waitFor();
            survivor = spared ? newcomer : survivor;
            requireSound(results);
        }
        survivor.destroyForcibly().waitFor();
        IndexLoop.once(results);
        assertThat(Dump.of(results.file())).isEqualTo(expected);
    }

    @Test
    void threadsAndProcessesWriteAtOnce() throws Exception {
        ResultsFolder unbroken = folder("unbroken");
        IndexLoop.once(unbroken);
        ResultsFolder results = folder("shared");
        Process process = start(results, 0);
        List<Thread> threads = List.of(thread(results), thread(results));
        for (Thread thread : threads) {
            thread.join();
        }
        awaitFirstWords(process, 0);
        assertThat(process.isAlive()).as(log(0)).isTrue();
        process.destroyForcibly().waitFor();
        assertThat(failure).isNull();
        IndexLoop.once(results);
        assertThat(Dump.of(results.file())).isEqualTo(Dump.of(unbroken.file()));
    }

    private volatile Throwable failure;

    private Thread thread(ResultsFolder results) {
        return Thread.ofPlatform()
                .uncaughtExceptionHandler((_, e) -> failure = e)
                .start(() -> {
                    for (int round = 0; round < 10; round++) {
                        IndexLoop.once(results);
                    }
                });
    }

    /// At any moment a training is there with its whole curve, or not at all.
    private static void requireSound(ResultsFolder results) {
        Path file = results.file();
        assertThat(Dump.value(file, "PRAGMA integrity_check")).isEqualTo("ok");
        assertThat(Dump.rows(file, "PRAGMA foreign_key_check")).isEmpty();
        if (Dump.value(file, "PRAGMA user_version").equals(0)) {
            return; // killed before there was a table
        }
        assertThat(Dump.rows(
                        file,
                        "SELECT count(iteration) AS points FROM levels LEFT JOIN curves USING (run, trial, control, draw,"
                                + " level) WHERE test_accuracy_end IS NOT NULL GROUP BY run, trial, control, draw, level"
                                + " HAVING points <> 4"))
                .isEmpty();
        assertThat(Dump.rows(file, "SELECT * FROM failures JOIN levels USING (run, trial, control, draw, level)")
                        .size())
                .isLessThanOrEqualTo(2);
    }

    private ResultsFolder folder(String name) {
        ResultsFolder results = new ResultsFolder(temp.resolve(name));
        FakeRun.write(results.path().resolve("one"), FakeRun.recipe());
        FakeRun.write(results.path().resolve("two"), FakeRun.recipe("run.seed=2"));
        return results;
    }

    /// Left alone they would go on for ever.
    @AfterEach
    void end() {
        started.forEach(Process::destroyForcibly);
    }

    private Process start(ResultsFolder results, int number) throws IOException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                IndexLoop.class.getName(),
                results.path().toString());
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(temp.resolve("log-" + number).toFile())
                .start();
        started.add(process);
        return process;
    }

    private String log(int number) throws IOException {
        return Files.readString(temp.resolve("log-" + number));
    }

    /// Until the process is about to write.
    private void awaitFirstWords(Process process, int number) throws Exception {
        while (process.isAlive() && log(number).isEmpty()) {
            Thread.sleep(1);
        }
    }
}
