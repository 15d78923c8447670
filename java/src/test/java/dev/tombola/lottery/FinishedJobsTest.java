package dev.tombola.lottery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tombola.base.UserError;
import dev.tombola.train.IdleCores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A look into a run folder.
class FinishedJobsTest {
    private static final Recipe RECIPE = Recipe.preset(
            "demo", "train.iterations=20", "train.evaluate_every=10", "run.trials=2", "run.levels=1", "run.draws=1");

    @TempDir
    private Path temp;

    private void train(Engine training) {
        try (RunFolder folder = RunFolder.open(temp.resolve("run"), RECIPE)) {
            Lottery.run(RECIPE, folder, training, 1, new IdleCores(), LotteryListener.SILENT, System::nanoTime);
        }
    }

    @Test
    void whatHasItsLastFileIsFinishedAndTheLookChangesNothing() throws IOException {
        train(new FakeEngine((trial, _) -> trial == 1));
        Layout layout = new Layout(temp.resolve("run"));
        Files.delete(layout.tensors(Job.ticket(0, 1)));
        Files.writeString(layout.checkpoint(Job.ticket(0, 0)), "left by someone");
        Map<String, Integer> before = FolderBytes.of(temp);
        try (RunFolder _ = RunFolder.open(temp.resolve("other"), RECIPE)) {
            FinishedJobs found = FinishedJobs.in(temp.resolve("run"), RECIPE);
            assertThat(found.all())
                    .containsExactly(Job.ticket(0, 0), new Job(0, 1, Control.REINIT, 1), Job.ticket(1, 0));
            assertThat(found.diverged()).containsExactly(Job.ticket(1, 0));
            assertThat(FinishedJobs.in(temp.resolve("other"), RECIPE).all())
                    .as("a folder in use")
                    .isEmpty();
        }
        assertThat(layout.checkpoint(Job.ticket(0, 0))).exists();
        assertThat(FolderBytes.of(temp)).containsAllEntriesOf(before);
        RunFolder.open(temp.resolve("run"), RECIPE).close();
        assertThat(layout.checkpoint(Job.ticket(0, 0)))
                .as("whoever holds the folder removes it")
                .doesNotExist();
    }

    @Test
    void whereThereIsNoFolderNothingIsFinishedAndAnotherRecipesIsRefused() {
        assertThat(FinishedJobs.in(temp.resolve("run"), RECIPE).all()).isEmpty();
        train(new FakeEngine());
        assertThatThrownBy(() -> FinishedJobs.in(temp.resolve("run"), Recipe.preset("demo")))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("holds another recipe");
    }
}
