package dev.tombola.base;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WordsTest {
    @Test
    void oneIsNotMany() {
        assertThat(Words.plural(0, "training")).isEqualTo("0 trainings");
        assertThat(Words.plural(1, "training")).isEqualTo("1 training");
        assertThat(Words.plural(1234, "training")).isEqualTo("1,234 trainings");
        assertThat(Words.are(1, "training")).isEqualTo("1 training is");
        assertThat(Words.are(2, "training")).isEqualTo("2 trainings are");
    }
}
