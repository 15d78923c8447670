package dev.tombola.lottery;

import dev.tombola.base.UserError;
import dev.tombola.data.Dataset;
import dev.tombola.data.Scaling;
import dev.tombola.data.Split;
import dev.tombola.numeric.Stream;
import dev.tombola.train.Checkpoints;
import dev.tombola.train.ReplicaTrainer;
import dev.tombola.train.Task;
import dev.tombola.train.Trained;
import dev.tombola.train.Trainer;
import dev.tombola.train.TrainingData;
import dev.tombola.train.TrainingListener;
import java.lang.foreign.Arena;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Trains with kernels on a recipe's data set.
final class KernelTraining {
    /// Trials whose splits are kept at hand.
    private static final int TRIALS_AT_HAND = 8;

    private final Recipe recipe;
    private final Dataset dataset;
    private final TrainingData first;
    private final Map<Integer, TrainingData> byTrial = new LinkedHashMap<>(TRIALS_AT_HAND, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, TrainingData> eldest) {
            return size() > TRIALS_AT_HAND;
        }
    };

    /// @param images where the images lie
    /// @throws UserError unless an epoch has at least one batch
    KernelTraining(Recipe recipe, Dataset dataset, Arena images) {
        this.recipe = recipe;
        this.dataset = dataset;
        Scaling scaling = Scaling.of(recipe.data().mean(), recipe.data().std(), dataset.channels());
        this.first = TrainingData.of(images, dataset, scaling, split(0));
        first.requireBatch(recipe.train().batch());
    }

    /// The data set in one sentence; what the program drew is called synthetic.
    String sentence() {
        return String.format(
                Locale.ROOT,
                "Data set %s%s: %,d training images, %,d of them for validation, and %,d test images.",
                dataset.name(),
                dataset.synthetic() ? ", synthetic, drawn by the program" : "",
                dataset.train().count(),
                recipe.data().validation(),
                dataset.test().count());
    }

    /// Trainings on this data by a trainer.
    Training with(Trainer trainer) {
        return (trial, task, checkpoints, listener) -> trainer.train(task, data(trial), checkpoints, listener);
    }

    /// Trainings on this data, side by side.
    Training with(ReplicaTrainer trainer) {
        return new Training() {
            @Override
            public int together() {
                return trainer.most();
            }

            @Override
            public Trained train(int trial, Task task, Checkpoints checkpoints, TrainingListener listener) {
                return train(List.of(new Part(trial, task, checkpoints, listener)))
                        .getFirst();
            }

            @Override
            public List<Trained> train(List<Part> parts) {
                return trainer.train(parts.stream()
                        .map(part -> new ReplicaTrainer.Part(
                                part.task(), data(part.trial()), part.checkpoints(), part.listener()))
                        .toList());
            }
        };
    }

    private TrainingData data(int trial) {
        synchronized (byTrial) {
            return byTrial.computeIfAbsent(trial, _ -> trial == 0 ? first : first.with(split(trial)));
        }
    }

    private Split split(int trial) {
        return Split.of(
                recipe.run().seed(),
                Stream.trial(trial),
                dataset.train().count(),
                recipe.data().validation());
    }
}
