package dev.tombola.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tombola.nn.FormChoice;
import dev.tombola.nn.Masks;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is counted over all training images when the last iteration is done.
class TrainAccuracyTest {
    private static final int ITERATIONS = 400;

    private final TrainingData data = Trainings.data();

    private Trained train(Checkpoints checkpoints, TrainingListener listener) {
        Task task = Trainings.task(Masks.full(Trainings.NETWORK), Trainings.ADAM, ITERATIONS, 60, 40);
        return new Trainer(Trainings.KERNELS, FormChoice.AUTO, Trainings.COSTS)
                .train(task, data, checkpoints, listener);
    }

    /// 550 images are 9 batches, asked before each whether to stop: in the middle of the end's, and of the best's.
    @ParameterizedTest
    @ValueSource(ints = {5, 14})
    void stoppedWhileItIsCountedATrainingGoesOnToTheSameNumbers(int question) {
        Trained unbroken = train(Checkpoints.NONE, Trainings.SILENT);
        assertThat(unbroken.best().iteration()).as("both are counted").isLessThan(ITERATIONS);
        assertThat(unbroken.bestTrainAccuracy()).isLessThan(unbroken.endTrainAccuracy());
        Checkpoint[] kept = new Checkpoint[1];
        Checkpoints keeping = new Checkpoints() {
            @Override
            public Optional<Checkpoint> latest() {
                return Optional.ofNullable(kept[0]);
            }

            @Override
            public boolean due(int done) {
                return done == ITERATIONS - 30;
            }

            @Override
            public boolean worth() {
                return true;
            }

            @Override
            public void keep(Checkpoint checkpoint) {
                kept[0] = checkpoint;
            }
        };
        assertThatThrownBy(() -> train(keeping, new TrainingListener() {
                    private int asked = Integer.MIN_VALUE;

                    @Override
                    public void evaluated(Point point) {
                        asked = point.iteration() == ITERATIONS ? 0 : asked;
                    }

                    @Override
                    public boolean stopping() {
                        return ++asked == question;
                    }
                }))
                .isInstanceOf(StoppedException.class);
        assertThat(kept[0].done()).as("the last one").isEqualTo(ITERATIONS - 30);
        Trained broken = train(keeping, Trainings.SILENT);
        assertThat(broken.curve()).isEqualTo(unbroken.curve());
        assertThat(broken.bestTrainAccuracy()).isEqualTo(unbroken.bestTrainAccuracy());
        assertThat(broken.endTrainAccuracy()).isEqualTo(unbroken.endTrainAccuracy());
    }
}
