package dev.tombola.data;

import dev.tombola.base.UserError;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/// Labelled images as bytes, off-heap and read-only.
///
/// @param pixels unsigned bytes `[count][features]`, features in the order channel, row, column
/// @param labels unsigned bytes `[count]`, each below `classes`
public record Images(MemorySegment pixels, MemorySegment labels, int count, int features, int classes) {
    /// Where every block starts: a cache line and the widest vector.
    static final long ALIGNMENT = 64;

    /// @throws IllegalArgumentException if a size does not match or a label is out of range
    public Images {
        require(count > 0 && features > 0, "there are " + count + " images of " + features + " pixels");
        require(classes > 0 && classes <= 256, "there are " + classes + " classes; there must be 1 to 256");
        require(pixels.isNative() && labels.isNative(), "pixels and labels must be off-heap");
        require(
                pixels.byteSize() == (long) count * features,
                "pixels has " + pixels.byteSize() + " bytes; " + count + " images of " + features + " need "
                        + (long) count * features);
        require(labels.byteSize() == count, "labels has " + labels.byteSize() + " bytes; it must have " + count);
        for (int i = 0; i < count; i++) {
            int label = labels.get(ValueLayout.JAVA_BYTE, i) & 0xFF;
            require(label < classes, "label " + i + " is " + label + "; it must be below " + classes);
        }
        pixels = pixels.asReadOnly();
        labels = labels.asReadOnly();
    }

    /// An aligned block that lives as long as it can be reached.
    ///
    /// @throws UserError if the JVM lets such blocks have less
    public static MemorySegment block(long bytes) {
        try {
            return Arena.ofAuto().allocate(bytes, ALIGNMENT);
        } catch (OutOfMemoryError e) {
            throw new UserError(
                    "%,d bytes of images do not fit outside the heap (%s): give java more with -XX:MaxDirectMemorySize, which is -Xmx unless set."
                            .formatted(bytes, e.getMessage()),
                    e);
        }
    }

    /// The value, 0 to 255, of one pixel.
    ///
    /// @throws IndexOutOfBoundsException if there is no such image or feature
    public int pixel(int image, int feature) {
        Objects.checkIndex(feature, features);
        return pixels.get(ValueLayout.JAVA_BYTE, (long) image * features + feature) & 0xFF;
    }

    /// The class of one image.
    ///
    /// @throws IndexOutOfBoundsException if there is no such image
    public int label(int image) {
        return labels.get(ValueLayout.JAVA_BYTE, image) & 0xFF;
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
