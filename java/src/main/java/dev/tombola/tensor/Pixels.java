package dev.tombola.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

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

    /// The three segments must live at least as long as `arena`: allocated in it, or automatic.
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
        this.pixels = pixels;
        this.labels = labels;
        this.scale = scale;
        this.count = count;
        this.features = features;
        this.channels = channels;
        this.classes = classes;
        this.descriptor = arena.allocate(40, 8);
        descriptor.set(ValueLayout.ADDRESS, 0, pixels);
        descriptor.set(ValueLayout.ADDRESS, 8, labels);
        descriptor.set(ValueLayout.ADDRESS, 16, scale);
        descriptor.set(ValueLayout.JAVA_INT, 24, count);
        descriptor.set(ValueLayout.JAVA_INT, 28, features);
        descriptor.set(ValueLayout.JAVA_INT, 32, channels);
        descriptor.set(ValueLayout.JAVA_INT, 36, classes);
    }

    public int count() {
        return count;
    }

    public int features() {
        return features;
    }

    public int classes() {
        return classes;
    }

    /// Touches each block, because a native call sees the descriptor's arena only.
    ///
    /// @throws RuntimeException as memory segments throw it, where an arena is closed or another thread's
    public void requireAlive() {
        pixels.get(ValueLayout.JAVA_BYTE, 0);
        labels.get(ValueLayout.JAVA_BYTE, 0);
        scale.get(ValueLayout.JAVA_FLOAT, 0);
    }

    /// The scaled value of feature `k` of image `i`.
    public float value(int i, int k) {
        int pixel = Byte.toUnsignedInt(pixels.get(ValueLayout.JAVA_BYTE, (long) i * features + k));
        return scale.getAtIndex(ValueLayout.JAVA_FLOAT, (long) (k / (features / channels)) * 256 + pixel);
    }

    public int label(int i) {
        return Byte.toUnsignedInt(labels.get(ValueLayout.JAVA_BYTE, i));
    }

    /// `tombola_images`.
    public MemorySegment descriptor() {
        return descriptor;
    }

    @Override
    public String toString() {
        return "[" + count + "×" + features + "] images";
    }

    private static void requireBytes(String what, MemorySegment segment, long bytes) {
        if (segment.byteSize() < bytes) {
            throw new IllegalArgumentException(
                    "%s must hold %d bytes but hold %d".formatted(what, bytes, segment.byteSize()));
        }
    }
}
