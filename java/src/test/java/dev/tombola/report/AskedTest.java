package dev.tombola.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AskedTest {
    @TempDir
    private Path folder;

    @Test
    void controlsThatAreRedrawnAreTrainedOncePerDraw() {
        Asked asked = asked("trials: 2", "trials: 2");
        assertThat(asked).isEqualTo(new Asked(2, 1, List.of("ticket", "reinit", "one_shot"), 3));
        assertThat(asked.trainings()).isEqualTo(2 * (1 + 1 + 3 + 1));
        assertThat(asked.share("reinit", 5)).isEqualTo("5 of 6 trainings");
        assertThat(asked.share("reinit", 6)).isEmpty();
        assertThat(asked.share("ticket", 1)).isEqualTo("1 of 2 trials");
    }

    @Test
    void moreAreAskedForThanAreThereNeverFewer() {
        assertThat(asked("trials: 2", "trials: 4").trials()).isEqualTo(4);
        assertThat(asked("trials: 2", "trials: 1").trials()).isEqualTo(2);
    }

    private Asked asked(String usual, String recipe) {
        SampleRun.of("mnist", 2000, 2, 1, List.of("ticket", "reinit", "one_shot"))
                .recipe(usual, recipe)
                .write(folder);
        return RunFiles.read(folder).asked();
    }
}
