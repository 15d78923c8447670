package dev.tombola.lottery;

import dev.tombola.nn.Initial;
import dev.tombola.nn.Masks;
import dev.tombola.nn.State;
import dev.tombola.numeric.Purpose;
import dev.tombola.numeric.Stream;
import dev.tombola.prune.Ladder;
import dev.tombola.prune.Pruning;
import dev.tombola.train.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// What each training of a recipe is given: a pure function of the recipe and of the finished trainings that it needs,
/// so that a run taken up again goes on as if it had never stopped.
///
/// @param tickets a finished training by its job
record Experiment(Recipe recipe, Ladder ladder, Function<Job, Ticket> tickets) {
    /// The task of a training whose [Job#needs] is finished.
    Task task(Job job) {
        Masks masks = masks(job);
        Recipe.Train train = recipe.train();
        return new Task(
                recipe.network(),
                start(job).masked(masks),
                masks,
                train.optimizer(),
                train.iterations(),
                train.batch(),
                train.evaluateEvery(),
                recipe.run().seed(),
                Stream.trial(job.trial()));
    }

    /// Layers that a ticket's mask leaves with their last weight, in one sentence each; its controls have the same.
    List<String> lastWeights(Job job, Masks masks) {
        List<String> notes = new ArrayList<>();
        masks.byName().forEach((name, mask) -> {
            if (job.control() == Control.TICKET && mask.survivors() == 1) {
                notes.add("In %s, %s is down to its last weight, which stays.".formatted(job, name));
            }
        });
        return notes;
    }

    private Masks masks(Job job) {
        if (job.level() == 0) {
            return Masks.full(recipe.network());
        }
        Ticket from = tickets.apply(job.needs().orElseThrow());
        Masks pruned = Pruning.magnitude(ladder.pools(), from.end(), from.masks(), ladder.counts(job.level()));
        return switch (job.control().mask()) {
            case LEVEL_BEFORE, LEVEL_ZERO -> pruned;
            case RANDOM_PLACES ->
                Pruning.random(recipe.network(), pruned, recipe.run().seed(), job.stream());
        };
    }

    private State start(Job job) {
        long seed = recipe.run().seed();
        if (job.control().start() == Control.Start.FRESH) {
            return Initial.glorot(recipe.network(), seed, Purpose.REINIT, job.stream());
        }
        boolean goesOn = recipe.prune().strategy() == Recipe.Strategy.CONTINUE
                && job.control() == Control.TICKET
                && job.level() > 0;
        return goesOn
                ? tickets.apply(Job.ticket(job.trial(), job.level() - 1)).end()
                : Initial.glorot(recipe.network(), seed, Purpose.INITIAL_VALUES, Stream.trial(job.trial()));
    }
}
