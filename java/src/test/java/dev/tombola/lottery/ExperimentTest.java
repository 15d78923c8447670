package dev.tombola.lottery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tombola.numeric.Precision;
import dev.tombola.numeric.Stream;
import dev.tombola.train.Augmentation;
import dev.tombola.train.IdleCores;
import dev.tombola.train.Task;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What every training is given beside its mask and its start.
class ExperimentTest {
    @TempDir
    Path temp;

    /// Whatever its level, control and draw, it sees the batches, crops and flips of its trial.
    @ParameterizedTest(name = "crop {0}, flip {1}")
    @CsvSource({"2, false", "0, true"})
    void trainingsOfATrialDifferInMaskAndStartAlone(int crop, boolean flip) {
        Recipe recipe = Recipe.preset(
                "demo",
                "data.crop=" + crop,
                "data.flip=" + flip,
                "run.controls=" + String.join(",", Control.labels()),
                "prune.strategy=continue",
                "run.seed=5",
                "run.trials=2",
                "run.levels=2",
                "run.draws=2");
        List<Engine.Part> parts = new ArrayList<>();
        Engine recording = part -> {
            parts.add(part);
            return new FakeEngine().train(part);
        };
        try (RunFolder folder = RunFolder.open(temp, recipe)) {
            Lottery.run(recipe, folder, recording, 1, new IdleCores(), LotteryListener.SILENT, System::nanoTime);
        }
        Recipe.Train train = recipe.train();
        assertThat(parts)
                .hasSameSizeAs(Job.all(recipe.run()))
                .allSatisfy(part -> assertThat(part.task())
                        .isEqualTo(new Task(
                                recipe.network(),
                                part.task().start(),
                                part.task().masks(),
                                train.optimizer(),
                                0,
                                train.iterations(),
                                0,
                                train.batch(),
                                train.evaluateEvery(),
                                5,
                                Stream.trial(part.trial()),
                                new Augmentation(crop, flip),
                                Precision.FP32)));
    }
}
