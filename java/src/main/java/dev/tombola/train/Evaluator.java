package dev.tombola.train;

import dev.tombola.kernel.Kernels;
import dev.tombola.nn.Network;
import dev.tombola.nn.Parameters;
import dev.tombola.nn.Pass;
import dev.tombola.tensor.Score;
import dev.tombola.tensor.Slab;
import java.lang.foreign.Arena;
import java.util.function.BooleanSupplier;

/// Loss and accuracy of the current weights on one set: forward through the training's own kernels and
/// parameters, the loss a sum over examples in order, the same bits whatever the batch size.
final class Evaluator {
    private final Pass[] passes;
    private final Score score;
    private final BooleanSupplier stopping;

    Evaluator(
            Arena arena,
            Network network,
            Parameters parameters,
            Kernels kernels,
            EvaluationSet set,
            BooleanSupplier stopping) {
        int size = set.batches().getFirst().size();
        Slab activations = new Slab(arena, Pass.activationFloats(network, size, false));
        this.passes = new Pass[set.batches().size()];
        for (int i = 0; i < passes.length; i++) {
            passes[i] = new Pass(
                    network,
                    parameters,
                    kernels,
                    set.batches().get(i),
                    set.labels().get(i),
                    activations.shared(),
                    false);
        }
        this.score = new Score(arena);
        this.stopping = stopping;
    }

    /// The totals over the whole set; valid until the next call.
    Score evaluate() {
        score.clear();
        for (Pass pass : passes) {
            if (stopping.getAsBoolean()) {
                throw new StoppedException();
            }
            pass.forward();
            pass.score(score);
        }
        return score;
    }
}
