package dev.tombola.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// A window that slides over images of C × H × W with a border of zeros, the struct `tombola_window`: what a
/// convolution or a pooling reads for each output position. A convolution's kernel has at most 225 places.
public final class Window {
    /// Of an image, a kernel or a stride: the kernels count a place, border included, in 16 bits.
    private static final int LONGEST_SIDE = 1 << 14;

    private final int channels;
    private final int height;
    private final int width;
    private final int kernelHeight;
    private final int kernelWidth;
    private final int stride;
    private final int padding;
    private final MemorySegment descriptor;

    /// @param padding rows and columns of zeros on every side, less than the kernel's
    public Window(
            Arena arena,
            int channels,
            int height,
            int width,
            int kernelHeight,
            int kernelWidth,
            int stride,
            int padding) {
        Slab.requirePositive("channels", channels);
        requireImage(height, width);
        requireSide("kernel height", kernelHeight);
        requireSide("kernel width", kernelWidth);
        requireSide("stride", stride);
        if (padding < 0 || padding >= Math.min(kernelHeight, kernelWidth)) {
            throw new IllegalArgumentException("padding must be 0 to below the kernel's %d×%d, but is %d"
                    .formatted(kernelHeight, kernelWidth, padding));
        }
        if (kernelHeight > height + 2 * padding || kernelWidth > width + 2 * padding) {
            throw new IllegalArgumentException("a kernel of %d×%d does not fit into %d×%d with a padding of %d"
                    .formatted(kernelHeight, kernelWidth, height, width, padding));
        }
        this.channels = channels;
        this.height = height;
        this.width = width;
        this.kernelHeight = kernelHeight;
        this.kernelWidth = kernelWidth;
        this.stride = stride;
        this.padding = padding;
        if ((double) channels * height * width > Integer.MAX_VALUE
                || (double) outHeight() * outWidth() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(this + ": an image has at most %d values".formatted(Integer.MAX_VALUE));
        }
        MemorySegment fields = ReplicaArena.descriptor(arena, 28, 4);
        int[] values = {channels, height, width, kernelHeight, kernelWidth, stride, padding};
        MemorySegment.copy(values, 0, fields, ValueLayout.JAVA_INT, 0, values.length);
        this.descriptor = fields.asReadOnly();
    }

    public int channels() {
        return channels;
    }

    public int height() {
        return height;
    }

    public int width() {
        return width;
    }

    public int kernelHeight() {
        return kernelHeight;
    }

    public int kernelWidth() {
        return kernelWidth;
    }

    public int stride() {
        return stride;
    }

    public int padding() {
        return padding;
    }

    /// Places of the kernel: height × width.
    public int taps() {
        return kernelHeight * kernelWidth;
    }

    /// Features of an image: C × H × W.
    public int features() {
        return channels * height * width;
    }

    /// Rows of output positions.
    public int outHeight() {
        return (height + 2 * padding - kernelHeight) / stride + 1;
    }

    /// Columns of output positions.
    public int outWidth() {
        return (width + 2 * padding - kernelWidth) / stride + 1;
    }

    /// Output positions.
    public int positions() {
        return outHeight() * outWidth();
    }

    /// `tombola_window`.
    public MemorySegment descriptor() {
        return descriptor;
    }

    @Override
    public String toString() {
        return "%d×%d stride %d padding %d on [%d×%d×%d]"
                .formatted(kernelHeight, kernelWidth, stride, padding, channels, height, width);
    }

    /// @throws IllegalArgumentException if no window slides over images that are so large
    public static void requireImage(int height, int width) {
        requireSide("height", height);
        requireSide("width", width);
    }

    private static void requireSide(String what, int value) {
        Slab.requirePositive(what, value);
        if (value > LONGEST_SIDE) {
            throw new IllegalArgumentException("%s must be at most %d, but is %d".formatted(what, LONGEST_SIDE, value));
        }
    }
}
