package dev.tombola.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// What an epoch orders, the struct `tombola_shuffle`: examples, each with the draw of its number in the data set, in
/// the iteration that is the epoch. Has room for sorting: not for several threads at once.
public final class Shuffle {
    private final Draws draws;
    private final Ints examples;
    private final MemorySegment descriptor;

    private Shuffle(Arena arena, Draws draws, int[] examples) {
        for (int i = 0; i < examples.length; i++) {
            if (examples[i] <= (i == 0 ? -1 : examples[i - 1])) {
                throw new IllegalArgumentException(
                        "example " + i + " is number " + examples[i] + "; numbers must ascend from 0 or more");
            }
        }
        if (examples.length == 0) {
            throw new IllegalArgumentException("there are no examples to order");
        }
        this.draws = draws;
        this.examples = Ints.of(arena, examples);
        MemorySegment fields = ReplicaArena.descriptor(arena, 40, 8);
        draws.describe(fields);
        fields.set(ValueLayout.ADDRESS, 16, this.examples.data());
        fields.set(ValueLayout.ADDRESS, 24, arena.allocate(ValueLayout.JAVA_LONG, examples.length));
        fields.set(ValueLayout.JAVA_INT, 32, examples.length);
        this.descriptor = fields.asReadOnly();
    }

    /// @param examples numbers in the data set, ascending from 0 or more
    public static Shuffle of(Arena arena, Draws draws, int[] examples) {
        return new Shuffle(arena, draws, examples);
    }

    public Draws draws() {
        return draws;
    }

    /// Numbers in the data set, ascending.
    public Ints examples() {
        return examples;
    }

    /// How many examples an epoch has.
    public int size() {
        return examples.length();
    }

    /// `tombola_shuffle`.
    public MemorySegment descriptor() {
        return descriptor;
    }

    @Override
    public String toString() {
        return examples.toString();
    }
}
