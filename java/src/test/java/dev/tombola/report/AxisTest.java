package dev.tombola.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class AxisTest {
    @Test
    void theLargerNetworkIsOnTheLeftAndTicksAreInPercent() {
        Axis axis = Axis.percentLeft(1.49);
        assertThat(axis.position(100)).isBetween(0.0, 0.05);
        assertThat(axis.position(1.49)).isBetween(0.95, 1.0);
        assertThat(axis.position(50) - axis.position(100))
                .isCloseTo(axis.position(5) - axis.position(10), within(1e-12));
        assertThat(axis.ticks()).extracting(Axis.Tick::label).containsExactly("100", "50", "20", "10", "5", "2");
        assertThat(Axis.percentLeft(0.19).ticks())
                .extracting(Axis.Tick::label)
                .containsExactly("100", "50", "20", "10", "5", "2", "1", "0.5", "0.2");
        assertThat(Axis.percentLeft(99.5).ticks())
                .extracting(Axis.Tick::label)
                .containsExactly("100", "90", "80", "70", "60");
    }

    @Test
    void whereNothingIsPrunedTheOneSizeIsInTheMiddle() {
        for (Axis axis : new Axis[] {Axis.percentLeft(100), Axis.weightsLeft(100, 100)}) {
            assertThat(axis.ticks()).containsExactly(new Axis.Tick(100, "100"));
            assertThat(axis.position(100)).isCloseTo(0.5, within(1e-12));
            assertThat(axis.label()).doesNotContain("logarithmic");
        }
    }

    @Test
    void evenTicksAreRoundAndInside() {
        assertThat(Axis.even("x", 0, 35_000, 8).ticks())
                .extracting(Axis.Tick::label)
                .containsExactly("0", "5,000", "10,000", "15,000", "20,000", "25,000", "30,000", "35,000");
        assertThat(Axis.even("x", 97.03, 98.41, 10).ticks())
                .extracting(Axis.Tick::label)
                .containsExactly("97.2", "97.4", "97.6", "97.8", "98.0", "98.2", "98.4");
    }

    @Test
    void numbersWithManyDigitsHaveExponents() {
        assertThat(Axis.even("x", 0, 2e10, 4).ticks())
                .extracting(Axis.Tick::label)
                .containsExactly("0", "5E9", "1E10", "1.5E10", "2E10");
        assertThat(Axis.even("x", 0, 1e-11, 2).ticks())
                .extracting(Axis.Tick::label)
                .containsExactly("0", "5E-12", "1E-11");
    }

    @Test
    void aLogarithmicAxisHasPowersOfTen() {
        Axis axis = Axis.logarithmic("loss", 8e-6, 3, 10);
        assertThat(axis.label()).isEqualTo("loss, logarithmic");
        assertThat(axis.ticks())
                .extracting(Axis.Tick::label)
                .containsExactly("1", "0.1", "0.01", "0.001", "0.0001", "0.00001");
        assertThat(axis.position(1) - axis.position(0.1))
                .isCloseTo(axis.position(1e-4) - axis.position(1e-5), within(1e-12));
        assertThat(axis.position(0)).isFinite().isNegative();
        assertThat(Axis.logarithmic("loss", 0.03, 7, 10).ticks())
                .extracting(Axis.Tick::label)
                .containsExactly("5", "2", "1", "0.5", "0.2", "0.1", "0.05");
        assertThat(Axis.logarithmic("loss", 1e-30, 1, 10).ticks()).hasSizeBetween(5, 10);
    }
}
