package dev.tombola.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/// Numbers as pages and figures have them.
class NumbersTest {
    private static final double NAN = Double.NaN;

    @Test
    void sizesHaveThreeDigits() {
        assertThat(Text.percentLeft(100)).isEqualTo("100");
        assertThat(Text.percentLeft(99.96)).isEqualTo("100");
        assertThat(Text.percentLeft(99.94)).isEqualTo("99.9");
        assertThat(Text.percentLeft(10)).isEqualTo("10.0");
        assertThat(Text.percentLeft(1)).isEqualTo("1.00");
        assertThat(Text.percentLeft(0.5034)).isEqualTo("0.503");
    }

    @Test
    void measuresAreRoundedAndUnknownOnesAreDashes() {
        assertThat(Text.whole(12_344.6)).isEqualTo("12,345");
        assertThat(Text.short3(1234.4)).isEqualTo("1,234");
        assertThat(Text.short3(-123.4)).isEqualTo("-123");
        assertThat(Text.short3(-12.34)).isEqualTo("-12.3");
        assertThat(Text.short3(1.234)).isEqualTo("1.23");
        assertThat(Text.short3(0.1234)).isEqualTo("0.123");
        assertThat(List.of(Text.accuracy(NAN), Text.whole(NAN), Text.short3(Double.POSITIVE_INFINITY)))
                .containsOnly("–");
    }

    @Test
    void whatIsNotFiniteIsLeftOut() {
        assertThat(Stat.of(List.of(4.0, NAN, 1.0, Double.POSITIVE_INFINITY, 2.0)))
                .isEqualTo(new Stat(7.0 / 3, 2, 1, 4, 3));
        assertThat(Stat.of(List.of(1.0, 2.0, 5.0, 4.0)).median()).isEqualTo(3);
        assertThat(Stat.of(List.of(NAN)).known()).isFalse();
    }

    @Test
    void aRangeOfOneValueIsNone() {
        assertThat(Stat.of(List.of(0.97, 0.98)).range(Text::accuracy)).isEqualTo("97.00–98.00");
        assertThat(Stat.of(List.of(0.97, 0.97)).range(Text::accuracy)).isEmpty();
    }
}
