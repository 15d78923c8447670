package dev.tombola.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutOfMemoryTest {
    @TempDir
    private Path temp;

    @Test
    void aSweepThatMemoryDoesNotHoldEndsInOneLine() throws IOException, InterruptedException {
        Path sweep = temp.resolve("big.yaml");
        Files.writeString(sweep, "base: demo\ngrid: {run.seed: 1..20000}\n");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx40m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "--enable-native-access=ALL-UNNAMED",
                        Main.class.getName(),
                        "sweep",
                        sweep.toString(),
                        "--dry-run",
                        "--out",
                        temp.resolve("runs").toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isEqualTo(Main.FAILED);
        assertThat(said.lines().toList().getLast())
                .startsWith("tombola: out of memory (")
                .endsWith(
                        "): ask for less at once, or give Java more with JAVA_TOOL_OPTIONS=-Xmx16g in the environment.");
    }
}
