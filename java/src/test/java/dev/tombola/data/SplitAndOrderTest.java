package dev.tombola.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.tombola.base.UserError;
import dev.tombola.numeric.Philox;
import dev.tombola.numeric.Purpose;
import dev.tombola.numeric.Stream;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SplitAndOrderTest {
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

    @Test
    void orderIsSortedByDrawAndNumber() {
        int[] examples = Split.of(SEED, Stream.trial(1), 5003, 503).training();
        Order order = new Order(SEED, Stream.trial(1), examples, Arena.ofAuto());
        for (int epoch : new int[] {0, 1, 7, 0}) {
            order.epoch(epoch);
            assertThat(order.indices().toArray(ValueLayout.JAVA_INT))
                    .containsExactly(sorted(examples, epoch, Purpose.ORDER, Stream.trial(1)));
        }
    }

    /// Pinned: these numbers are what a seed means to users.
    @Test
    void firstBatchIsPinned() {
        Order order = new Order(1, Stream.trial(0), IntStream.range(0, 10).toArray(), Arena.ofAuto());
        order.epoch(0);
        assertThat(order.indices().toArray(ValueLayout.JAVA_INT)).containsExactly(5, 3, 1, 6, 2, 7, 4, 8, 9, 0);
        assertThat(Split.of(1, Stream.trial(0), 10, 4).validation()).containsExactly(1, 2, 5, 8);
    }

    @Test
    void oneExample() {
        Order order = new Order(SEED, 0, new int[] {41}, Arena.ofAuto());
        order.epoch(3);
        assertThat(order.indices().toArray(ValueLayout.JAVA_INT)).containsExactly(41);
    }

    @Test
    void examplesMustAscend() {
        for (int[] examples : new int[][] {{}, {-1}, {3, 3}, {4, 2}}) {
            assertThatThrownBy(() -> new Order(SEED, 0, examples, Arena.ofAuto()))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void anEpochAllocatesNothing() {
        Order order = new Order(SEED, 0, IntStream.range(0, 997).toArray(), Arena.ofAuto());
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int epoch = 0; epoch < 2000; epoch++) {
            order.epoch(epoch);
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int epoch = 0; epoch < 100; epoch++) {
            order.epoch(epoch);
        }
        // Less than one byte per example and epoch: only what the measurement itself leaves.
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(10_000);
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
