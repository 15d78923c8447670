package dev.tombola.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// A run of floats inside a slab, with the descriptor `tombola_span` that kernels read.
public final class Span {
    private final MemorySegment data;
    private final long length;
    private final MemorySegment descriptor;

    Span(Arena arena, MemorySegment data, long length) {
        this.data = data;
        this.length = length;
        MemorySegment fields = ReplicaArena.descriptor(arena, 16, 8);
        fields.set(ValueLayout.ADDRESS, 0, data);
        fields.set(ValueLayout.JAVA_LONG, 8, length);
        this.descriptor = fields.asReadOnly();
    }

    /// A span of its own, zeroed.
    public static Span allocate(Arena arena, long length) {
        return new Slab(arena, Slab.padded(length)).span(length);
    }

    /// The floats, padding to a whole number of lanes included.
    public MemorySegment data() {
        return data;
    }

    public long length() {
        return length;
    }

    /// `tombola_span`.
    public MemorySegment descriptor() {
        return descriptor;
    }

    public float get(long index) {
        return data.getAtIndex(ValueLayout.JAVA_FLOAT, index);
    }

    public void set(long index, float value) {
        data.setAtIndex(ValueLayout.JAVA_FLOAT, index, value);
    }

    /// Copies `length` floats in.
    public void copyFrom(float[] values) {
        requireLength(values.length);
        MemorySegment.copy(values, 0, data, ValueLayout.JAVA_FLOAT, 0, values.length);
    }

    /// Copies another span's floats in; equal lengths.
    public void copyFrom(Span other) {
        requireLength(other.length);
        MemorySegment.copy(other.data, 0, data, 0, length * Float.BYTES);
    }

    public float[] toArray() {
        float[] values = new float[Math.toIntExact(length)];
        MemorySegment.copy(data, ValueLayout.JAVA_FLOAT, 0, values, 0, values.length);
        return values;
    }

    public void fill(float value) {
        for (long i = 0; i < length; i++) {
            set(i, value);
        }
    }

    @Override
    public String toString() {
        return "[" + length + "]";
    }

    private void requireLength(long other) {
        if (other != length) {
            throw new IllegalArgumentException(
                    "span of %d floats cannot take %d: lengths must agree".formatted(length, other));
        }
    }
}
