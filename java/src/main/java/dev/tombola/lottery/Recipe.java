package dev.tombola.lottery;

import dev.tombola.base.Sha256;
import dev.tombola.base.UserError;
import dev.tombola.data.Dataset;
import dev.tombola.data.Extent;
import dev.tombola.data.Split;
import dev.tombola.nn.Initial;
import dev.tombola.nn.Network;
import dev.tombola.nn.Role;
import dev.tombola.numeric.Precision;
import dev.tombola.optim.Optimizer;
import dev.tombola.prune.Ladder;
import dev.tombola.prune.Rates;
import dev.tombola.prune.Scope;
import dev.tombola.train.TrainingData;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// What is to be found out, complete; checked where it was read, and where it was built in code by
/// [#requireReadable], as every run does. Every key has one dotted name, the same in a file, in `--set` and in
/// messages.
public record Recipe(Network network, Data data, Train train, Prune prune, Run run, Numerics numerics) {
    private static final int HASH_DIGITS = 12;

    public Recipe {
        given("network", network);
        given("data", data);
        given("train", train);
        given("prune", prune);
        given("run", run);
        given("numerics", numerics);
    }

    private static void given(String key, Object value) {
        if (value == null) {
            throw new UserError("The recipe says nothing about %s, which it must.".formatted(key));
        }
    }

    /// Keys that say how much is run, never what comes out of a training.
    public static final Set<String> EXTENT = Set.of("run.trials", "run.levels", "run.controls", "run.draws");

    /// Values that recipe files leave out: some have been written before there was the key, and stay what they are.
    public static final Map<String, String> LEFT_OUT = Map.of("train.init", RecipeText.GLOROT);

    /// Values that change nothing: a recipe is the same with them as without.
    private static final Map<String, String> NEUTRAL =
            Map.of("data.flip", "false", "data.crop", "0", "train.init", RecipeText.GLOROT);

    /// What is trained on, and what is done to its images.
    ///
    /// @param mean, std of pixels over 255, subtracted and divided by: one number, or one for each channel
    /// @param validation training examples held out
    /// @param flip whether images that are trained on are mirrored left to right at random
    /// @param crop by how many zero pixels on every side they are widened and then cropped back at random; 0 for none
    public record Data(Source source, List<Double> mean, List<Double> std, int validation, boolean flip, int crop) {
        public Data {
            given("data.name", source);
            given("data.mean", mean);
            given("data.std", std);
            mean = same(mean);
            std = same(std);
        }

        /// What the data set is called.
        public String name() {
            return source.name();
        }

        /// Equal numbers for all channels are one number.
        private static List<Double> same(List<Double> numbers) {
            return numbers.stream().distinct().count() == 1 ? List.of(numbers.getFirst()) : List.copyOf(numbers);
        }
    }

    /// How one network is trained.
    ///
    /// @param batch examples per iteration
    /// @param evaluateEvery iterations between evaluations
    /// @param init how weights are first drawn, and how new draws are
    public record Train(int iterations, int batch, int evaluateEvery, Initial init, Optimizer optimizer) {
        public Train {
            given("train.init", init);
            given("train.optimizer", optimizer);
            given("train.schedule", optimizer.schedule());
        }
    }

    /// How the ticket of the next level starts.
    public enum Strategy {
        /// From the trial's initial values (paper, Strategy 1).
        RESET,
        /// From the trained weights of the level before (paper, Strategy 2).
        CONTINUE
    }

    /// What is pruned after each training, and what the next one starts from.
    ///
    /// @param rewind the iteration that the ticket goes back to above level 0; at 0 its weights are the initial ones
    /// @param rewindLr whether only the iteration goes back, and with it learning rate, order of the data and draws,
    ///     while the weights stay as the level before left them (Renda, Frankle & Carbin, 2020)
    public record Prune(Scope scope, Rates rates, Strategy strategy, int rewind, boolean rewindLr) {
        public Prune {
            given("prune.scope", scope);
            given("prune.rates", rates);
            given("prune.strategy", strategy);
        }

        /// Whether the ticket's weights go back to what they were after some iterations of level 0.
        public boolean rewindsWeights() {
            return rewind > 0 && !rewindLr;
        }
    }

    /// Which trainings there are.
    ///
    /// @param levels prunings: levels 0 to `levels` are trained
    /// @param controls in their own order, the ticket always among them
    /// @param draws trainings per control that is redrawn
    public record Run(long seed, int trials, int levels, List<Control> controls, int draws) {
        public Run {
            given("run.controls", controls);
            controls = Stream.concat(Stream.of(Control.TICKET), controls.stream())
                    .distinct()
                    .sorted()
                    .toList();
        }
    }

    /// Of what order and precision sums are.
    ///
    /// @param order of sums: canonical, as there is no other
    /// @param precision that trainings may have; [#at] says which have it
    /// @param tf32From percent of the weights from which on trainings are in TF32; of no meaning, and not listed, in
    /// FP32
    public record Numerics(String order, Precision precision, BigDecimal tf32From) {
        public Numerics {
            given("numerics.order", order);
            given("numerics.precision", precision);
            given("numerics.tf32_from", tf32From);
            tf32From = tf32From.stripTrailingZeros(); // 50.0 is 50
        }

        /// What a training is done in as a whole. It goes by the recipe and the weights left alone, never by what
        /// trains beside it, for another precision is other bits.
        ///
        /// @param left survivors of the network's weights
        /// @param total those before any pruning
        public Precision at(long left, long total) {
            BigDecimal least = tf32From.multiply(BigDecimal.valueOf(total));
            return BigDecimal.valueOf(100 * left).compareTo(least) >= 0 ? precision : Precision.FP32;
        }

