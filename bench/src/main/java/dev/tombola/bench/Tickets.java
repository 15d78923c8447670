package dev.tombola.bench;

import dev.tombola.kernel.Kernels;
import dev.tombola.lottery.Recipe;
import dev.tombola.nn.Costs;
import dev.tombola.nn.FormChoice;
import dev.tombola.nn.Initial;
import dev.tombola.nn.Masks;
import dev.tombola.nn.State;
import dev.tombola.numeric.Purpose;
import dev.tombola.numeric.Stream;
import dev.tombola.prune.Ladder;
import dev.tombola.prune.Pruning;
import dev.tombola.train.Point;
import dev.tombola.train.Task;
import dev.tombola.train.Trainer;
import dev.tombola.train.TrainingData;
import dev.tombola.train.TrainingListener;

/// Winning tickets to measure with: the masks of the paper's ladder on a data set, each level trained just long
/// enough to tell large weights from small ones. Where pruning leaves the survivors decides which units and pixels
/// still work, so masks at random places would not cost the same.
final class Tickets {
    private static final int ITERATIONS = 500;

    private Tickets() {}

    /// The start of every training here.
    static State start(Recipe recipe) {
        return Initial.glorot(recipe.network(), 1, Purpose.INITIAL_VALUES, Stream.trial(0));
    }

    /// A training of `iterations` under `masks`, evaluated once at its end.
    static Task task(Recipe recipe, Masks masks, int iterations) {
        return new Task(
                recipe.network(),
                start(recipe),
                masks,
                recipe.train().optimizer(),
                iterations,
                recipe.train().batch(),
                iterations,
                1,
                Stream.trial(0));
    }

    /// What is left after `level` prunings.
    static Masks masks(Recipe recipe, TrainingData data, Kernels kernels, int level) {
        Ladder ladder = recipe.ladder();
        Trainer trainer = new Trainer(kernels, FormChoice.AUTO, Costs.of(kernels, 60));
        Masks masks = Masks.full(recipe.network());
        for (int pruned = 1; pruned <= level; pruned++) {
            State trained = trainer.train(task(recipe, masks, ITERATIONS), data, new Quiet())
                    .endState();
            masks = Pruning.magnitude(ladder.pools(), trained, masks, ladder.counts(pruned));
        }
        return masks;
    }

    private static final class Quiet implements TrainingListener {
        @Override
        public void evaluated(Point point) {}

        @Override
        public boolean stopping() {
            return false;
        }
    }
}
