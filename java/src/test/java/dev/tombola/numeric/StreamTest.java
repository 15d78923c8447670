package dev.tombola.numeric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StreamTest {
    @Test
    void packsTenFourTenAndEightBits() {
        assertThat(Stream.of(1, 0, 0, 0)).isEqualTo(1 << 22).isEqualTo(Stream.trial(1));
        assertThat(Stream.of(0, 1, 0, 0)).isEqualTo(1 << 18);
        assertThat(Stream.of(0, 0, 1, 0)).isEqualTo(1 << 8);
        assertThat(Stream.of(0, 0, 0, 1)).isEqualTo(1);
        assertThat(Stream.of(1023, 15, 1023, 255)).isEqualTo(0xFFFFFFFF);
    }

    @ParameterizedTest
    @CsvSource({
        "1024, 0, 0, 0, trial is 1024; it must be 0 to 1023",
        "0, 16, 0, 0, control is 16; it must be 0 to 15",
        "0, 0, 1024, 0, level is 1024; it must be 0 to 1023",
        "0, 0, 0, 256, draw is 256; it must be 0 to 255",
        "-1, 0, 0, 0, trial is -1; it must be 0 to 1023"
    })
    void refusesWhatDoesNotFit(int trial, int control, int level, int draw, String message) {
        assertThatThrownBy(() -> Stream.of(trial, control, level, draw))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void purposesAndLayersNeverMeet() {
        Set<Integer> words = new HashSet<>();
        for (Purpose purpose : Purpose.values()) {
            words.add(purpose.word(0));
            words.add(purpose.word(65535));
        }
        assertThat(words).hasSize(2 * Purpose.values().length);
        assertThat(Purpose.ORDER.word(5)).isEqualTo(0x40005);
        assertThatThrownBy(() -> Purpose.ORDER.word(65536)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Purpose.ORDER.word(-1)).isInstanceOf(IllegalArgumentException.class);
    }
}
