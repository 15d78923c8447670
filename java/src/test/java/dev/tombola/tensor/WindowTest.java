package dev.tombola.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;

class WindowTest {
    private static Window window(int height, int width, int kernelHeight, int kernelWidth, int padding) {
        return new Window(Arena.ofAuto(), 2, height, width, kernelHeight, kernelWidth, 2, padding);
    }

    @Test
    void positionsAreThoseThatAWholeKernelFits() {
        Window window = window(9, 6, 3, 2, 1);
        assertThat(window.outHeight()).isEqualTo(5);
        assertThat(window.outWidth()).isEqualTo(4);
        assertThat(window.positions()).isEqualTo(20);
        assertThat(window.taps()).isEqualTo(6);
        assertThat(window.features()).isEqualTo(108);
        assertThat(window(3, 3, 3, 3, 0).positions()).isEqualTo(1);
    }

    @Test
    void paddingIsLessThanTheKernelOnEverySide() {
        assertThat(window(9, 9, 3, 2, 1).padding()).isEqualTo(1);
        refused(9, 9, 3, 2, 2, "padding must be 0 to below the kernel's 3×2, but is 2");
        refused(9, 9, 2, 3, 2, "padding must be 0 to below the kernel's 2×3, but is 2");
        refused(9, 9, 3, 3, -1, "padding must be 0 to below the kernel's 3×3, but is -1");
    }

    @Test
    void aKernelFitsIntoImageAndBorder() {
        assertThat(window(2, 2, 4, 4, 1).positions()).isEqualTo(1);
        refused(1, 2, 4, 4, 1, "a kernel of 4×4 does not fit into 1×2 with a padding of 1");
        refused(2, 1, 4, 4, 1, "a kernel of 4×4 does not fit into 2×1 with a padding of 1");
    }

    @Test
    void sidesHaveAMostAndSoHasAnImage() {
        assertThat(window(16_384, 1, 1, 1, 0).outHeight()).isEqualTo(8192);
        refused(16_385, 1, 1, 1, 0, "height must be at most 16384, but is 16385");
        refused(1, 16_385, 1, 1, 0, "width must be at most 16384, but is 16385");
        assertThatThrownBy(() -> new Window(Arena.ofAuto(), 8, 16_384, 16_384, 1, 1, 1, 0))
                .hasMessageEndingWith(": an image has at most 2147483647 values");
    }

    private static void refused(int height, int width, int kernelHeight, int kernelWidth, int padding, String why) {
        assertThatThrownBy(() -> window(height, width, kernelHeight, kernelWidth, padding))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(why);
    }
}
