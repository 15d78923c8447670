package dev.tombola.train;

import dev.tombola.base.UserError;
import dev.tombola.data.Dataset;
import dev.tombola.data.Images;
import dev.tombola.data.Scaling;
import dev.tombola.data.Split;
import dev.tombola.tensor.Pixels;
import java.lang.foreign.Arena;
import java.util.BitSet;
import java.util.stream.IntStream;

/// What all trainings of one trial share: the images, and which of them train, validate and test.
/// Immutable; any number of threads may read it.
public final class TrainingData {
    private final int[] numbers;
    private final EvaluationSet training;
    private final EvaluationSet validation;
    private final EvaluationSet test;
    private final BitSet lit;

    private TrainingData(Pixels train, Split split, EvaluationSet test, BitSet lit) {
        this.numbers = split.training();
        this.training = EvaluationSet.of(train, numbers);
        this.validation = EvaluationSet.of(train, split.validation());
        this.test = test;
        this.lit = lit;
    }

    public static TrainingData of(Dataset dataset, Scaling scaling, Split split) {
        return of(Arena.ofAuto(), dataset, scaling, split);
    }

    /// @param arena where the images lie
    public static TrainingData of(Arena arena, Dataset dataset, Scaling scaling, Split split) {
        Pixels train = pixels(arena, dataset, dataset.train(), scaling);
        Pixels test = pixels(arena, dataset, dataset.test(), scaling);
        BitSet lit = train.lit();
        lit.or(test.lit());
        return new TrainingData(
                train,
                split,
                EvaluationSet.of(test, IntStream.range(0, test.count()).toArray()),
                lit);
    }

    /// The same images under another trial's split.
    public TrainingData with(Split split) {
        return new TrainingData(training.images(), split, test, lit);
    }

    /// @throws UserError unless an epoch has at least one batch of this size
    public void requireBatch(int batch) {
        requireBatch(batch, numbers.length);
    }

    /// @param examples that are trained on
    /// @throws UserError unless an epoch has at least one batch of this size
    public static void requireBatch(int batch, int examples) {
        if (batch > examples) {
            throw new UserError("train.batch is %d but there %s; make the batch smaller."
                    .formatted(
                            batch,
                            examples == 1
                                    ? "is only 1 training example"
                                    : "are only %d training examples".formatted(examples)));
        }
    }

    /// The pixels that are anything but +0 in some image, of training or of test.
    public BitSet lit() {
        return (BitSet) lit.clone();
    }

    /// Numbers of the training examples in [#training]'s images, ascending.
    int[] numbers() {
        return numbers;
    }

    EvaluationSet training() {
        return training;
    }

    EvaluationSet validation() {
        return validation;
    }

    EvaluationSet test() {
        return test;
    }

    private static Pixels pixels(Arena arena, Dataset dataset, Images images, Scaling scaling) {
        return new Pixels(
                arena,
                images.pixels(),
                images.labels(),
                scaling.table(),
                images.count(),
                images.features(),
                dataset.channels(),
                images.classes());
    }
}
