package dev.tombola.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tombola.base.UserError;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BytesTest {
    @ParameterizedTest
    @CsvSource({
        "8GB, 8000000000, 8.00 GB",
        "1.5 gb, 1500000000, 1.50 GB",
        "500M, 500000000, 500 MB",
        "12, 12, 12 B",
        "999999, 999999, 1.00 MB",
        "0.1TB, 100000000000, 100 GB",
        "9999TB, 9999000000000000, 9999 TB"
    })
    void sizesInWords(String text, long bytes, String words) {
        assertThat(Bytes.of("--memory", text)).isEqualTo(bytes);
        assertThat(Bytes.text(bytes)).isEqualTo(words);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "GB", "8 XB", "-8GB", "8GBB", "1e9"})
    void whatIsNoSizeIsNamed(String text) {
        assertThatThrownBy(() -> Bytes.of("--memory", text))
                .isInstanceOf(UserError.class)
                .hasMessage("--memory is %s; it must be a size such as 8GB or 500MB.", text.isEmpty() ? "empty" : text);
    }
}
