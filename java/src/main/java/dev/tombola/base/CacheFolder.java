package dev.tombola.base;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Map;

/// Where the program keeps what it can make again: `$XDG_CACHE_HOME/tombola`, else `~/.cache/tombola`.
public final class CacheFolder {
    private CacheFolder() {}

    /// Not absolute where nobody knows the user's home, or the locale lacks letters of its name: then there is none.
    public static Path path() {
        return path(System.getenv());
    }

    /// As above, with the environment as given.
    public static Path path(Map<String, String> environment) {
        String cache = environment.getOrDefault("XDG_CACHE_HOME", "");
        try {
            Path home = Path.of(environment.getOrDefault("HOME", System.getProperty("user.home")));
            return (cache.isEmpty() ? home.resolve(".cache") : Path.of(cache)).resolve("tombola");
        } catch (InvalidPathException _) { // as of C, which has ASCII alone
            return Path.of(".cache", "tombola");
        }
    }

    /// A file of this content in `folder`, named by it: reused where it is whole, else written by rename. Native
    /// libraries come out of the jar this way.
    public static Path file(Path folder, String name, byte[] content) throws IOException {
        if (!folder.isAbsolute()) {
            throw new IOException("the user has no cache folder: " + folder + " is not absolute");
        }
        Path target = folder.resolve(name(content) + "-" + name);
        if (Files.isRegularFile(target) && Arrays.equals(Files.readAllBytes(target), content)) {
            return target;
        }
        Files.createDirectories(folder);
        Path temporary = Files.createTempFile(folder, name, ".new");
        try {
            Files.write(temporary, content);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
        return target;
    }

    /// Sixteen hexadecimal digits that stand for a content.
    public static String name(byte[] content) {
        MessageDigest digest = Sha256.begin();
        digest.update(content);
        return Sha256.end(digest).substring(0, 16);
    }
}
