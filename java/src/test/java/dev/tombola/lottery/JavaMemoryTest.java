package dev.tombola.lottery;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class JavaMemoryTest {
    private static final Recipe LENET = Recipe.preset("lenet-300-100");

    /// LeNet-300-100 has 266,610 parameters, four states of which are 4.27 MB: half of 4 GiB holds 503 of them.
    @Test
    void halfOfTheHeapIsForFourStatesOfEachTraining() {
        long share = JavaMemory.share(4L << 30);
        assertThat(share).isEqualTo(2L << 30);
        assertThat(JavaMemory.of(LENET, share)).isEqualTo(4 * 4 * 266_610);
        assertThat(share / JavaMemory.of(LENET, share)).isEqualTo(503);
        assertThat(JavaMemory.share()).isPositive();
    }

    @Test
    void oneTrainingAlwaysFits() {
        assertThat(JavaMemory.of(LENET, 1_000_000)).isEqualTo(1_000_000);
    }
}
