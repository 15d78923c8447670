package dev.tombola.lottery;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class JavaMemoryTest {
    /// LeNet-300-100 has 266,610 parameters, four states of which are 4.27 MB: half of 4 GiB holds 503 of them.
    @Test
    void halfOfTheHeapIsForFourStatesOfEachTraining() {
        Recipe lenet = Recipe.preset("lenet-300-100");
        long state = 266_610 * Float.BYTES;
        assertThat(JavaMemory.trainings(lenet, 4L << 30)).isEqualTo(503);
        assertThat(JavaMemory.trainings(lenet, 2 * 4 * state * 7)).isEqualTo(7);
        assertThat(JavaMemory.trainings(lenet, 2 * 4 * state * 7 - 2)).isEqualTo(6);
        assertThat(JavaMemory.trainings(lenet, 1)).as("one at least").isEqualTo(1);
        assertThat(JavaMemory.trainings(lenet)).isPositive();
    }
}
