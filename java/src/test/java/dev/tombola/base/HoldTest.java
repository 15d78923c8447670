package dev.tombola.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HoldTest {
    @TempDir
    private Path temp;

    /// Says whether a lock is free.
    public static void main(String[] args) throws IOException {
        System.out.print(Hold.on(Path.of(args[0])).isPresent() ? "free" : "held");
    }

    private static String elsewhere(Path lock) throws IOException {
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        HoldTest.class.getName(),
                        lock.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void whoeverIsRefusedTakesNothingFromWhoeverHasIt() throws IOException {
        Path lock = temp.resolve("lock");
        Path link = Files.createSymbolicLink(temp.resolve("link"), temp);
        try (Hold _ = Hold.on(lock).orElseThrow()) {
            assertThat(Hold.on(lock)).isEmpty();
            assertThat(Hold.on(link.resolve("lock"))).isEmpty();
            assertThat(elsewhere(lock)).isEqualTo("held");
        }
        assertThat(elsewhere(lock)).isEqualTo("free");
        Hold.on(lock).orElseThrow().close();
    }

    @Test
    void whoeverClosesTwiceTakesNothingFromWhoeverHasItNow() throws IOException {
        Path lock = temp.resolve("lock");
        Hold before = Hold.on(lock).orElseThrow();
        before.close();
        try (Hold _ = Hold.on(lock).orElseThrow()) {
            before.close();
            assertThat(Hold.on(lock)).isEmpty();
            assertThat(elsewhere(lock)).isEqualTo("held");
        }
    }

    /// As in a service that loads its programs apart. What is refused there can be had later, in a new file as well.
    @Test
    void anotherClassLoaderIsRefusedAndTakesNothing() throws Exception {
        Path lock = temp.resolve("lock");
        URL classes = Hold.class.getProtectionDomain().getCodeSource().getLocation();
        try (URLClassLoader apart = new URLClassLoader(new URL[] {classes}, ClassLoader.getPlatformClassLoader())) {
            Method on = apart.loadClass(Hold.class.getName()).getMethod("on", Path.class);
            try (Hold _ = Hold.on(lock).orElseThrow()) {
                assertThat((Optional<?>) on.invoke(null, lock)).isEmpty();
                assertThat((Optional<?>) on.invoke(null, lock)).isEmpty();
                assertThat(elsewhere(lock)).isEqualTo("held");
            }
            assertThat(elsewhere(lock)).isEqualTo("free");
            for (int i = 0; i < 2; i++) {
                try (AutoCloseable _ = (AutoCloseable) ((Optional<?>) on.invoke(null, lock)).orElseThrow()) {
                    assertThat(elsewhere(lock)).isEqualTo("held");
                    assertThat(Hold.on(lock)).isEmpty();
                    assertThat(elsewhere(lock)).isEqualTo("held");
                }
                Files.delete(lock);
            }
        }
    }
}
