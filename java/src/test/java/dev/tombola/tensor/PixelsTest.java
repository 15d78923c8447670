package dev.tombola.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class PixelsTest {
    private final Arena arena = Arena.ofAuto();

    /// By the scale of its own channel; −0 is not dark, for a product with it has another sign.
    @Test
    void aPixelThatIsPlusZeroInEveryImageIsDark() {
        assertThat(pixels(0, 3, 5, 0, 0, 0, 5, 5).lit().stream()).containsExactly(1, 3);
        assertThat(pixels(0, 0, 5, 5, 7, 0, 5, 5).lit().stream()).containsExactly(0);
        assertThat(pixels(0, 0, 5, 5, 0, 0, 5, 5).lit().stream()).isEmpty();
    }

    @Test
    void aValueIsScaledByItsChannel() {
        Pixels pixels = pixels(0, 3, 5, 255, 9, 9, 9, 9);
        assertThat(pixels.value(0, 1)).isEqualTo(3);
        assertThat(pixels.value(0, 3)).isEqualTo(250);
        assertThat(pixels.value(1, 2)).isEqualTo(4);
        assertThat(pixels.black(1)).isEqualTo(-5);
        assertThat(pixels.area()).isEqualTo(2);
    }

    @Test
    void featuresAreWholeChannels() {
        MemorySegment bytes = arena.allocate(9);
        assertThatThrownBy(() -> new Pixels(arena, bytes, bytes, scale(), 3, 3, 2, 10))
                .hasMessage("3 features do not divide into 2 channels");
    }

    /// Two images of two channels of two pixels.
    private Pixels pixels(int... values) {
        MemorySegment bytes = arena.allocate(8);
        for (int i = 0; i < values.length; i++) {
            bytes.set(ValueLayout.JAVA_BYTE, i, (byte) values[i]);
        }
        return new Pixels(arena, bytes, arena.allocate(2), scale(), 2, 4, 2, 10);
    }

    /// Of the first channel the pixel itself, but −0 for 7; of the second 5 less.
    private MemorySegment scale() {
        MemorySegment scale = arena.allocate(2 * 256 * Float.BYTES, Float.BYTES);
        for (int pixel = 0; pixel < 256; pixel++) {
            scale.setAtIndex(ValueLayout.JAVA_FLOAT, pixel, pixel == 7 ? -0f : pixel);
            scale.setAtIndex(ValueLayout.JAVA_FLOAT, 256 + pixel, pixel - 5);
        }
        return scale;
    }
}
