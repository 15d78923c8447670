package dev.tombola.train;

import dev.tombola.nn.Parameters;
import dev.tombola.tensor.Score;
import dev.tombola.tensor.Span;

/// Where a training stands: the numbers in memory that a [Checkpoint] is made of, and that it is taken up into.
///
/// @param best the values at the best evaluation so far
/// @param score totals of the training batches since the last evaluation
record Standing(Parameters parameters, Span best, Score score) {
    /// Iterations and times are left to who counts them.
    void takeUp(Checkpoint checkpoint, Course course) {
        parameters.load(checkpoint.values());
        parameters.loadMoments(checkpoint.moments());
        parameters.load(checkpoint.best(), best);
        score.set(checkpoint.loss(), checkpoint.correct(), checkpoint.examples());
        checkpoint.curve().forEach(course::add);
        course.rewind(checkpoint.rewind());
    }

    Checkpoint checkpoint(int done, Course course, double secondsTrain, double secondsEval) {
        return new Checkpoint(
                done,
                parameters.store(parameters.values()),
                parameters.moments(),
                course.curve(),
                parameters.store(best),
                course.rewind(),
                score.loss(),
                score.correct(),
                score.examples(),
                secondsTrain,
                secondsEval);
    }
}
