package dev.tombola.lottery;

import dev.tombola.base.UserError;
import dev.tombola.lottery.Recipe.Strategy;
import dev.tombola.nn.Initial;
import dev.tombola.nn.Network;
import dev.tombola.nn.NetworkText;
import dev.tombola.nn.Networks;
import dev.tombola.numeric.Precision;
import dev.tombola.optim.Optimizer;
import dev.tombola.optim.Schedule;
import dev.tombola.prune.Pool;
import dev.tombola.prune.Rates;
import dev.tombola.prune.Scope;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Recipes from text and back: reader and writer of each section side by side; the data's in
/// [DataText].
final class RecipeText {
    private static final int MOST = 10_000_000;

    /// `train.init` of the paper's own initial values.
    static final String GLOROT = "glorot";

    /// Far below whatever learns, far above what no float holds.
    private static final String SMALLEST_INIT = "0.000001";

    private static final List<String> ADAM_KEYS =
            List.of("train.optimizer.beta1", "train.optimizer.beta2", "train.optimizer.epsilon");

    /// What is smaller is no ordinary float, and 0 would divide idle weights by 0.
    private static final String SMALLEST_EPSILON = "1e-37";

    private static final List<String> SGD_KEYS = List.of("train.optimizer.momentum", "train.optimizer.weight_decay");

    private static final String ONE_ORDER =
            "no kernel has another order, as by count this one costs less than 7 % of a step, unmeasured (bench/GPU.md)";
    private static final String TF32_FROM = "numerics.tf32_from";

    /// Percent of the weights from which on TF32 is taken for the faster one. Assumed, not measured: on a GPU
    /// compressed FP32 is reckoned to be as fast as dense FP32 at 30 %, and dense TF32 three times as fast.
    private static final String FASTER_FROM = "10";

    private RecipeText() {}

    /// The recipe that `given` asks for. What it leaves out comes from its network's preset, but for the sections of
    /// another data set or optimiser than the preset's.
    static Recipe read(Settings given) {
        Network network = network(given);
        Settings preset =
                Presets.names().contains(network.name()) ? Presets.settings(network.name()) : Settings.of(List.of());
        for (String section : List.of("data", "train.optimizer")) {
            String name = given.get(section + ".name");
            if (name != null && !name.equals(preset.get(section + ".name"))) {
                preset = preset.without(section);
            }
        }
        Values values = new Values(preset.with(given));
        Recipe.Prune prune = prune(values, network);
        return new Recipe(
                network, DataText.read(values, network), train(values), prune, run(values, prune), numerics(values));
    }

    /// Every key with its value in its one spelling.
    static Map<String, String> write(Recipe recipe) {
        Map<String, String> all = new LinkedHashMap<>();
        write(recipe.network(), all);
        all.putAll(DataText.write(recipe.data()));
        write(recipe.train(), all);
        write(recipe.prune(), all);
        write(recipe.run(), all);
        write(recipe.numerics(), all);
        return all;
    }

    /// Refuses a recipe that its own text does not bring back.
    static void requireReadable(Recipe recipe) {
        Map<String, String> written = write(recipe);
        read(Settings.of(written)); // first, for its sentences: what is refused there may be no YAML at all
        Recipe found = Recipe.parse(recipe.toYaml());
        Map<String, String> read = write(found);
        written.forEach((key, value) -> {
            if (!value.equals(read.get(key))) {
                throw another(key, value, read.get(key));
            }
        });
        if (!found.network().equals(recipe.network())) {
            throw another("network", recipe.network().name(), "one whose layers have other names");
        }
    }

    private static UserError another(String key, String written, String read) {
        return new UserError("The recipe's %s is %s but a recipe file that says so is read as %s; ask for what is read."
                .formatted(key, written, read));
    }

