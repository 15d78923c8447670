package dev.tombola.bench;

import dev.tombola.kernel.Kernels;
import dev.tombola.lottery.Recipe;
import dev.tombola.nn.Conv;
import dev.tombola.nn.Costs;
import dev.tombola.nn.FormChoice;
import dev.tombola.nn.Initial;
import dev.tombola.nn.Masks;
import dev.tombola.nn.State;
import dev.tombola.numeric.Precision;
import dev.tombola.numeric.Purpose;
import dev.tombola.numeric.Stream;
import dev.tombola.prune.Ladder;
import dev.tombola.prune.Pruning;
import dev.tombola.train.Augmentation;
import dev.tombola.train.Point;
import dev.tombola.train.Task;
import dev.tombola.train.Trainer;
import dev.tombola.train.TrainingData;
import dev.tombola.train.TrainingListener;

/// Masks of the paper's ladder to measure with. Those of a fully connected network are winning tickets, each level
/// trained on a data set just long enough to tell large weights from small ones: where pruning leaves the survivors
/// decides which units and pixels still work, so masks at random places would not cost the same. A convolutional
/// network, whose levels would take hours, is pruned by the magnitudes of its initial values, which leave as many
/// weights of each layer where the ladder says so, and more of the narrow layers where it goes by the whole network.
final class Tickets {
    private static final int ITERATIONS = 500;

    private Tickets() {}

    /// The start of every training here.
    static State start(Recipe recipe) {
        return Initial.GLOROT.values(recipe.network(), recipe.run().seed(), Purpose.INITIAL_VALUES, Stream.trial(0));
    }

    /// A training of `iterations` under `masks`, evaluated once at its end.
    static Task task(Recipe recipe, Masks masks, int iterations) {
        return new Task(
                recipe.network(),
                start(recipe),
                masks,
                recipe.train().optimizer(),
                0,
                iterations,
                0,
                recipe.train().batch(),
                iterations,
                recipe.run().seed(),
                Stream.trial(0),
                new Augmentation(recipe.data().crop(), recipe.data().flip()),
                Precision.FP32);
    }

    /// What is left after `level` prunings.
    static Masks masks(Recipe recipe, TrainingData data, Kernels kernels, int level) {
        Ladder ladder = recipe.ladder();
        Masks masks = Masks.full(recipe.network());
        if (recipe.network().weighted().stream().anyMatch(Conv.class::isInstance)) {
            return Pruning.magnitude(ladder.pools(), start(recipe), masks, ladder.counts(level));
        }
        int batch = recipe.train().batch();
        Trainer trainer = new Trainer(kernels, FormChoice.AUTO, Costs.of(kernels, batch));
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
