package dev.tombola.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Which values are dropped, the struct `tombola_dropout`: a value is kept where its draw is at least the threshold,
/// and then scaled. Line l of a batch is unit `units[l]`; example n of unit u has draw u·N + n.
public final class Dropout {
    private final Draws draws;
    private final Ints units;
    private final int threshold;
    private final float scale;
    private final MemorySegment descriptor;

    private Dropout(Arena arena, Draws draws, Ints units, double rate) {
        if (!(rate >= 0 && rate < 1)) {
            throw new IllegalArgumentException("a dropout rate must be 0 to below 1, but is " + rate);
        }
        this.draws = draws;
        this.units = units;
        this.threshold = (int) Math.min(0xFFFFFFFFL, Math.round(rate * 0x1p32));
        this.scale = (float) (1 / (1 - rate));
        MemorySegment fields = ReplicaArena.descriptor(arena, 32, 8);
        if (units != null && !fields.scope().equals(units.data().scope())) {
            throw new IllegalArgumentException("a dropout and its units must live in one arena");
        }
        draws.describe(fields);
        fields.set(ValueLayout.ADDRESS, 16, units == null ? MemorySegment.NULL : units.data());
        fields.set(ValueLayout.JAVA_INT, 24, threshold);
        fields.set(ValueLayout.JAVA_FLOAT, 28, scale);
        this.descriptor = fields.asReadOnly();
    }

    /// @param units one per line, or null where line l is unit l
    /// @param rate share that is dropped, 0 to below 1
    public static Dropout of(Arena arena, Draws draws, Ints units, double rate) {
        return new Dropout(arena, draws, units, rate);
    }

    public Draws draws() {
        return draws;
    }

    /// One per line, or null where line l is unit l.
    public Ints units() {
        return units;
    }

    /// The unit that a line of a batch is.
    public int unit(int line) {
        return units == null ? line : units.get(line);
    }

    /// Unsigned: rate × 2³², rounded.
    public int threshold() {
        return threshold;
    }

    /// 1 / (1 − rate).
    public float scale() {
        return scale;
    }

    /// `tombola_dropout`.
    public MemorySegment descriptor() {
        return descriptor;
    }

    @Override
    public String toString() {
        return units == null ? "scale " + scale : "scale %s, units %s".formatted(scale, units);
    }
}
