package dev.tombola.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tombola.base.UserError;
import dev.tombola.numeric.Philox;
import dev.tombola.numeric.Purpose;
import dev.tombola.numeric.Stream;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SplitTest {
    private static final long SEED = 0x5EED5EED5EEDL;

    @Test
    void splitIsTheSmallestDraws() {
        int trial = Stream.trial(2);
        Split split = Split.of(SEED, trial, 1001, 100);
        int[] expected = sorted(IntStream.range(0, 1001).toArray(), 0, Purpose.SPLIT, trial);
        assertThat(split.validation()).hasSize(100).isSorted();
        assertThat(split.training()).hasSize(901).isSorted();
        assertThat(split.validation())
                .containsExactly(IntStream.of(expected).limit(100).sorted().toArray());
        assertThat(split.training())
                .containsExactly(IntStream.of(expected).skip(100).sorted().toArray());
    }

    @Test
    void splitBelongsToSeedAndTrial() {
        int[] base = Split.of(SEED, Stream.trial(0), 6000, 600).validation();
        assertThat(Split.of(SEED, Stream.trial(0), 6000, 600).validation()).containsExactly(base);
        assertThat(Split.of(SEED, Stream.trial(1), 6000, 600).validation()).isNotEqualTo(base);
        assertThat(Split.of(SEED + 1, Stream.trial(0), 6000, 600).validation()).isNotEqualTo(base);
    }

    @ParameterizedTest
    @CsvSource({"0", "10", "11", "-1"})
    void splitLeavesSomethingOnBothSides(int validation) {
        assertThatThrownBy(() -> Split.of(SEED, 0, 10, validation))
                .isInstanceOf(UserError.class)
                .hasMessage("data.validation is " + validation + "; with 10 training examples it must be 1 to 9.");
    }

    /// Pinned: these numbers are what a seed means to users.
    @Test
    void firstSplitIsPinned() {
        assertThat(Split.of(1, Stream.trial(0), 10, 4).validation()).containsExactly(1, 2, 5, 8);
    }

    private static int[] sorted(int[] examples, int epoch, Purpose purpose, int stream) {
        return IntStream.of(examples)
                .boxed()
                .sorted(Comparator.comparingLong((Integer i) ->
                                Integer.toUnsignedLong(Philox.draw(SEED, i, epoch, purpose.word(), stream)))
                        .thenComparing(Comparator.naturalOrder()))
                .mapToInt(Integer::intValue)
                .toArray();
    }
}
