package dev.tombola.train;

import dev.tombola.kernel.Group;
import dev.tombola.kernel.Kernels;
import dev.tombola.nn.Parameters;
import dev.tombola.nn.Plan;
import dev.tombola.nn.State;
import dev.tombola.tensor.Form;
import dev.tombola.tensor.ReplicaArena;
import dev.tombola.tensor.Score;
import dev.tombola.tensor.Span;
import java.util.Map;

/// One training among several side by side: all its numbers lie in its own arena, made in the same order as every
/// other's.
final class Replica implements AutoCloseable {
    private final ReplicaArena arena;
    private final int batch;
    private final Standing standing;
    private final Stepper stepper;
    private final Evaluator training;
    private final Evaluator validation;
    private final Evaluator test;

    /// @param group null where only the memory is asked for
    /// @param batch examples to evaluate at a time
    /// @param oneSplit whether all side by side train and validate on the same examples; all test on the same
    Replica(
            ReplicaArena arena,
            Task task,
            Plan plan,
            TrainingData data,
            Group group,
            Map<String, Form> forms,
            int batch,
            boolean oneSplit) {
        Kernels steps = group == null ? null : group.steps();
        Kernels kernels = group == null ? null : group.kernels();
        this.arena = arena;
        this.batch = batch;
        Parameters parameters = Parameters.forTraining(
                arena, plan, forms, task.optimizer().kind(), task.optimizer().movesIdleWeights());
        this.stepper = new Stepper(arena, task, plan, data, steps, parameters);
        Score score = new Score(arena);
        this.standing = new Standing(
                parameters, Span.allocate(arena, parameters.values().length()), score);
        Passes passes = new Passes(arena, plan, parameters, kernels);
        this.training = evaluator(passes, data.training(), oneSplit);
        this.validation = evaluator(passes, data.validation(), oneSplit);
        this.test = evaluator(passes, data.test(), true);
    }

    private Evaluator evaluator(Passes passes, EvaluationSet set, boolean common) {
        return new Evaluator(passes, set.in(arena), batch, common, () -> false);
    }

    /// What it keeps and is taken up from, as far as the host's copy has it.
    Standing standing() {
        return standing;
    }

    Parameters parameters() {
        return standing.parameters();
    }

    Stepper stepper() {
        return stepper;
    }

    /// Totals of the training batches since it was last cleared.
    Score score() {
        return standing.score();
    }

    /// The values of the best evaluation so far.
    Span best() {
        return standing.best();
    }

    /// Evaluates the current values on all training images.
    Evaluator training() {
        return training;
    }

    Evaluator validation() {
        return validation;
    }

    Evaluator test() {
        return test;
    }

    /// The dense snapshot of the current values.
    State state() {
        return parameters().store(parameters().values());
    }

    @Override
    public void close() {
        arena.close();
    }
}
