package dev.tombola.sweep;

import dev.tombola.data.Extent;
import dev.tombola.lottery.Job;
import dev.tombola.lottery.Recipe;
import dev.tombola.nn.CostModel;
import dev.tombola.nn.FormChoice;
import dev.tombola.nn.Network;
import dev.tombola.nn.Parameter;
import dev.tombola.nn.Pass;
import dev.tombola.prune.Ladder;
import dev.tombola.prune.Pool;
import dev.tombola.prune.Rates;
import dev.tombola.prune.Scope;
import dev.tombola.tensor.Form;
import dev.tombola.tensor.Rule;
import dev.tombola.tensor.Slab;
import dev.tombola.train.Evaluator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/// Estimates what trainings cost from the measured times of layers and the counts of the pruning ladder. Which weights
/// are left is not known yet: layers that are ranked together count as equally dense, and no unit as dead.
final class Costing {
    /// Nanoseconds of a training step for each value and lane that goes into or comes out of a layer without weights,
    /// both ways together (measured; bench/RESULTS.md).
    private static final double PASSING_NANOS = 0.5;

    /// Seconds of a training in Java, before, between and after its iterations: drawing and ranking weights, plans,
    /// tickets. Measured as 20 to 25 ms of LeNet-300-100's (bench/RESULTS.md); its trainings of 300 iterations take
    /// 0.35 s.
    private static final double JAVA_SECONDS = 0.025;

    /// Bytes for each iteration of a training.
    private static final long RATES = Float.BYTES * Rule.RATES;

    /// Bytes for each image of a training: its number, its draw with it, and its place in the epoch.
    private static final long ORDER = Integer.BYTES + Long.BYTES + Integer.BYTES;

    /// Start, best and end.
    private static final int SNAPSHOTS = 3;

    private static final int CURVE_LINE = 80;
    private static final int CURVE_FIXED = 400;
    private static final int TICKET_HEADER = 4096;

    private final CostModel costs;
    private final FormChoice forms;
    private final Map<Key, List<Level>> known = new HashMap<>();

    /// All that decides what an iteration at any level takes.
    private record Key(
            Network network,
            Scope scope,
            Rates rates,
            int levels,
            int batch,
            Rule.Kind optimizer,
            Extent images,
            Recipe.Numerics numerics) {}

    /// @param step nanoseconds of an iteration
    /// @param example nanoseconds of one example's evaluation
    /// @param memory bytes
    private record Level(double step, double example, long memory) {}

    /// @param costs times of layers, whatever batch they were measured at
    Costing(CostModel costs, FormChoice forms) {
        this.costs = costs;
        this.forms = forms;
    }

    /// Of no machine, and so the same on every one.
    static Costing anywhere() {
        return new Costing(CostModel.constant(0.5, "no machine"), FormChoice.AUTO);
    }

    /// Seconds of all that is asked for of a recipe, finished or not.
    double seconds(PlannedRecipe planned) {
        int levels = planned.levels();
        return planned.jobs().stream()
                .mapToDouble(job ->
                        of(planned.recipe(), levels, planned.images(), job).seconds())
                .sum();
    }

    /// What a training of a recipe takes.
    ///
    /// @param levels of the recipe that are ever asked for
    /// @param images of its data set
    Cost of(Recipe recipe, int levels, Extent images, Job job) {
        Key key = new Key(
                recipe.network(),
                recipe.prune().scope(),
                recipe.prune().rates(),
                levels,
                recipe.train().batch(),
                recipe.train().optimizer().kind(),
                images,
                recipe.numerics());
        Level level = known.computeIfAbsent(key, this::levels).get(job.level());
        int iterations = recipe.train().iterations() - recipe.first(job);
        int evaluations = Math.ceilDiv(iterations, recipe.train().evaluateEvery());
        int validation = recipe.data().validation();
        double evaluated = (double) evaluations * (validation + images.test()) + 2.0 * (images.train() - validation);
        return new Cost(
                JAVA_SECONDS + (iterations * level.step() + evaluated * level.example()) / 1e9,
                level.memory() + RATES * recipe.train().iterations() + ORDER * images.train(),
                ticket(recipe.network()) + (job.level() == 0 ? rewind(recipe) : 0),
                CURVE_FIXED + TICKET_HEADER + (long) CURVE_LINE * evaluations);
    }

