package dev.tombola.lottery;

import dev.tombola.nn.Initial;
import dev.tombola.nn.Masks;
import dev.tombola.nn.Network;
import dev.tombola.nn.State;
import dev.tombola.numeric.Purpose;
import dev.tombola.numeric.Stream;
import dev.tombola.prune.Ladder;
import dev.tombola.prune.Pool;
import dev.tombola.prune.Pruning;
import dev.tombola.prune.Scope;
import dev.tombola.train.Augmentation;
import dev.tombola.train.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;

/// What each training of a recipe is given: a pure function of the recipe and of the finished trainings that it needs,
/// so that a run taken up again goes on as if it had never stopped.
///
/// @param tickets a finished training by its job
/// @param rewinds weights of a trial's finished level 0 after `prune.rewind` iterations
record Experiment(Recipe recipe, Ladder ladder, Function<Job, Ticket> tickets, IntFunction<State> rewinds) {
    /// The task of a training whose [Job#needs] is finished.
    Task task(Job job) {
        Masks masks = masks(job);
        Recipe.Train train = recipe.train();
        return new Task(
                recipe.network(),
                start(job, masks),
                masks,
                train.optimizer(),
                first(job),
                train.iterations(),
                recipe.kept(job),
                train.batch(),
                train.evaluateEvery(),
                recipe.run().seed(),
                Stream.trial(job.trial()),
                new Augmentation(recipe.data().crop(), recipe.data().flip()),
                recipe.numerics().at(masks.survivors(), recipe.network().weights()));
    }

    /// Iterations that the first values of a training have behind them.
    int first(Job job) {
        return recipe.first(job);
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
        Ticket before = tickets.apply(Job.ticket(job.trial(), job.level() - 1));
        Masks ticket = Pruning.magnitude(ladder.pools(), before.end(), before.masks(), ladder.counts(job.level()));
        return switch (job.control().mask()) {
            case LEVEL_BEFORE -> ticket;
            case LEVEL_ZERO -> largest(tickets.apply(Job.ticket(job.trial(), 0)).end(), ticket);
            case RANDOM_PLACES ->
                Pruning.random(recipe.network(), ticket, recipe.run().seed(), job.stream());
            case INITIAL -> largest(initial(job, Masks.full(recipe.network())), ticket);
        };
    }

    /// As many weights of each layer as the ticket has, the largest of a dense network's.
    private Masks largest(State dense, Masks ticket) {
        List<Pool> layers =
                Pool.of(recipe.network(), Scope.LAYER, recipe.prune().rates());
        int[] counts = layers.stream()
                .mapToInt(layer ->
                        ticket.get(layer.parameters().getFirst().name()).survivors())
                .toArray();
        return Pruning.magnitude(layers, dense, Masks.full(recipe.network()), counts);
    }

    /// Weights that are drawn are drawn alone: biases and batch normalisation start as ever.
    private State start(Job job, Masks masks) {
        Initial init = recipe.train().init();
        Network network = recipe.network();
        long seed = recipe.run().seed();
        Control control = job.control();
        return switch (control.start()) {
            case REWOUND -> rewound(job, masks);
            case INITIAL -> initial(job, masks);
            case FRESH -> init.values(network, masks, seed, Purpose.REINIT, job.stream());
            case RESAMPLED -> init.resampled(network, masks, initial(job, masks), seed, job.stream());
            case NOISY -> init.noisy(network, masks, initial(job, masks), control.noise(), seed, job.stream());
        };
    }

    /// The trial's initial values where the masks prune nothing.
    private State initial(Job job, Masks masks) {
        long seed = recipe.run().seed();
        Initial init = recipe.train().init();
        return init.values(recipe.network(), masks, seed, Purpose.INITIAL_VALUES, Stream.trial(job.trial()));
    }

    private State rewound(Job job, Masks masks) {
        if (goesOn(job)) {
            boolean fromZero = job.control().mask() == Control.MaskFrom.LEVEL_ZERO;
            return tickets.apply(Job.ticket(job.trial(), fromZero ? 0 : job.level() - 1))
                    .end()
                    .masked(masks);
        }
        return job.rewound() && recipe.prune().rewindsWeights()
                ? rewinds.apply(job.trial()).masked(masks)
                : initial(job, masks);
    }

    /// Whether it starts from the trained weights that its mask is chosen from. Strategy 2 is about the ticket alone: a
    /// one-shot ticket is reset in the paper.
    private boolean goesOn(Job job) {
        Recipe.Prune prune = recipe.prune();
        return job.rewound()
                && (prune.rewindLr()
                        || (prune.strategy() == Recipe.Strategy.CONTINUE && job.control() == Control.TICKET));
    }
}
