package dev.tombola.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tombola.base.UserError;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Ranges, exactly, and the samples drawn from them.
class ValueTextTest {
    private static ValueText value(String text) {
        return new ValueText("train.optimizer.lr", text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0.1..0.5 step 0.1 | 0.1,0.2,0.3,0.4,0.5",
                "0.1..0.5 step 0.15 | 0.1,0.25,0.4",
                "1..5 | 1,2,3,4,5",
                "-1..1 | -1,0,1",
                "20..100 step 40 | 20,60,100",
                "0.5..0.5 step 0.1 | 0.5",
                "1e-3..3e-3 step 1e-3 | 0.001,0.002,0.003",
                "log 1e-4..1e-2 x 5 | 0.0001,0.000316,0.001,0.00316,0.01",
                "log 1e-4..1.2345e-2 x 2 | 0.0001,0.012345",
                "log 16..1024 x 7 | 16,32,64,128,256,512,1024",
                "log 1..3 x 9 | 1,2,3",
                "adam | adam",
                "../images | ../images",
                "0.001 | 0.001",
            })
    void rangesAreExact(String text, String values) {
        assertThat(value(text).values(1000)).containsExactly(values.split(",", -1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0.5..0.1 step 0.1 | this one is empty",
                "5..1 | this one is empty",
                "0.1..0.5 | with a step, such as 0.1..0.5 step 0.1",
                "0.1..0.5 x 5 | with a step, such as 0.1..0.5 step 0.1",
                "0.1..0.5 step 0 | a step above 0",
                "0.1..0.5 step -0.1 | a step above 0",
                "log 1e-4..1e-2 | with a number of points",
                "log 1e-4..1e-2 x 0 | at least 2 points",
                "log 1e-4..1e-2 x 1 | at least 2 points",
                "log 0..1 x 3 | between numbers above 0",
                "log 1e-4 x 3 | it must be 1..5, 0.1..0.5 step 0.1 or log 1e-4..1e-2 x 5",
                "0.1...0.5 | it must be 1..5, 0.1..0.5 step 0.1 or log 1e-4..1e-2 x 5",
                "1..2..3 | it must be 1..5",
                "1..1001 | a range of at most 1,000 values",
                "log 1..2 x 1001 | a range of at most 1,000 values",
            })
    void whatIsNoRangeSaysWhatWouldBeOne(String text, String right) {
        assertThatThrownBy(() -> value(text).values(1000))
                .isInstanceOf(UserError.class)
                .hasMessageStartingWith("train.optimizer.lr is " + text + "; it must be")
                .hasMessageContaining(right);
    }

    @Test
    void aRangeMayHaveAsManyValuesAsAreAllowed() {
        assertThat(value("1..1000").values(1000)).hasSize(1000).endsWith("1000");
        assertThat(value("log 1..1000000 x 1000").values(1000)).contains("1").endsWith("1000000");
    }

    @Test
    void aHundredThousandStepsStayExact() {
        assertThat(value("0..1 step 0.00001").values(1_000_000))
                .hasSize(100_001)
                .contains("0.70001")
                .endsWith("1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "20..23 | 0 | 20",
                "20..23 | 0.2499 | 20",
                "20..23 | 0.25 | 21",
                "20..23 | 0.9999 | 23",
                "0.0..0.5 | 0 | 0",
                "0.0..0.5 | 0.123456 | 0.0617",
                "0.1234..0.1235 | 0.9 | 0.1234",
                "log 1e-4..1e-2 | 0 | 0.0001",
                "log 1e-4..1e-2 | 0.5 | 0.001",
                "log 1e-4..1e-2 | 0.75 | 0.00316",
                "log 16..1024 | 0.5 | 128",
                "sgd | 0.3 | sgd",
            })
    void aDrawStandsForAValue(String text, double draw, String sample) {
        assertThat(value(text).sample(draw)).isEqualTo(sample);
    }

    @ParameterizedTest
    @ValueSource(strings = {"20..100", "0.01..0.0555", "log 1e-4..1.234e-2", "log 17..1023"})
    void noDrawLeavesTheRange(String text) {
        List<String> ends = List.of(text.replace("log ", "").split("\\.\\.", -1));
        for (int i = 0; i < 1000; i++) {
            assertThat(new BigDecimal(value(text).sample(i / 1000.0)))
                    .isBetween(new BigDecimal(ends.get(0)), new BigDecimal(ends.get(1)));
        }
    }

    @Test
    void stepsAndPointsAreNotDrawnFrom() {
        assertThatThrownBy(() -> value("0.1..0.5 step 0.1").sample(0.5))
                .hasMessageContaining("without step and points");
        assertThatThrownBy(() -> value("log 0.1..0.5 x 3").sample(0.5)).hasMessageContaining("without step and points");
    }
}
