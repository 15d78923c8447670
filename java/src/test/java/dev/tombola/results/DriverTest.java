package dev.tombola.results;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tombola.base.CacheFolder;
import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DriverTest {
    @TempDir
    Path temp;

    @Test
    void itsLibraryLiesInTheCacheFolderWhereAProcessThatIsKilledLeavesNothingElse() throws IOException {
        Index.open(new ResultsFolder(temp)).close();
        assertThat(Files.readString(Path.of("/proc/self/maps")))
                .containsPattern(
                        CacheFolder.path().resolve("native").toRealPath() + "/[0-9a-f]{16}-libsqlitejdbc\\.so");
    }

    @Test
    void otherDriversOfThisProcessAreNotToldWhereItLies() {
        Index.open(new ResultsFolder(temp)).close();
        assertThat(System.getProperties()).doesNotContainKeys("org.sqlite.lib.path", "org.sqlite.lib.name");
    }

    /// As where a service is loaded anew, or two of its parts bring a jar each.
    @Test
    void eachClassLoaderHasOne() throws Exception {
        Index.open(new ResultsFolder(temp)).close();
        for (int i = 0; i < 2; i++) {
            Path folder = temp.resolve("apart-" + i);
            try (URLClassLoader apart = new URLClassLoader(classes(), ClassLoader.getPlatformClassLoader())) {
                Class<?> results = apart.loadClass(ResultsFolder.class.getName());
                Object named = results.getConstructor(Path.class).newInstance(folder);
                ((AutoCloseable) apart.loadClass(Index.class.getName())
                                .getMethod("open", results)
                                .invoke(null, named))
                        .close();
            }
            assertThat(new ResultsFolder(folder).file()).isNotEmptyFile();
        }
    }

    private static URL[] classes() throws MalformedURLException {
        List<URL> all = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            if (!entry.contains("slf4j")) { // as in the jar, in which SQLite's driver finds no logger but Java's
                all.add(Path.of(entry).toUri().toURL());
            }
        }
        return all.toArray(URL[]::new);
    }
}
