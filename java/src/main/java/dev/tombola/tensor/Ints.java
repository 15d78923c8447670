package dev.tombola.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// A run of 32-bit integers off-heap: labels of a batch, an order of examples.
public record Ints(MemorySegment data, int length) {
    public Ints {
        if (length < 0 || data.byteSize() < (long) length * Integer.BYTES) {
            throw new IllegalArgumentException(
                    "%d ints take %d bytes, not %d".formatted(length, (long) length * Integer.BYTES, data.byteSize()));
        }
        if (data.address() % Integer.BYTES != 0) {
            throw new IllegalArgumentException("ints must start at a multiple of 4 bytes, not at " + data.address());
        }
    }

    /// Zeroed.
    public static Ints allocate(Arena arena, int length) {
        return new Ints(arena.allocate(ValueLayout.JAVA_INT, Math.max(1, length)), length);
    }

    public static Ints of(Arena arena, int... values) {
        Ints ints = allocate(arena, values.length);
        MemorySegment.copy(values, 0, ints.data, ValueLayout.JAVA_INT, 0, values.length);
        return ints;
    }

    public int get(int index) {
        return data.getAtIndex(ValueLayout.JAVA_INT, index);
    }

    public void set(int index, int value) {
        data.setAtIndex(ValueLayout.JAVA_INT, index, value);
    }

    @Override
    public String toString() {
        return "[" + length + "]";
    }
}
