package dev.tombola.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.NavigableSet;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LettersTest {
    /// A g that stands on the line is a 9.
    @ParameterizedTest
    @ValueSource(strings = {"g", "p", "q", "y"})
    void theseLettersReachBelowDigits(String letter) {
        assertThat(rows(letter).last())
                .isEqualTo(Letters.ROWS - 1)
                .isGreaterThan(rows("9").last());
        assertThat(rows(letter).first()).isGreaterThan(rows("9").first());
    }

    private static NavigableSet<Integer> rows(String text) {
        NavigableSet<Integer> rows = new TreeSet<>();
        Letters.write(text, (_, y) -> rows.add(y));
        return rows;
    }
}
