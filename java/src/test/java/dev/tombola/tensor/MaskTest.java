package dev.tombola.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class MaskTest {
    /// Memory is laid out for the most of any; what survives in each stays its own.
    @Test
    void masksSideBySideHaveRoomForTheMostSurvivors() {
        List<Mask> together = Mask.together(List.of(mask(1, 1, 1, 1), mask(1, 0, 0, 1), mask(0, 0, 1, 0)));
        assertThat(together).extracting(Mask::survivors).containsExactly(4, 2, 1);
        assertThat(together).extracting(Mask::room).containsOnly(4);
        assertThat(together).extracting(Mask::density).containsOnly(1.0);
        assertThat(together).extracting(Mask::isFull).containsOnly(false);
        assertThat(together).extracting(mask -> mask.alive(1)).containsExactly(true, false, false);
        assertThat(Mask.together(List.of(Mask.full(3), mask(1, 1, 1))))
                .extracting(Mask::isFull)
                .containsOnly(true);
        assertThat(mask(1, 0, 0, 1).density()).isEqualTo(0.5);
    }

    @Test
    void aMaskIsOfZerosAndOnesAndStaysAsItIs() {
        byte[] bytes = {1, 0, 1};
        Mask mask = Mask.of(bytes);
        bytes[0] = 0;
        mask.toArray()[2] = 0;
        assertThat(mask).isEqualTo(mask(1, 0, 1)).hasToString("2 of 3");
        bytes[1] = 2;
        assertThatThrownBy(() -> Mask.of(bytes)).hasMessage("mask entry 1 is 2: it must be 0 or 1");
        bytes[1] = -1;
        assertThatThrownBy(() -> Mask.of(bytes)).hasMessage("mask entry 1 is -1: it must be 0 or 1");
    }

    private static Mask mask(int... alive) {
        byte[] bytes = new byte[alive.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) alive[i];
        }
        return Mask.of(bytes);
    }
}
