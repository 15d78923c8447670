package dev.tombola.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tombola.base.UserError;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class ImagesTest {
    @Test
    void imagesThatFindNoRoomOutsideTheHeapSayWhatGivesMore() {
        assertThatThrownBy(() -> Images.block(1L << 50))
                .isInstanceOf(UserError.class)
                .hasMessageStartingWith("1,125,899,906,842,624 bytes of images do not fit outside the heap (")
                .hasMessageContaining("-XX:MaxDirectMemorySize");
    }

    @Test
    void labelsAreBelowTheNumberOfClasses() {
        MemorySegment labels = Images.block(2);
        labels.set(ValueLayout.JAVA_BYTE, 1, (byte) 255);
        MemorySegment pixels = Images.block(6);
        assertThat(new Images(pixels, labels, 2, 3, 256).label(1)).isEqualTo(255);
        assertThatThrownBy(() -> new Images(pixels, labels, 2, 3, 255))
                .hasMessage("label 1 is 255; it must be below 255");
        assertThatThrownBy(() -> new Images(pixels, labels, 2, 3, 257))
                .hasMessage("there are 257 classes; there must be 1 to 256");
    }

    /// Not the first pixel of the next image.
    @Test
    void aPixelBeyondAnImageIsNone() {
        Images images = new Images(Images.block(6), Images.block(2), 2, 3, 10);
        assertThat(images.pixel(0, 2)).isZero();
        assertThatThrownBy(() -> images.pixel(0, 3)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> images.pixel(2, 0)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
