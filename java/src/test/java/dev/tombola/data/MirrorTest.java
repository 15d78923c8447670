package dev.tombola.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tombola.base.UserError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MirrorTest {
    @Test
    void aMirrorIsAFolderWithOrWithoutASlash() {
        assertThat(Fetch.address("http://localhost:65535/mnist")).hasToString("http://localhost:65535/mnist/");
        assertThat(Fetch.address("https://example.org/mnist/")).hasToString("https://example.org/mnist/");
    }

    @ParameterizedTest
    @ValueSource(strings = {"example.org/mnist", "ftp://example.org/", "http:///mnist", "http://a b/"})
    void whatIsNoAddressIsRefused(String mirror) {
        refused(mirror);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 65_536})
    void aPortThatIsNoneIsRefused(int port) {
        refused("http://localhost:" + port + "/");
    }

    private static void refused(String mirror) {
        assertThatThrownBy(() -> Fetch.address(mirror))
                .isInstanceOf(UserError.class)
                .hasMessageStartingWith("--mirror is " + mirror + "; it must be the address of a folder");
    }
}
