package dev.tombola.train;

import dev.tombola.nn.FormChoice;
import dev.tombola.nn.Parameters;
import dev.tombola.nn.Plan;
import dev.tombola.tensor.Score;
import java.lang.foreign.Arena;

/// An evaluation's totals as a value.
record Scores(double loss, long correct, long examples) {
    /// The start of a task, evaluated on a set, `batch` examples at a time.
    static Scores of(Task task, EvaluationSet set, int batch) {
        try (Arena arena = Arena.ofConfined()) {
            Plan plan = Plan.of(task.network(), task.masks());
            Parameters parameters = Parameters.forInference(arena, plan, FormChoice.AUTO.forms(plan, Trainings.COSTS));
            parameters.load(task.start());
            Score score = new Evaluator(new Passes(arena, plan, parameters, Trainings.KERNELS), set, batch, () -> false)
                    .evaluate();
            return new Scores(score.loss(), score.correct(), score.examples());
        }
    }
}