    /// One of the networks by name, or the user's own, layer by layer.
    private static Network network(Settings given) {
        if (given.get("network.layers") == null) {
            if (given.get("network.input") != null) {
                throw new UserError("network.input is given but network.layers is not; leave it out, or list the"
                        + " layers of your own network.");
            }
            String named = given.get("network.name");
            String name = given.get("network") == null ? named : given.get("network");
            if (named != null && !named.equals(name)) {
                throw new UserError(
                        "network is %s but network.name is %s; leave one of them out.".formatted(name, named));
            }
            if (name == null || name.isEmpty()) {
                throw new UserError("The recipe says nothing about network, which it must; the networks are "
                        + Networks.all().stream().map(Network::name).collect(Collectors.joining(", "))
                        + ", or network.layers lists the layers of your own.");
            }
            return Networks.named(name);
        }
        if (given.get("network") != null) {
            throw new UserError("network is %s but network.layers lists other layers; leave one of them out."
                    .formatted(given.get("network")));
        }
        Values values = new Values(given);
        String name = values.name("network.name", "own");
        if (Networks.all().stream().anyMatch(network -> network.name().equals(name))) {
            throw Settings.wrong(
                    "network.name", name, "another name than that of a network that comes with the program");
        }
        String input = given.get("network.input");
        return NetworkText.parse(name, input == null ? "" : input, values.list("network.layers", ""));
    }

    private static void write(Network network, Map<String, String> all) {
        if (Networks.all().contains(network)) {
            all.put("network", network.name());
        } else {
            all.put("network.name", network.name());
            all.put("network.input", NetworkText.image(network));
            all.put("network.layers", Values.text(NetworkText.layers(network)));
        }
    }

    private static Recipe.Train train(Values values) {
        Schedule schedule = new Schedule(
                values.whole("train.schedule.warmup", "0", 0, MOST),
                values.iterations("train.schedule.drops"),
                values.number("train.schedule.gamma", "0.1", "0", "1"));
        return new Recipe.Train(
                values.whole("train.iterations", null, 1, MOST),
                values.whole("train.batch", null, 1, 1 << 16),
                values.whole("train.evaluate_every", null, 1, MOST),
                new Initial(values.numberOr(GLOROT, "train.init", SMALLEST_INIT, "1000")),
                optimizer(values, schedule));
    }

    private static Optimizer optimizer(Values values, Schedule schedule) {
        String name = values.word("train.optimizer.name", null, List.of("adam", "sgd"));
        double lr = values.positive("train.optimizer.lr", null, "1000");
        if (name.equals("adam")) {
            values.requireAbsent("train.optimizer.name is adam, which has no such value", SGD_KEYS);
            return new Optimizer.Adam(
                    lr,
                    values.number("train.optimizer.beta1", "0.9", "0", "1"),
                    values.number("train.optimizer.beta2", "0.999", "0", "1"),
                    values.number("train.optimizer.epsilon", "1e-8", SMALLEST_EPSILON, "1"),
                    schedule);
        }
        values.requireAbsent("train.optimizer.name is sgd, which has no such value", ADAM_KEYS);
        return new Optimizer.Sgd(
                lr,
                values.number("train.optimizer.momentum", "0", "0", "1"),
                values.number("train.optimizer.weight_decay", "0", "0", "1"),
                schedule);
    }

    private static void write(Recipe.Train train, Map<String, String> all) {
        all.put("train.iterations", Integer.toString(train.iterations()));
        all.put("train.batch", Integer.toString(train.batch()));
        all.put("train.evaluate_every", Integer.toString(train.evaluateEvery()));
        all.put(
                "train.init",
                train.init().equals(Initial.GLOROT)
                        ? GLOROT
                        : Values.text(train.init().everywhere()));
        switch (train.optimizer()) {
            case Optimizer.Adam adam -> {
                all.put("train.optimizer.name", "adam");
                all.put("train.optimizer.lr", Values.text(adam.lr()));
                all.put("train.optimizer.beta1", Values.text(adam.beta1()));
                all.put("train.optimizer.beta2", Values.text(adam.beta2()));
                all.put("train.optimizer.epsilon", Values.text(adam.epsilon()));
            }
            case Optimizer.Sgd sgd -> {
                all.put("train.optimizer.name", "sgd");
                all.put("train.optimizer.lr", Values.text(sgd.lr()));
                all.put("train.optimizer.momentum", Values.text(sgd.momentum()));
                all.put("train.optimizer.weight_decay", Values.text(sgd.weightDecay()));
            }
        }
        Schedule schedule = train.optimizer().schedule();
        all.put("train.schedule.warmup", Integer.toString(schedule.warmup()));
        all.put("train.schedule.drops", Values.text(schedule.drops()));
        all.put("train.schedule.gamma", Values.text(schedule.gamma()));
    }