    /// Start, best and end of every parameter, and the masks.
    static long ticket(Network network) {
        long values = network.parameters().stream()
                .mapToLong(parameter -> (long) SNAPSHOTS * Float.BYTES * parameter.count())
                .sum();
        return values + network.weights();
    }

    /// What its trial goes back to.
    private static long rewind(Recipe recipe) {
        return recipe.prune().rewindsWeights() ? ticket(recipe.network()) / SNAPSHOTS : 0;
    }

    private List<Level> levels(Key key) {
        Ladder ladder = Ladder.of(key.network(), key.scope(), key.rates(), key.levels());
        NetworkWork work = new NetworkWork(key.network());
        return IntStream.rangeClosed(0, key.levels())
                .mapToObj(level -> level(
                        key,
                        work,
                        densities(ladder, level),
                        forms.in(key.numerics().at(ladder.weights(level), ladder.weights(0)))))
                .toList();
    }

    private static Map<String, Double> densities(Ladder ladder, int level) {
        Map<String, Double> densities = new HashMap<>();
        int[] counts = ladder.counts(level);
        for (int i = 0; i < counts.length; i++) {
            Pool pool = ladder.pools().get(i);
            for (Parameter parameter : pool.parameters()) {
                densities.put(parameter.name(), (double) counts[i] / pool.size());
            }
        }
        return densities;
    }

    private Level level(Key key, NetworkWork work, Map<String, Double> densities, FormChoice forms) {
        double step = PASSING_NANOS * work.passing();
        double example = step / 2;
        Weight weight = new Weight(key.optimizer().moments());
        boolean first = true;
        for (NetworkWork.Product product : work.products()) {
            CostModel.Size size = product.size();
            double density = densities.get(product.weight().name());
            Form form = forms.form(size, first, density, costs);
            step += costs.step(size, first, form, density);
            example += costs.forward(size, form, density);
            weight.add(size, form, density);
            first = false;
        }
        long lanes = Slab.padded(key.batch());
        long turns = Pass.TURNS * work.largest();
        long values = lanes * (work.kept() + turns)
                + evaluationLanes(key.images()) * (key.network().inputs() + turns);
        return new Level(step * lanes, example, weight.bytes + heap(key.network()) + Float.BYTES * values);
    }

    /// The passes that evaluate: one of whole batches, and one of what is left over of each set.
    private static long evaluationLanes(Extent images) {
        return Evaluator.BATCH
                + LongStream.of(images.train() % Evaluator.BATCH, images.test() % Evaluator.BATCH)
                        .map(Slab::padded)
                        .sum();
    }

    /// First values, best and last ones as Java has them, with masks.
    private static long heap(Network network) {
        return ticket(network) + 2 * network.weights();
    }

    /// Bytes of weights, adding up.
    private static final class Weight {
        /// What is trained, what is evaluated and the best so far.
        private static final int COPIES = 3;

        /// Of training and of evaluation: positions in both directions, and where each value belongs.
        private static final int INDEX = 2 * (2 * Short.BYTES + 2 * Integer.BYTES);

        private final int moments;
        private long bytes;

        Weight(int moments) {
            this.moments = moments;
        }

        void add(CostModel.Size size, Form form, double density) {
            long entries = form == Form.DENSE
                    ? size.outputs() * Slab.padded(size.inputs())
                    : (long) (density * size.outputs() * size.inputs());
            bytes += entries * (Float.BYTES * (COPIES + moments) + INDEX);
        }
    }
}
