package dev.tombola.data;

import dev.tombola.numeric.Philox;
import dev.tombola.numeric.Purpose;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// In which order an epoch sees the training examples: sorted by (unsigned 32-bit draw, number), where an example's
/// draw belongs to its number in the data set, the trial and the epoch, and to nothing else.
///
/// Made once per training; [#epoch] allocates nothing on the heap. Not for several threads at once.
public final class Order {
    private static final int DIGIT = 11;
    private static final int PASSES = 3;
    private static final int BUCKETS = 1 << DIGIT;

    private final long seed;
    private final int trialStream;
    private final int[] examples;
    private final int[] draws;
    private final int[] keys;
    private final int[] numbers;
    private final int[] nextKeys;
    private final int[] nextNumbers;
    private final int[] starts = new int[PASSES * BUCKETS];
    private final MemorySegment indices;

    /// @param trialStream the stream of the trial: every level and control of a trial sees the same batches
    /// @param examples numbers in the data set, ascending, such as [Split#training()]
    /// @param arena where the order lives
    public Order(long seed, int trialStream, int[] examples, Arena arena) {
        for (int i = 0; i < examples.length; i++) {
            if (examples[i] <= (i == 0 ? -1 : examples[i - 1])) {
                throw new IllegalArgumentException(
                        "example " + i + " is number " + examples[i] + "; numbers must ascend from 0 or more");
            }
        }
        if (examples.length == 0) {
            throw new IllegalArgumentException("there are no examples to order");
        }
        int n = examples.length;
        this.seed = seed;
        this.trialStream = trialStream;
        this.examples = examples.clone();
        // Whole blocks of four draws, so that filling them needs no array of its own.
        draws = new int[(examples[n - 1] | 3) + 1];
        keys = new int[n];
        numbers = new int[n];
        nextKeys = new int[n];
        nextNumbers = new int[n];
        indices = arena.allocate((long) n * Integer.BYTES, Images.ALIGNMENT);
    }

    /// Ints `[examples]`: the numbers in the order of the last [#epoch], off-heap, filled in place.
    public MemorySegment indices() {
        return indices;
    }

    /// How many examples an epoch has.
    public int size() {
        return examples.length;
    }

    /// Fills [#indices] with the order of an epoch, counted from 0.
    public void epoch(int epoch) {
        Philox.fill(draws, draws.length, seed, epoch, Purpose.ORDER.word(), trialStream);
        int n = examples.length;
        for (int i = 0; i < n; i++) {
            keys[i] = draws[examples[i]];
        }
        count();
        // A radix sort from the low digit up is stable, so equal draws stay in ascending order of their numbers.
        for (int i = 0; i < n; i++) {
            int to = starts[keys[i] & (BUCKETS - 1)]++;
            nextKeys[to] = keys[i];
            nextNumbers[to] = examples[i];
        }
        for (int i = 0; i < n; i++) {
            int to = starts[BUCKETS + (nextKeys[i] >>> DIGIT & (BUCKETS - 1))]++;
            keys[to] = nextKeys[i];
            numbers[to] = nextNumbers[i];
        }
        for (int i = 0; i < n; i++) {
            int to = starts[2 * BUCKETS + (keys[i] >>> (2 * DIGIT))]++;
            indices.setAtIndex(ValueLayout.JAVA_INT, to, numbers[i]);
        }
    }

    /// Where each bucket of each pass starts.
    private void count() {
        Arrays.fill(starts, 0);
        for (int key : keys) {
            starts[key & (BUCKETS - 1)]++;
            starts[BUCKETS + (key >>> DIGIT & (BUCKETS - 1))]++;
            starts[2 * BUCKETS + (key >>> (2 * DIGIT))]++;
        }
        for (int pass = 0; pass < PASSES; pass++) {
            int start = 0;
            for (int bucket = pass * BUCKETS; bucket < (pass + 1) * BUCKETS; bucket++) {
                int size = starts[bucket];
                starts[bucket] = start;
                start += size;
            }
        }
    }
}
