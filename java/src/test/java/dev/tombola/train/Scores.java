package dev.tombola.train;

import dev.tombola.nn.FormChoice;
import dev.tombola.nn.Parameters;
import dev.tombola.tensor.Score;
import java.lang.foreign.Arena;

/// An evaluation's totals as a value.
record Scores(double loss, long correct, long examples) {
    /// The start of a task, evaluated on a set, `batch` examples at a time.
    static Scores of(Task task, EvaluationSet set, int batch) {
        try (Arena arena = Arena.ofConfined()) {
            Parameters parameters = new Parameters(
                    arena, task.network(), task.masks(), FormChoice.AUTO.forms(task.network(), task.masks()));
            parameters.load(task.start());
            Score score = new Evaluator(arena, task.network(), parameters, Trainings.KERNELS, set, batch, () -> false)
                    .evaluate();
            return new Scores(score.loss(), score.correct(), score.examples());
        }
    }
}