    private static Recipe.Prune prune(Values values, Network network) {
        Scope scope = values.constant("prune.scope", Scope.LAYER);
        Rates rates = new Rates(
                values.decimal("prune.rates.conv", "0.1", "0", "1"),
                values.decimal("prune.rates.fc", null, "0", "1"),
                values.decimal("prune.rates.output", null, "0", "1"));
        Pool.of(network, scope, rates);
        int last = values.whole("train.iterations", null, 1, MOST) - 1;
        int rewind = values.whole("prune.rewind", "0", 0, last);
        boolean rewindLr = values.word("prune.rewind_lr", "false", List.of("false", "true"))
                .equals("true");
        Strategy strategy = values.constant("prune.strategy", Strategy.RESET);
        if (strategy == Strategy.CONTINUE && (rewind > 0 || rewindLr)) {
            throw new UserError(
                    "prune.strategy is continue, which rewinds nothing, but %s is %s; leave one of them out."
                            .formatted(rewind > 0 ? "prune.rewind" : "prune.rewind_lr", rewind > 0 ? rewind : "true"));
        }
        if (rewindLr && rewind == 0) {
            throw new UserError(
                    "prune.rewind_lr is true but prune.rewind is 0; name an iteration from 1 to %d to go back"
                                    .formatted(last)
                            + " to, or ask for prune.strategy continue, which begins at 0 with the weights as they are.");
        }
        return new Recipe.Prune(scope, rates, strategy, rewind, rewindLr);
    }

    private static void write(Recipe.Prune prune, Map<String, String> all) {
        all.put("prune.scope", Values.lower(prune.scope()));
        all.put("prune.rates.conv", Settings.text(prune.rates().conv()));
        all.put("prune.rates.fc", Settings.text(prune.rates().fc()));
        all.put("prune.rates.output", Settings.text(prune.rates().output()));
        all.put("prune.strategy", Values.lower(prune.strategy()));
        all.put("prune.rewind", Integer.toString(prune.rewind()));
        all.put("prune.rewind_lr", Boolean.toString(prune.rewindLr()));
    }

    /// A ticket that goes on from level to level is judged by the `reset` control, so that is always there; where the
    /// ticket itself is reset it would be the same training again.
    private static Recipe.Run run(Values values, Recipe.Prune prune) {
        List<Control> controls = new ArrayList<>(values.list("run.controls", "ticket,reinit").stream()
                .map(RecipeText::control)
                .toList());
        if (prune.strategy() == Strategy.CONTINUE) {
            controls.add(Control.RESET);
        } else if (prune.rewind() == 0 && controls.contains(Control.RESET)) {
            throw new UserError("run.controls has reset but prune.strategy is reset and prune.rewind 0, which make the"
                    + " ticket that very training; leave it out.");
        }
        return new Recipe.Run(
                values.seed("run.seed"),
                values.whole("run.trials", null, 1, 1024),
                values.whole("run.levels", null, 0, 1023),
                controls,
                values.whole("run.draws", "3", 1, 255));
    }

    private static Control control(String label) {
        if (!Control.labels().contains(label)) {
            throw Settings.wrong("run.controls", label, "a list of " + String.join(", ", Control.labels()));
        }
        return Control.of(label);
    }

    private static void write(Recipe.Run run, Map<String, String> all) {
        all.put("run.seed", Long.toString(run.seed()));
        all.put("run.trials", Integer.toString(run.trials()));
        all.put("run.levels", Integer.toString(run.levels()));
        all.put(
                "run.controls",
                Values.text(run.controls().stream().map(Control::label).toList()));
        all.put("run.draws", Integer.toString(run.draws()));
    }

    private static Recipe.Numerics numerics(Values values) {
        String order = values.only("numerics.order", "canonical", ONE_ORDER);
        Precision precision = values.constant("numerics.precision", Precision.FP32);
        BigDecimal from = values.percent(TF32_FROM, FASTER_FROM);
        return new Recipe.Numerics(order, precision, precision == Precision.TF32 ? from : new BigDecimal(FASTER_FROM));
    }

    private static void write(Recipe.Numerics numerics, Map<String, String> all) {
        all.put("numerics.order", numerics.order());
        all.put("numerics.precision", Values.lower(numerics.precision()));
        if (numerics.precision() == Precision.TF32) {
            all.put(TF32_FROM, Settings.text(numerics.tf32From()));
        }
    }
}
