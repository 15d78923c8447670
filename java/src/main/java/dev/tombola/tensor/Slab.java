package dev.tombola.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// One off-heap allocation of floats, zeroed, handed out as 64-byte aligned views from front to back.
/// A kind of number (parameters, gradients, one moment, activations) is one slab; its views and their
/// descriptors live exactly as long as the arena.
public final class Slab {
    /// Floats a view is rounded up to: 64 bytes, so that every view starts on a vector boundary.
    public static final int LANES = 16;

    static final int ALIGNMENT = LANES * Float.BYTES;

    private final Arena arena;
    private final MemorySegment data;
    private long used;

    /// @param floats capacity, the sum of [#padded] over the views to come
    public Slab(Arena arena, long floats) {
        this.arena = arena;
        this.data = arena.allocate(Math.multiplyExact(Math.max(1, floats), Float.BYTES), ALIGNMENT);
    }

    /// `count` rounded up to a whole number of lanes.
    public static long padded(long count) {
        if (count < 0) {
            throw new IllegalArgumentException("a count must be at least 0, but is " + count);
        }
        return Math.addExact(count, LANES - 1) / LANES * LANES;
    }

    /// Floats that a batch of `size` examples with `features` features takes.
    public static long batchFloats(int features, int size) {
        return Math.multiplyExact(features, padded(size));
    }

    /// The next `length` floats.
    public Span span(long length) {
        return new Span(arena, take(length), length);
    }

    /// The next `[features][padded(size)]` floats.
    public Batch batch(int features, int size) {
        return new Batch(arena, take(batchFloats(features, size)), features, size);
    }

    /// All floats handed out so far as one span, padding included.
    public Span whole() {
        return between(0, used);
    }

    /// The floats handed out between two states of [#used], padding included: what an optimiser sweeps.
    public Span between(long from, long to) {
        return new Span(arena, data.asSlice(from * Float.BYTES, (to - from) * Float.BYTES, ALIGNMENT), to - from);
    }

    /// Floats handed out so far, padding included.
    public long used() {
        return used;
    }

    private MemorySegment take(long floats) {
        long padded = padded(floats);
        if (padded > data.byteSize() / Float.BYTES - used) {
            throw new IllegalStateException("slab of %d floats: %d are taken, %d more were asked for"
                    .formatted(data.byteSize() / Float.BYTES, used, padded));
        }
        MemorySegment view = data.asSlice(used * Float.BYTES, padded * Float.BYTES, ALIGNMENT);
        used += padded;
        return view;
    }

    static void requirePositive(String what, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(what + " must be at least 1, but is " + value);
        }
    }
}
