package dev.tombola.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Which values are dropped, the struct `tombola_dropout`: a value is kept where its draw is at least the threshold,
/// and then scaled. Line l of a batch is unit `units[l]`; example n of unit u has draw u·N + n.
///
/// @param units one per line, or null where line l is unit l
/// @param threshold an unsigned integer, rate × 2³² rounded
/// @param scale 1 / (1 − rate)
public record Dropout(Draws draws, Ints units, int threshold, float scale, MemorySegment descriptor) {
    /// @param rate share that is dropped, 0 to below 1
    public static Dropout of(Arena arena, Draws draws, Ints units, double rate) {
        if (!(rate >= 0 && rate < 1)) {
            throw new IllegalArgumentException("a dropout rate must be 0 to below 1, but is " + rate);
        }
        int threshold = (int) Math.min(0xFFFFFFFFL, Math.round(rate * 0x1p32));
        float scale = (float) (1 / (1 - rate));
        MemorySegment fields = arena.allocate(32, 8);
        draws.describe(fields);
        fields.set(ValueLayout.ADDRESS, 16, units == null ? MemorySegment.NULL : units.data());
        fields.set(ValueLayout.JAVA_INT, 24, threshold);
        fields.set(ValueLayout.JAVA_FLOAT, 28, scale);
        return new Dropout(draws, units, threshold, scale, fields.asReadOnly());
    }

    /// The unit that a line of a batch is.
    public int unit(int line) {
        return units == null ? line : units.get(line);
    }

    @Override
    public String toString() {
        return "scale " + scale;
    }
}
