package dev.tombola.results;

import dev.tombola.base.CacheFolder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.sqlite.util.LibraryLoaderUtil;

/// SQLite's native library, loaded from the user's cache folder like our own. Left alone, the driver would write it to
/// the temporary folder anew for every process, and leave it there whenever one is killed.
final class Driver {
    /// The driver's, which prints whole stack traces of what it throws besides.
    private static final Logger LOG = Logger.getLogger("org.sqlite");

    private static boolean ready;

    private Driver() {}

    /// Says where the library lies, once.
    static synchronized void prepare() {
        if (ready) {
            return;
        }
        ready = true;
        LOG.setLevel(Level.OFF);
        String name = LibraryLoaderUtil.getNativeLibName();
        String resource = LibraryLoaderUtil.getNativeLibResourcePath() + "/" + name;
        try (InputStream in = Driver.class.getResourceAsStream(resource)) {
            if (in != null && System.getProperty("org.sqlite.lib.path") == null) {
                Path file = CacheFolder.file(folder(), name, in.readAllBytes());
                System.setProperty("org.sqlite.lib.path", file.getParent().toString());
                System.setProperty("org.sqlite.lib.name", file.getFileName().toString());
            }
        } catch (IOException _) {
            // Where no cache can be written the driver's own way is the one that is left.
        }
    }

    /// Where the library lies, if it can be written there.
    static Path folder() {
        return CacheFolder.path().resolve("native");
    }
}
