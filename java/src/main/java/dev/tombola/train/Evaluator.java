package dev.tombola.train;

import dev.tombola.kernel.Kernels;
import dev.tombola.nn.Parameters;
import dev.tombola.nn.Pass;
import dev.tombola.nn.Plan;
import dev.tombola.tensor.Score;
import java.lang.foreign.Arena;
import java.util.function.BooleanSupplier;

/// Loss and accuracy of the current weights on one set: forward through the training's own kernels and
/// parameters, the loss a sum over examples in order, the same bits whatever the batch size.
public final class Evaluator {
    /// Examples per batch: one register tile of lanes, gathered into a batch that is still in the cache when
    /// the first layer reads it.
    public static final int BATCH = 64;

    private final Kernels kernels;
    private final EvaluationSet set;
    private final int batch;
    private final boolean common;
    private final Pass whole;
    private final Pass rest;
    private final Score score;
    private final BooleanSupplier stopping;

    /// Evaluates on the validation examples, and never stops half-way.
    public static Evaluator ofValidation(
            Arena arena, Plan plan, Parameters parameters, Kernels kernels, TrainingData data) {
        return new Evaluator(new Passes(arena, plan, parameters, kernels), data.validation(), BATCH, () -> false);
    }

    /// Evaluates on the test examples, and never stops half-way.
    public static Evaluator ofTest(Arena arena, Plan plan, Parameters parameters, Kernels kernels, TrainingData data) {
        return new Evaluator(new Passes(arena, plan, parameters, kernels), data.test(), BATCH, () -> false);
    }

    /// @param batch examples at a time
    Evaluator(Passes passes, EvaluationSet set, int batch, BooleanSupplier stopping) {
        this(passes, set, batch, false, stopping);
    }

    /// @param common whether networks side by side evaluate the same examples, in the same order
    Evaluator(Passes passes, EvaluationSet set, int batch, boolean common, BooleanSupplier stopping) {
        int examples = set.order().length();
        this.kernels = passes.kernels();
        this.set = set;
        this.batch = Math.min(batch, examples);
        this.common = common;
        this.whole = passes.of(this.batch);
        int left = examples % this.batch;
        this.rest = left == 0 ? whole : passes.of(left);
        this.score = new Score(passes.arena());
        this.stopping = stopping;
    }

    /// The totals of the last [#evaluate].
    Score score() {
        return score;
    }

    /// The totals over the whole set; valid until the next call.
    ///
    /// @throws StoppedException when asked to stop
    public Score evaluate() {
        score.clear();
        run();
        return score;
    }

    /// Adds the whole set to the score.
    void run() {
        int examples = set.order().length();
        for (int from = 0; from < examples; from += batch) {
            if (stopping.getAsBoolean()) {
                throw new StoppedException();
            }
            Pass pass = examples - from >= batch ? whole : rest;
            pass.common(common);
            kernels.gather(set.images(), pass.features(), set.order(), from, pass.input(), pass.labels());
            pass.forward();
            pass.score(score);
        }
    }
}
