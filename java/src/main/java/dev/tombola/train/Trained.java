package dev.tombola.train;

import dev.tombola.nn.State;
import dev.tombola.tensor.Form;
import java.io.Serializable;
import java.util.List;

/// What a training leaves: its curve, and its weights at the early-stop iteration and at the end.
///
/// @param curve every evaluation, in order; ends early where the training diverged
/// @param best the evaluation with the first minimum of validation loss; null where there is none
/// @param bestState weights at `best`; the initial ones where there is none
/// @param endState weights after the last iteration; where it diverged NaN, and +0 where the mask prunes
/// @param rewind weights after [Task#rewind] iterations; null where none were asked for or it diverged
/// @param bestTrainAccuracy, endTrainAccuracy over all training images, fractions; NaN where there is no best, and
///     where it diverged
/// @param divergedAt the iteration (from 1) whose loss was found not finite, or 0
/// @param forms of the weight tensors, layer by layer: a matter of time, not of the result
/// @param secondsTrain, secondsEval wall time of steps and of evaluations
/// @param usPerStep median over evaluation intervals of the time per step, evaluation excluded, µs
public record Trained(
        List<Point> curve,
        Point best,
        State bestState,
        State endState,
        State rewind,
        double bestTrainAccuracy,
        double endTrainAccuracy,
        int divergedAt,
        List<Form> forms,
        double secondsTrain,
        double secondsEval,
        double usPerStep)
        implements Serializable {}
