package dev.tombola.bench;

import dev.tombola.kernel.Backends;
import dev.tombola.kernel.Kernels;
import dev.tombola.lottery.Recipe;
import dev.tombola.nn.Costs;
import dev.tombola.nn.FormChoice;
import dev.tombola.nn.Masks;
import dev.tombola.nn.Parameters;
import dev.tombola.nn.Plan;
import dev.tombola.train.Task;
import dev.tombola.train.TrainingData;
import java.lang.foreign.Arena;
import java.util.Locale;

/// A network with a level's masks, bound to kernels and images and ready to train.
record Bound(Kernels kernels, TrainingData data, Task task, Plan plan, Parameters parameters) {
    /// @param network the name of one that has a recipe
    /// @param kernels `reference`, `cpu-dense`, `cpu-compressed` or `cpu-auto`
    /// @param images `found` or `random`
    /// @param iterations that the training may take
    static Bound of(Arena arena, String network, String kernels, String images, int level, int iterations) {
        boolean reference = kernels.equals("reference");
        Kernels chosen =
                Backends.open(reference ? kernels : "cpu", Backends.BEST).kernels();
        FormChoice forms = reference
                ? FormChoice.AUTO
                : FormChoice.valueOf(kernels.substring("cpu-".length()).toUpperCase(Locale.ROOT));
        Recipe recipe = Recipe.preset(network);
        TrainingData data = BenchImages.of(recipe, images);
        Kernels fastest = Backends.open("cpu", Backends.BEST).kernels();
        Masks masks = Tickets.masks(recipe, data, fastest, level);
        Task task = Tickets.task(recipe, masks, iterations);
        Plan plan = Plan.of(task.network(), masks, data.lit());
        Parameters parameters = Parameters.forTraining(
                arena,
                plan,
                forms.forms(plan, Costs.of(chosen, task.batch())),
                task.optimizer().kind(),
                task.optimizer().movesIdleWeights());
        parameters.load(task.start());
        return new Bound(chosen, data, task, plan, parameters);
    }
}
