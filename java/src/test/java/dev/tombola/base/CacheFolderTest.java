package dev.tombola.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CacheFolderTest {
    @Test
    void itIsWhereTheEnvironmentSays() {
        assertThat(CacheFolder.path(Map.of("HOME", "/home/ada"))).isEqualTo(Path.of("/home/ada/.cache/tombola"));
        assertThat(CacheFolder.path(Map.of("HOME", "/home/ada", "XDG_CACHE_HOME", "/fast")))
                .isEqualTo(Path.of("/fast/tombola"));
    }

    @Test
    void thereIsNoneWhereTheLocaleCannotSayIt() {
        String unsayable = "/home/\uD800"; // half a letter: in no locale
        assertThat(CacheFolder.path(Map.of("HOME", unsayable)).isAbsolute()).isFalse();
        assertThat(CacheFolder.path(Map.of("HOME", "/home/ada", "XDG_CACHE_HOME", unsayable))
                        .isAbsolute())
                .isFalse();
    }
}
