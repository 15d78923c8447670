package dev.tombola.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Running totals of a loss, added to in example order: the struct `tombola_score`.
public final class Score {
    /// Bytes of `tombola_score`.
    public static final long BYTES = 24;

    private final MemorySegment descriptor;

    public Score(Arena arena) {
        this(arena.allocate(BYTES, Long.BYTES));
    }

    /// Totals that lie somewhere already.
    public Score(MemorySegment descriptor) {
        this.descriptor = descriptor.asSlice(0, BYTES, Long.BYTES);
    }

    public void clear() {
        set(0, 0, 0);
    }

    public void set(double loss, long correct, long examples) {
        descriptor.set(ValueLayout.JAVA_DOUBLE, 0, loss);
        descriptor.set(ValueLayout.JAVA_LONG, 8, correct);
        descriptor.set(ValueLayout.JAVA_LONG, 16, examples);
    }

    /// Sum of the examples' cross-entropies, nats.
    public double loss() {
        return descriptor.get(ValueLayout.JAVA_DOUBLE, 0);
    }

    /// Examples whose largest logit, the first of equals, is their label's.
    public long correct() {
        return descriptor.get(ValueLayout.JAVA_LONG, 8);
    }

    public long examples() {
        return descriptor.get(ValueLayout.JAVA_LONG, 16);
    }

    public double meanLoss() {
        return loss() / examples();
    }

    /// Fraction of examples classified right, 0 to 1.
    public double accuracy() {
        return (double) correct() / examples();
    }

    /// `tombola_score`.
    public MemorySegment descriptor() {
        return descriptor;
    }
}
