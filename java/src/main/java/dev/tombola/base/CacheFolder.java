package dev.tombola.base;

import java.nio.file.Path;
import java.util.Map;

/// Where the program keeps what it can make again: `$XDG_CACHE_HOME/tombola`, else `~/.cache/tombola`.
public final class CacheFolder {
    private CacheFolder() {}

    /// Not absolute where nobody knows the user's home: then there is none.
    public static Path path() {
        return path(System.getenv());
    }

    /// As above, with the environment as given.
    public static Path path(Map<String, String> environment) {
        String cache = environment.getOrDefault("XDG_CACHE_HOME", "");
        Path home = Path.of(environment.getOrDefault("HOME", System.getProperty("user.home")));
        return (cache.isEmpty() ? home.resolve(".cache") : Path.of(cache)).resolve("tombola");
    }
}
