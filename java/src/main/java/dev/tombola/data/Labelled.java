package dev.tombola.data;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Images and labels as files had them, before anybody said how many classes there are.
///
/// @param pixels unsigned bytes `[count][channels][height][width]`
/// @param labels unsigned bytes `[count]`
record Labelled(int channels, int height, int width, MemorySegment pixels, MemorySegment labels) {
    /// Most bytes of pixels: no data set of small images in use has more (EMNIST: 547 MB).
    static final long LARGEST = Integer.MAX_VALUE;

    static Labelled allocate(int channels, int height, int width, int count) {
        return new Labelled(
                channels, height, width, Images.block((long) count * channels * height * width), Images.block(count));
    }

    int count() {
        return Math.toIntExact(labels.byteSize());
    }

    int features() {
        return channels * height * width;
    }

    int highestLabel() {
        int highest = 0;
        for (long i = 0; i < labels.byteSize(); i++) {
            highest = Math.max(highest, labels.get(ValueLayout.JAVA_BYTE, i) & 0xFF);
        }
        return highest;
    }

    Images images(int classes) {
        return new Images(pixels, labels, count(), features(), classes);
    }
}
