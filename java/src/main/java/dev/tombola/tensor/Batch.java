package dev.tombola.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Activations (or their gradients) of one layer, `[features][lanes]` with the batch innermost; lanes is
/// the number of examples N rounded up to sixteen. Padding lanes are finite and reach no sum.
/// Carries the descriptor `tombola_batch`.
public final class Batch {
    private final MemorySegment data;
    private final int features;
    private final int size;
    private final int lanes;
    private final MemorySegment fields;
    private final MemorySegment descriptor;

    Batch(Arena arena, MemorySegment data, int features, int size) {
        Slab.requirePositive("features", features);
        Slab.requirePositive("batch size", size);
        this.data = data;
        this.features = features;
        this.size = size;
        this.lanes = Math.toIntExact(Slab.padded(size));
        MemorySegment fields = ReplicaArena.descriptor(arena, 24, 8);
        fields.set(ValueLayout.ADDRESS, 0, data);
        fields.set(ValueLayout.JAVA_INT, 8, features);
        fields.set(ValueLayout.JAVA_INT, 12, size);
        fields.set(ValueLayout.JAVA_INT, 16, lanes);
        this.fields = fields;
        this.descriptor = fields.asReadOnly();
    }

    /// A batch of its own, zeroed.
    public static Batch allocate(Arena arena, int features, int size) {
        return new Slab(arena, Slab.batchFloats(features, size)).batch(features, size);
    }

    /// Another batch of as many examples in the first part of this one's memory.
    public Batch first(Arena other, int lines) {
        return new Batch(other, data.asSlice(0, Slab.batchFloats(lines, size) * Float.BYTES), lines, size);
    }

    public MemorySegment data() {
        return data;
    }

    public int features() {
        return features;
    }

    /// N, the examples in use.
    public int size() {
        return size;
    }

    /// N rounded up to sixteen.
    public int lanes() {
        return lanes;
    }

    /// Whether what goes into networks side by side is the same for all: then the first one's memory serves all, and
    /// only a gather and a layer's forward pass take the batch.
    public void common(boolean common) {
        fields.set(ValueLayout.JAVA_INT, 20, common ? 1 : 0);
    }

    /// `tombola_batch`.
    public MemorySegment descriptor() {
        return descriptor;
    }

    public float get(int feature, int example) {
        return data.getAtIndex(ValueLayout.JAVA_FLOAT, (long) feature * lanes + example);
    }

    public void set(int feature, int example, float value) {
        data.setAtIndex(ValueLayout.JAVA_FLOAT, (long) feature * lanes + example, value);
    }

    @Override
    public String toString() {
        return "[" + features + "×" + size + "]";
    }
}
