package dev.tombola.sweep;

import dev.tombola.lottery.ImageSet;
import dev.tombola.lottery.Job;
import dev.tombola.lottery.Recipe;
import dev.tombola.nn.Network;
import dev.tombola.tensor.Rule;

/// Trainings that a GPU can take side by side: one network on the same images, at the same level, with the same batch,
/// iterations, evaluations and kind of optimiser. Seeds, rates and masks may differ.
record Kind(
        Network network,
        ImageSet images,
        int validation,
        boolean flip,
        int crop,
        int level,
        int first,
        int iterations,
        int batch,
        int evaluateEvery,
        Rule.Kind optimizer) {
    static Kind of(Recipe recipe, Job job) {
        Recipe.Train train = recipe.train();
        return new Kind(
                recipe.network(),
                ImageSet.of(recipe),
                recipe.data().validation(),
                recipe.data().flip(),
                recipe.data().crop(),
                job.level(),
                recipe.first(job),
                train.iterations(),
                train.batch(),
                train.evaluateEvery(),
                train.optimizer().kind());
    }
}
