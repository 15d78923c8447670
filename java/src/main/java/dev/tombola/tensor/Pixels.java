package dev.tombola.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.BitSet;

/// Labelled images as a gather kernel reads them, the struct `tombola_images`: bytes
/// `[count][features]`, labels `[count]`, and for each channel the scaled value of every byte.
public final class Pixels {
    private final MemorySegment pixels;
    private final MemorySegment labels;
    private final MemorySegment scale;
    private final int count;
    private final int features;
    private final int channels;
    private final int classes;
    private final MemorySegment descriptor;

    /// Copies the three segments into `arena`, so that a native call, which sees the descriptor's arena only,
    /// keeps them alive.
    ///
    /// @param scale floats `[channels][256]`
    public Pixels(
            Arena arena,
            MemorySegment pixels,
            MemorySegment labels,
            MemorySegment scale,
            int count,
            int features,
            int channels,
            int classes) {
        Slab.requirePositive("count", count);
        Slab.requirePositive("features", features);
        Slab.requirePositive("channels", channels);
        requireBytes("pixels", pixels, (long) count * features);
        requireBytes("labels", labels, count);
        requireBytes("scale", scale, channels * 256L * Float.BYTES);
        if (features % channels != 0) {
            throw new IllegalArgumentException(
                    "%d features do not divide into %d channels".formatted(features, channels));
        }
        this.pixels = copyOf(arena, pixels);
        this.labels = copyOf(arena, labels);
        this.scale = copyOf(arena, scale);
        this.count = count;
        this.features = features;
        this.channels = channels;
        this.classes = classes;
        MemorySegment fields = ReplicaArena.descriptor(arena, 40, 8);
        fields.set(ValueLayout.ADDRESS, 0, forKernels(arena, this.pixels));
        fields.set(ValueLayout.ADDRESS, 8, forKernels(arena, this.labels));
        fields.set(ValueLayout.ADDRESS, 16, forKernels(arena, this.scale));
        fields.set(ValueLayout.JAVA_INT, 24, count);
        fields.set(ValueLayout.JAVA_INT, 28, features);
        fields.set(ValueLayout.JAVA_INT, 32, channels);
        fields.set(ValueLayout.JAVA_INT, 36, classes);
        this.descriptor = fields.asReadOnly();
    }

    public int count() {
        return count;
    }

    public int features() {
        return features;
    }

    /// Pixels of one channel.
    public int area() {
        return features / channels;
    }

    public int classes() {
        return classes;
    }

    /// The scaled value of feature `k` of image `i`.
    public float value(int i, int k) {
        int pixel = Byte.toUnsignedInt(pixels.get(ValueLayout.JAVA_BYTE, (long) i * features + k));
        return scale.getAtIndex(ValueLayout.JAVA_FLOAT, (long) (k / (features / channels)) * 256 + pixel);
    }

    /// The scaled value of a pixel of 0.
    public float black(int channel) {
        return scale.getAtIndex(ValueLayout.JAVA_FLOAT, channel * 256L);
    }

    public int label(int i) {
        return Byte.toUnsignedInt(labels.get(ValueLayout.JAVA_BYTE, i));
    }

    /// The features that are anything but +0 in at least one image once they are scaled.
    public BitSet lit() {
        int area = features / channels;
        boolean[] dark = new boolean[channels * 256];
        for (int i = 0; i < dark.length; i++) {
            dark[i] = Float.floatToRawIntBits(scale.getAtIndex(ValueLayout.JAVA_FLOAT, i)) == 0;
        }
        BitSet lit = new BitSet(features);
        byte[] image = new byte[features];
        for (int i = 0; i < count && lit.cardinality() < features; i++) {
            MemorySegment.copy(pixels, ValueLayout.JAVA_BYTE, (long) i * features, image, 0, features);
            for (int k = 0; k < features; k++) {
                if (!dark[k / area * 256 + Byte.toUnsignedInt(image[k])]) {
                    lit.set(k);
                }
            }
        }
        return lit;
    }

    /// `tombola_images`.
    public MemorySegment descriptor() {
        return descriptor;
    }

    @Override
    public String toString() {
        return "[" + count + "×" + features + "] images";
    }

    private static MemorySegment copyOf(Arena arena, MemorySegment source) {
        return arena.allocate(source.byteSize(), Slab.ALIGNMENT).copyFrom(source);
    }

    private static MemorySegment forKernels(Arena arena, MemorySegment written) {
        return arena instanceof MirroredArena mirrored ? mirrored.send(written) : written;
    }

    private static void requireBytes(String what, MemorySegment segment, long bytes) {
        if (segment.byteSize() < bytes) {
            throw new IllegalArgumentException(
                    "%s must hold %d bytes but hold %d".formatted(what, bytes, segment.byteSize()));
        }
    }
}