        /// The precision in one sentence, with its reason, where there is anything to say.
        public Optional<String> sentence() {
            return precision == Precision.FP32
                    ? Optional.empty()
                    : Optional.of(
                            ("Precision tf32: asked for by the recipe; trainings with at least %s %% of the weights"
                                            + " multiply on tensor cores, all layers dense; sparser ones are fp32.")
                                    .formatted(Settings.text(tf32From)));
        }
    }

    /// A preset or a recipe file, with `key=value` settings on top.
    ///
    /// @throws UserError naming key, value and what would be right
    public static Recipe open(String presetOrFile, List<String> settings) {
        return of(Settings.open(presetOrFile).with(Settings.of(settings)));
    }

    /// The recipe that settings ask for; what they leave out is taken from its network's preset.
    ///
    /// @throws UserError naming key, value and what would be right
    public static Recipe of(Settings settings) {
        return RecipeText.read(settings);
    }

    /// A preset, with `key=value` settings on top.
    public static Recipe preset(String name, String... settings) {
        return open(name, List.of(settings));
    }

    /// A recipe in YAML; what it leaves out is taken from its network's preset.
    public static Recipe parse(String yaml) {
        return of(Settings.parse(yaml, "the recipe"));
    }

    /// The same recipe run as far as it and another of its hash ask together.
    public Recipe widened(Recipe other) {
        List<Control> controls = Stream.concat(run.controls().stream(), other.run.controls().stream())
                .toList();
        Run extent = new Run(
                run.seed(),
                Math.max(run.trials(), other.run.trials()),
                Math.max(run.levels(), other.run.levels()),
                controls,
                Math.max(run.draws(), other.run.draws()));
        return new Recipe(network, data, train, prune, extent, numerics);
    }

    /// The same recipe held to the data that were found for it: a user's own are known by their content from here on.
    ///
    /// @throws UserError if it is held to others already
    public Recipe on(Dataset found) {
        return data.source() instanceof Source.Own own ? on(own.found(found)) : this;
    }

    /// The same recipe on another source.
    public Recipe on(Source source) {
        Data held = new Data(source, data.mean(), data.std(), data.validation(), data.flip(), data.crop());
        return new Recipe(network, held, train, prune, run, numerics);
    }

    /// Its data set, read or drawn.
    ///
    /// @param data what `--data` says, or null
    /// @throws UserError if it is not there or does not fit the network
    public Dataset load(Path data) {
        Dataset dataset = data().source().load(run.seed(), data);
        requireFit(dataset.extent());
        return dataset;
    }

    /// Refuses a recipe that no file can say: a run is opened again by what its own recipe file says.
    ///
    /// @throws UserError as for a file that says the same
    public void requireReadable() {
        RecipeText.requireReadable(this);
    }

    /// Refuses images that its network does not take, or that are too few for its split and its batch.
    public void requireFit(Extent images) {
        Extent wanted = new Extent(
                network.channels(),
                network.height(),
                network.width(),
                network.classes(),
                images.train(),
                images.test());
        if (!images.equals(wanted)) {
            throw new UserError("network %s takes %s images of %d classes but data.name %s has %s of %d."
                    .formatted(
                            network.name(),
                            wanted.shape(),
                            wanted.classes(),
                            data.name(),
                            images.shape(),
                            images.classes()));
        }
        Split.requireFit(images.train(), data.validation());
        TrainingData.requireBatch(train.batch(), images.train() - data.validation());
    }

    /// Iterations that the first values of a training have behind them.
    public int first(Job job) {
        return job.rewound() ? prune.rewind() : 0;
    }

    /// Iterations after which a training keeps its weights for others to go back to; 0 for one that keeps none.
    public int kept(Job job) {
        return job.level() == 0 && prune.rewindsWeights() ? prune.rewind() : 0;
    }

    /// How many weights are left at each of its levels.
    public Ladder ladder() {
        return Ladder.of(network, prune.scope(), prune.rates(), run.levels());
    }

    /// The complete recipe, but for [#LEFT_OUT]: the same text for the same recipe, and the same recipe when read
    /// again.
    public String toYaml() {
        Map<String, String> values = values();
        LEFT_OUT.forEach(values::remove);
        return Settings.toYaml(values);
    }

    /// Every key with its value in its one spelling, in the order of a recipe file.
    public Map<String, String> values() {
        return RecipeText.write(this);
    }

    /// The values that can change a bit of a finished training, and no others.
    public Map<String, String> decisive() {
        Map<String, String> decisive = values();
        decisive.keySet().removeAll(EXTENT);
        decisive.keySet().removeAll(DataText.OWN);
        NEUTRAL.forEach(decisive::remove);
        if (network.prunable().stream().noneMatch(parameter -> parameter.role() == Role.CONV)) {
            decisive.remove("prune.rates.conv");
        }
        if (train.optimizer().schedule().drops().isEmpty()) {
            decisive.remove("train.schedule.gamma");
        }
        return decisive;
    }

    /// The values that recipes are compared by: [#decisive], and those that change nothing as they are.
    public Map<String, String> comparable() {
        Map<String, String> comparable = decisive();
        NEUTRAL.forEach(comparable::putIfAbsent);
        return comparable;
    }

    /// The first twelve hexadecimal digits of SHA-256 over [#decisive], a line `key: value` each.
    ///
    /// @throws IllegalStateException if it is on a user's own data that were not read yet
    public String hash() {
        if (data.source() instanceof Source.Own own && own.content().isEmpty()) {
            throw new IllegalStateException("a recipe on own data has no hash before the data were read");
        }
        StringBuilder text = new StringBuilder();
        decisive()
                .forEach((key, value) ->
                        text.append(key).append(": ").append(value).append('\n'));
        return Sha256.of(text.toString()).substring(0, HASH_DIGITS);
    }
}
