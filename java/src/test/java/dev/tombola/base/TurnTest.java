package dev.tombola.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TurnTest {
    @TempDir
    private Path temp;

    /// Holds the turn at a lock until its standard input ends, and says so in a diary.
    public static void main(String[] args) {
        Turn.at(Path.of(args[0]), () -> {
            System.out.println("begun");
            try {
                System.in.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return note(Path.of(args[1]), "theirs");
        });
    }

    @Test
    void workWaitsForThatOfAnotherProcess() throws Exception {
        Path lock = temp.resolve("folder/lock");
        Path diary = temp.resolve("diary");
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        TurnTest.class.getName(),
                        lock.toString(),
                        diary.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader said = other.inputReader()) {
            assertThat(said.readLine()).isEqualTo("begun");
            CompletableFuture<String> ours =
                    CompletableFuture.supplyAsync(() -> Turn.at(lock, () -> note(diary, "ours")));
            Thread.sleep(200);
            assertThat(ours).isNotDone();
            other.outputWriter().close();
            ours.get();
        } finally {
            other.destroyForcibly().waitFor();
        }
        assertThat(diary).hasContent("theirs\nours");
        assertThat(lock).doesNotExist();
    }

    @Test
    void whatAKilledProcessLeftKeepsNobodyWaiting() throws IOException {
        Path lock = Files.createFile(temp.resolve("lock"));
        assertThat(Turn.at(lock, () -> "done")).isEqualTo("done");
        assertThat(lock).doesNotExist();
    }

    @Test
    void aTurnEndsWithItsWork() {
        Path lock = temp.resolve("lock");
        assertThatThrownBy(() -> Turn.at(lock, () -> {
                    throw new UserError("no");
                }))
                .isInstanceOf(UserError.class);
        assertThat(lock).doesNotExist();
    }

    private static String note(Path diary, String word) {
        try {
            Files.write(diary, List.of(word), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            return word;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
