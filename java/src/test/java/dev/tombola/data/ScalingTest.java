package dev.tombola.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tombola.base.UserError;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScalingTest {
    @Test
    void tableIsFloatArithmeticPerChannel() {
        Scaling scaling = new Scaling(List.of(0f, 0.1307f), List.of(1f, 0.3081f));
        assertThat(scaling.table().byteSize()).isEqualTo(2 * 256 * 4);
        assertThat(scaling.table().address() % 64).isZero();
        for (int pixel = 0; pixel < 256; pixel++) {
            float unit = (float) pixel / 255f;
            assertThat(scaling.value(0, pixel)).isEqualTo(unit);
            float centred = unit - 0.1307f;
            float scaled = centred / 0.3081f;
            assertThat(scaling.value(1, pixel))
                    .isEqualTo(scaled)
                    .isEqualTo(scaling.table().getAtIndex(ValueLayout.JAVA_FLOAT, 256 + pixel));
        }
    }

    @Test
    void oneNumberStandsForEveryChannel() {
        Scaling scaling = Scaling.of(List.of(0.5), List.of(1.0, 2.0, 4.0), 3);
        assertThat(scaling.channels()).isEqualTo(3);
        for (int channel = 0; channel < 3; channel++) {
            assertThat(scaling.value(channel, 255)).isEqualTo(0.5f / (1 << channel));
        }
        assertThatThrownBy(() -> Scaling.of(List.of(0.5, 0.5), List.of(1.0), 3))
                .isInstanceOf(UserError.class)
                .hasMessage("data.mean has 2 values; it must have one, or one for each of the 3 channels.");
    }

    @Test
    void blackIsZeroAndWhiteIsOneWithoutScaling() {
        Scaling scaling = Scaling.of(List.of(0.0), List.of(1.0), 1);
        assertThat(Float.floatToRawIntBits(scaling.value(0, 0))).isZero();
        assertThat(scaling.value(0, 255)).isEqualTo(1f);
    }

    @Test
    void badValuesAreTheUsers() {
        assertThatThrownBy(() -> Scaling.of(List.of(0.0), List.of(0.0), 1))
                .isInstanceOf(UserError.class)
                .hasMessage("data.std is 0.0; it must be a finite number above 0.");
        assertThatThrownBy(() -> Scaling.of(List.of(Double.NaN), List.of(1.0), 1))
                .isInstanceOf(UserError.class)
                .hasMessage("data.mean is NaN; it must be a finite number.");
        assertThatThrownBy(() -> new Scaling(List.of(0f), List.of(1f, 1f)))
                .isInstanceOf(UserError.class)
                .hasMessage("data.mean has 1 values and data.std 2; each must have one per channel.");
    }

    @Test
    void imagesMustFit() {
        var pixels = Images.block(8);
        var labels = Images.block(2);
        assertThat(new Images(pixels, labels, 2, 4, 10).label(1)).isZero();
        assertThatThrownBy(() -> new Images(pixels, labels, 2, 5, 10)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Images(pixels, labels, 1, 8, 10)).isInstanceOf(IllegalArgumentException.class);
        labels.set(ValueLayout.JAVA_BYTE, 1, (byte) 10);
        assertThatThrownBy(() -> new Images(pixels, labels, 2, 4, 10))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("label 1 is 10; it must be below 10");
        var fine = new Images(pixels, Images.block(2), 2, 4, 10);
        assertThatThrownBy(() -> new Dataset("x", false, 1, 2, 3, 10, fine, fine))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
