package dev.tombola.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tombola.lottery.FakeRun;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NoRoomForLibrariesTest {
    @TempDir
    private Path temp;

    /// Neither in the cache folder nor in the temporary one.
    @Test
    void whereSqliteCannotBeWrittenOneLineSaysSo() throws IOException, InterruptedException {
        FakeRun.write(temp.resolve("runs/one"), FakeRun.recipe());
        Path file = Files.createFile(temp.resolve("file"));
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djava.io.tmpdir=/proc", // nobody can write there
                        "-cp",
                        withoutSpark(),
                        "--enable-native-access=ALL-UNNAMED",
                        Main.class.getName(),
                        "results",
                        temp.resolve("runs").toString(),
                        "--rebuild")
                .redirectErrorStream(true);
        builder.environment().put("XDG_CACHE_HOME", file.toString());
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isEqualTo(Main.FAILED);
        assertThat(said)
                .isEqualTo(("tombola: the results database %s could not be made: SQLite's library could be written"
                                + " neither to %s/tombola/native nor to /proc, or not be loaded from there%n")
                        .formatted(temp.resolve("runs/results.db"), file));
    }

    /// As the jar is, in which SQLite's driver finds no logger but Java's.
    private static String withoutSpark() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> !entry.contains("slf4j"))
                .collect(Collectors.joining(File.pathSeparator));
    }
}
