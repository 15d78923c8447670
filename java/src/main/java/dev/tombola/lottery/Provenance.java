package dev.tombola.lottery;

import dev.tombola.base.Reason;
import dev.tombola.base.UserError;
import dev.tombola.nn.Masks;
import dev.tombola.nn.Network;
import dev.tombola.nn.NetworkText;
import dev.tombola.nn.Networks;
import dev.tombola.numeric.Precision;
import dev.tombola.train.Point;
import dev.tombola.train.Task;
import dev.tombola.train.Trained;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/// What a ticket's file says about itself: facts that the recipe decides, and nothing of machine or time.
///
/// @param facts texts by name, the metadata of the file
/// @param file where they were read, for messages
public record Provenance(SequencedMap<String, String> facts, Path file) {
    private static final String WEIGHTS = "weights";
    private static final String LEFT_OUT = "left out";

    static final String FORMAT = "tombola-ticket-1";

    public Provenance {
        facts = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(facts));
    }

    static Provenance of(Recipe recipe, Job job, Task task, Trained trained) {
        Masks masks = task.masks();
        boolean diverged = trained.divergedAt() > 0;
        Point none = new Point(0, Double.NaN, Double.NaN, Double.NaN, Double.NaN);
        Point best = trained.best() == null ? none : trained.best();
        Point end = diverged ? none : trained.curve().getLast();
        SequencedMap<String, String> facts = new LinkedHashMap<>();
        facts.put("format", FORMAT);
        facts.put("recipe", recipe.hash());
        facts.put("network", recipe.network().name());
        if (!Networks.all().contains(recipe.network())) {
            facts.put("network.input", NetworkText.image(recipe.network()));
            facts.put("network.layers", Values.text(NetworkText.layers(recipe.network())));
        }
        facts.put("data", recipe.data().name());
        facts.put("trial", Integer.toString(job.trial()));
        facts.put("control", job.control().label());
        facts.put("draw", Integer.toString(job.draw()));
        facts.put("level", Integer.toString(job.level()));
        facts.put("layers", String.join(",", masks.byName().keySet()));
        facts.put(
                "counts",
                masks.byName().values().stream()
                        .map(mask -> Integer.toString(mask.survivors()))
                        .collect(Collectors.joining(",")));
        facts.put("weights_left", Long.toString(masks.survivors()));
        facts.put("weights_total", Long.toString(recipe.network().weights()));
        facts.put("input.mean", Values.numbers(recipe.data().mean()));
        facts.put("input.std", Values.numbers(recipe.data().std()));
        if (task.precision() != Precision.FP32) {
            facts.put("precision", Values.lower(task.precision()));
        }
        if (task.first() > 0) {
            facts.put("first_iteration", Integer.toString(task.first()));
        }
        facts.put("early_stop_iteration", Integer.toString(best.iteration()));
        facts.put("val_loss_early_stop", Double.toString(best.valLoss()));
        facts.put("val_accuracy_early_stop", Double.toString(best.valAccuracy()));
        facts.put("test_accuracy_early_stop", Double.toString(best.testAccuracy()));
        facts.put("train_accuracy_early_stop", Double.toString(trained.bestTrainAccuracy()));
        facts.put("test_accuracy_end", Double.toString(end.testAccuracy()));
        facts.put("train_accuracy_end", Double.toString(trained.endTrainAccuracy()));
        if (diverged) {
            facts.put("diverged_at", Integer.toString(trained.divergedAt()));
        }
        return new Provenance(facts, Path.of(job.label()));
    }

    /// Reads a file's metadata alone.
    static Provenance read(Path file) {
        return new Provenance(SafeTensors.readMetadata(file), file);
    }

    /// Whether the file says all this of weights that did not stay.
    boolean stripped() {
        return LEFT_OUT.equals(facts.get(WEIGHTS));
    }

    /// The same of a file without weights.
    Provenance strip() {
        SequencedMap<String, String> all = new LinkedHashMap<>(facts);
        all.put(WEIGHTS, LEFT_OUT);
        return new Provenance(all, file);
    }

    /// The hash of the recipe.
    public String recipe() {
        return text("recipe");
    }

    public Network network() {
        String name = text("network");
        String layers = facts.get("network.layers");
        String image = layers == null ? "" : text("network.input");
        try {
            return layers == null ? Networks.named(name) : NetworkText.parse(name, image, List.of(layers.split(",")));
        } catch (UserError e) {
            throw unsound(e);
        }
    }

    private UserError unsound(RuntimeException e) {
        return new UserError("%s is no sound ticket: %s.".formatted(file, Reason.clause(e)), e);
    }

    /// Which training of its run.
    public Job job() {
        int trial = whole("trial");
        int level = whole("level");
        String control = text("control");
        int draw = whole("draw");
        try {
            return new Job(trial, level, Control.of(control), draw);
        } catch (UserError | IllegalArgumentException e) {
            throw unsound(e);
        }
    }

    public long weightsLeft() {
        return whole("weights_left");
    }

    public long weightsTotal() {
        return whole("weights_total");
    }

    /// Survivors in percent of all weights.
    public double percentLeft() {
        return 100.0 * weightsLeft() / weightsTotal();
    }

    /// Subtracted from a pixel over 255 before it is divided by [#inputStd]: one number, or one for each channel.
    public List<Double> inputMean() {
        return numbers("input.mean");
    }

    public List<Double> inputStd() {
        return numbers("input.std");
    }

    /// Whether the training diverged before it was evaluated once.
    boolean unevaluated() {
        return divergedAt() > 0 && whole("early_stop_iteration") == 0;
    }

    /// The iteration whose loss was found not finite, or 0.
    public int divergedAt() {
        return facts.containsKey("diverged_at") ? whole("diverged_at") : 0;
    }

    /// Its line of `levels.csv`. What diverged counts in no mean, however well it did before.
    LevelRow row(Times times) {
        Job job = job();
        return new LevelRow(
                job.trial(),
                job.control().label(),
                job.draw(),
                job.level(),
                weightsLeft(),
                weightsTotal(),
                percentLeft(),
                divergedAt() > 0 ? 0 : whole("early_stop_iteration"),
                measure("val_loss_early_stop"),
                measure("val_accuracy_early_stop"),
                measure("test_accuracy_early_stop"),
                measure("train_accuracy_early_stop"),
                measure("test_accuracy_end"),
                measure("train_accuracy_end"),
                times.secondsTrain(),
                times.secondsEval(),
                times.usPerStep(),
                times.forms());
    }

    /// A fact by name.
    ///
    /// @throws UserError if the file does not have it
    public String text(String name) {
        String text = facts.get(name);
        if (text == null) {
            throw new UserError(file + " is no ticket of Tombola's: its metadata has no " + name + ".");
        }
        return text;
    }

    private int whole(String name) {
        try {
            return Integer.parseUnsignedInt(text(name));
        } catch (NumberFormatException _) {
            throw new UserError(
                    file + " has " + name + " " + text(name) + " in its metadata; it must be a whole number.");
        }
    }

    private List<Double> numbers(String name) {
        try {
            return Arrays.stream(text(name).split(",")).map(Double::valueOf).toList();
        } catch (NumberFormatException _) {
            throw new UserError(file + " has " + name + " " + text(name) + " in its metadata; it must be numbers.");
        }
    }

    private double measure(String name) {
        return divergedAt() > 0 ? Double.NaN : number(name);
    }

    private double number(String name) {
        try {
            return Double.parseDouble(text(name));
        } catch (NumberFormatException _) {
            throw new UserError(file + " has " + name + " " + text(name) + " in its metadata; it must be a number.");
        }
    }
}
