package dev.tombola.train;

import dev.tombola.data.Dataset;
import dev.tombola.data.Images;
import dev.tombola.data.Scaling;
import dev.tombola.data.Split;
import dev.tombola.kernel.Kernels;
import dev.tombola.tensor.Pixels;
import java.lang.foreign.Arena;
import java.util.stream.IntStream;

/// What all trainings of one trial share: the images, which of them train and which validate, and the
/// validation and test sets laid out for evaluation. Immutable; any number of threads may read it.
public final class TrainingData {
    private final Pixels train;
    private final int[] training;
    private final EvaluationSet validation;
    private final EvaluationSet test;

    private TrainingData(Pixels train, int[] training, EvaluationSet validation, EvaluationSet test) {
        this.train = train;
        this.training = training;
        this.validation = validation;
        this.test = test;
    }

    /// @param kernels those that will gather the evaluation sets
    public static TrainingData of(Dataset dataset, Scaling scaling, Split split, Kernels kernels) {
        Pixels train = pixels(dataset, dataset.train(), scaling);
        Pixels test = pixels(dataset, dataset.test(), scaling);
        return new TrainingData(
                train,
                split.training(),
                EvaluationSet.of(kernels, train, split.validation()),
                EvaluationSet.of(kernels, test, IntStream.range(0, test.count()).toArray()));
    }

    /// The same test set and images under another trial's split.
    public TrainingData with(Split split, Kernels kernels) {
        return new TrainingData(train, split.training(), EvaluationSet.of(kernels, train, split.validation()), test);
    }

    /// The images that `training` and the validation set are numbers of.
    Pixels train() {
        return train;
    }

    /// Numbers of the training examples, ascending.
    int[] training() {
        return training;
    }

    EvaluationSet validation() {
        return validation;
    }

    EvaluationSet test() {
        return test;
    }

    private static Pixels pixels(Dataset dataset, Images images, Scaling scaling) {
        return new Pixels(
                Arena.ofAuto(),
                images.pixels(),
                images.labels(),
                scaling.table(),
                images.count(),
                images.features(),
                dataset.channels(),
                images.classes());
    }
}
