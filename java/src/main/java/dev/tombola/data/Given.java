package dev.tombola.data;

import dev.tombola.base.UserError;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.LongToIntFunction;

/// Labelled images where a program has them, until they are copied.
///
/// @param set what messages call them
/// @param pixels unsigned bytes `[count][channels][height][width]`
/// @param label of an image by its number
record Given(String set, MemorySegment pixels, long count, LongToIntFunction label) {
    static Given of(String set, byte[] pixels, int[] labels) {
        return new Given(set, MemorySegment.ofArray(pixels), labels.length, i -> labels[(int) i]);
    }

    static Given of(String set, MemorySegment pixels, MemorySegment labels) {
        return new Given(set, pixels, labels.byteSize(), i -> Byte.toUnsignedInt(labels.get(ValueLayout.JAVA_BYTE, i)));
    }

    /// @throws UserError if there are not as many pixels as that takes, or a label is not 0 to `classes`−1
    Images copy(int channels, int height, int width, int classes) {
        int features = channels * height * width;
        if (count < 1 || count > Labelled.LARGEST / features || pixels.byteSize() != count * features) {
            throw new UserError(
                    ("The %s set has %d labels and %d bytes of pixels; there must be one label or more, with"
                                    + " the %d bytes of a %dx%dx%d image for each, at most %d bytes in all.")
                            .formatted(
                                    set,
                                    count,
                                    pixels.byteSize(),
                                    features,
                                    channels,
                                    height,
                                    width,
                                    Labelled.LARGEST));
        }
        Labelled copy = Labelled.allocate(channels, height, width, (int) count);
        for (long i = 0; i < count; i++) {
            int of = label.applyAsInt(i);
            if (of < 0 || of >= classes) {
                throw new UserError("The %s set has label %d at place %d; labels must be 0 to %d."
                        .formatted(set, of, i, classes - 1));
            }
            copy.labels().set(ValueLayout.JAVA_BYTE, i, (byte) of);
        }
        MemorySegment.copy(pixels, 0, copy.pixels(), 0, pixels.byteSize());
        return copy.images(classes);
    }
}
