package dev.tombola.base;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PluralTest {
    @Test
    void oneIsNotMany() {
        assertThat(Plural.of(0, "training")).isEqualTo("0 trainings");
        assertThat(Plural.of(1, "training")).isEqualTo("1 training");
        assertThat(Plural.of(1234, "training")).isEqualTo("1,234 trainings");
        assertThat(Plural.are(1, "training")).isEqualTo("1 training is");
        assertThat(Plural.are(2, "training")).isEqualTo("2 trainings are");
    }
}
