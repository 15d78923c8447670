package dev.tombola.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tombola.data.Split;
import dev.tombola.numeric.Philox;
import dev.tombola.numeric.Purpose;
import dev.tombola.numeric.Stream;
import dev.tombola.tensor.Draws;
import dev.tombola.tensor.Ints;
import dev.tombola.tensor.Shuffle;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// In which order an epoch sees the training examples.
class ShuffleTest {
    private static final long SEED = 0x5EED5EED5EEDL;

    @TestFactory
    java.util.stream.Stream<DynamicTest> theOrderIsByDrawAndNumber() {
        int[] examples = Split.of(SEED, Stream.trial(1), 5003, 503).training();
        return AllKernels.each(kernels -> {
            for (int epoch : new int[] {0, 1, 7, 0}) {
                assertThat(order(kernels, SEED, Stream.trial(1), examples, epoch))
                        .containsExactly(sorted(examples, epoch));
            }
        });
    }

    /// Pinned: these numbers are what a seed means to users.
    @TestFactory
    java.util.stream.Stream<DynamicTest> theFirstOrderIsPinned() {
        int[] examples = IntStream.range(0, 10).toArray();
        return AllKernels.each(kernels -> assertThat(order(kernels, 1, Stream.trial(0), examples, 0))
                .containsExactly(5, 3, 1, 6, 2, 7, 4, 8, 9, 0));
    }

    @Test
    void examplesMustAscend() {
        for (int[] examples : new int[][] {{}, {-1}, {3, 3}, {4, 2}}) {
            assertThatThrownBy(() -> Shuffle.of(Arena.ofAuto(), new Draws(SEED, 1, 2), examples))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static int[] order(Kernels kernels, long seed, int stream, int[] examples, int epoch) {
        try (Arena arena = Arena.ofConfined()) {
            Ints order = Ints.allocate(arena, examples.length);
            Draws draws = new Draws(seed, Purpose.ORDER.word(), stream);
            kernels.shuffle(Shuffle.of(arena, draws, examples), epoch, order);
            return order.data().toArray(ValueLayout.JAVA_INT);
        }
    }

    private static int[] sorted(int[] examples, int epoch) {
        return IntStream.of(examples)
                .boxed()
                .sorted(Comparator.comparingLong((Integer i) -> Integer.toUnsignedLong(
                                Philox.draw(SEED, i, epoch, Purpose.ORDER.word(), Stream.trial(1))))
                        .thenComparing(Comparator.naturalOrder()))
                .mapToInt(Integer::intValue)
                .toArray();
    }
}
