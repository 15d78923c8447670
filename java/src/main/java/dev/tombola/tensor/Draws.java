package dev.tombola.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Where a kernel's integer draws come from, the struct `tombola_draws`: Philox with this seed; draw i of an iteration
/// is word i mod 4 of block (i div 4, iteration, purpose, stream).
///
/// @param purpose of `Purpose.word`
/// @param stream of `Stream`
public record Draws(long seed, int purpose, int stream) {
    /// Writes `tombola_draws` at the start of `fields`.
    void describe(MemorySegment fields) {
        fields.set(ValueLayout.JAVA_LONG, 0, seed);
        fields.set(ValueLayout.JAVA_INT, 8, purpose);
        fields.set(ValueLayout.JAVA_INT, 12, stream);
    }
}
