package dev.tombola.results;

import dev.tombola.base.CacheFolder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.LibraryLoaderUtil;

/// SQLite's native library, loaded from the user's cache folder like our own. Left alone, the driver would write it to
/// the temporary folder anew for every process, and leave it there whenever one is killed.
final class Driver {
    /// The driver's, which prints whole stack traces of what it throws besides.
    private static final Logger LOG = Logger.getLogger("org.sqlite");

    private static final String PATH = "org.sqlite.lib.path";
    private static final String NAME = "org.sqlite.lib.name";

    private static boolean ready;

    private Driver() {}

    /// Loads the library, once.
    static synchronized void prepare() {
        if (ready) {
            return;
        }
        ready = true;
        LOG.setLevel(Level.OFF);
        String name = LibraryLoaderUtil.getNativeLibName();
        String resource = LibraryLoaderUtil.getNativeLibResourcePath() + "/" + name;
        try (InputStream in = Driver.class.getResourceAsStream(resource)) {
            if (in != null && System.getProperty(PATH) == null) {
                load(CacheFolder.file(folder(), name, in.readAllBytes()));
            }
        } catch (IOException _) {
            // Where no cache can be written the driver's own way is the one that is left.
        }
    }

    /// The properties are the whole process's: another driver in it would look for its library there, and not find it.
    private static void load(Path file) {
        System.setProperty(PATH, file.getParent().toString());
        String usual = System.setProperty(NAME, file.getFileName().toString());
        try {
            SQLiteJDBCLoader.initialize();
        } catch (Exception _) {
            // No library may be loaded from there, or another class loader has this one, and no two may: likewise.
        } finally {
            System.clearProperty(PATH);
            if (usual == null) {
                System.clearProperty(NAME);
            } else {
                System.setProperty(NAME, usual);
            }
        }
    }

    /// Where the library lies, if it can be written there.
    static Path folder() {
        return CacheFolder.path().resolve("native");
    }
}
