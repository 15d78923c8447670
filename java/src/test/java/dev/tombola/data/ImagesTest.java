package dev.tombola.data;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tombola.base.UserError;
import org.junit.jupiter.api.Test;

class ImagesTest {
    @Test
    void imagesThatFindNoRoomOutsideTheHeapSayWhatGivesMore() {
        assertThatThrownBy(() -> Images.block(1L << 50))
                .isInstanceOf(UserError.class)
                .hasMessageStartingWith("1,125,899,906,842,624 bytes of images do not fit outside the heap (")
                .hasMessageContaining("-XX:MaxDirectMemorySize");
    }
}
