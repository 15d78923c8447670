package dev.tombola.sweep;

import dev.tombola.lottery.ImageSet;
import dev.tombola.lottery.Job;
import dev.tombola.lottery.Recipe;
import dev.tombola.nn.Network;
import dev.tombola.numeric.Precision;
import dev.tombola.prune.Ladder;
import dev.tombola.tensor.Rule;

/// Trainings that a GPU can take side by side: one network on the same images, at the same level, with the same batch,
/// iterations, evaluations, kind of optimiser and precision. Seeds, rates and masks may differ.
///
/// @param first the iterations behind their first values
/// @param kept as in [Recipe#kept]
/// @param moving whether idle weights move
record Kind(
        Network network,
        ImageSet images,
        int validation,
        boolean flip,
        int crop,
        int level,
        int first,
        int kept,
        int iterations,
        int batch,
        int evaluateEvery,
        Rule.Kind optimizer,
        boolean moving,
        Precision precision) {
    /// @param ladder of the recipe
    static Kind of(Recipe recipe, Ladder ladder, Job job) {
        Recipe.Train train = recipe.train();
        return new Kind(
                recipe.network(),
                ImageSet.of(recipe),
                recipe.data().validation(),
                recipe.data().flip(),
                recipe.data().crop(),
                job.level(),
                recipe.first(job),
                recipe.kept(job),
                train.iterations(),
                train.batch(),
                train.evaluateEvery(),
                train.optimizer().kind(),
                train.optimizer().movesIdleWeights(),
                recipe.numerics().at(ladder.weights(job.level()), ladder.weights(0)));
    }
}
