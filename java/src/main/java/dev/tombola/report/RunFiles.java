package dev.tombola.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tombola.base.Reason;
import dev.tombola.base.UserError;
import dev.tombola.data.Digits;
import dev.tombola.lottery.CurveRow;
import dev.tombola.lottery.EarlyStop;
import dev.tombola.lottery.LevelRow;
import dev.tombola.lottery.RunReader;
import dev.tombola.lottery.Settings;
import dev.tombola.lottery.Yaml;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What a run folder holds, read once.
///
/// @param recipeText `recipe.yaml` as it stands
/// @param recipe its values by dotted name, such as `train.optimizer.lr`
/// @param machine the values of `machine.json` by dotted name, empty if the file is not there
record RunFiles(
        String recipeText,
        Map<String, String> recipe,
        Map<String, String> machine,
        Levels levels,
        List<CurveRow> curves) {
    /// The least that a recipe's whole numbers may be.
    private static final Map<String, Integer> COUNTS = Map.of(
            "train.iterations", 1,
            "train.evaluate_every", 1,
            "prune.rewind", 0,
            "run.trials", 1,
            "run.levels", 0,
            "run.draws", 1);

    /// A number from 0 to below 1 as YAML gives it back: what is below a millionth has an exponent.
    private static final Pattern RATE = Pattern.compile("0|0?\\.\\d{1,150}|\\d(\\.\\d{1,150})?E-\\d{1,3}");

    private static final Pattern OUTPUT = Pattern.compile("output (\\d{1,9})");

    /// Reads `folder`.
    ///
    /// @throws UserError if it is no run folder or a file in it is wrong, naming what is missing or wrong
    static RunFiles read(Path folder) {
        List<String> missing = Stream.of("recipe.yaml", "levels.csv", "curves.csv")
                .filter(name -> !Files.isRegularFile(folder.resolve(name)))
                .toList();
        if (!missing.isEmpty()) {
            throw new UserError(folder + (Files.isDirectory(folder) ? " has no " : " is no folder with ")
                    + String.join(", ", missing) + ": give a run folder, the one that tombola run names at its end.");
        }
        Path machine = folder.resolve("machine.json");
        Map<String, String> recipe = recipe(folder.resolve("recipe.yaml"));
        return new RunFiles(
                text(folder.resolve("recipe.yaml")),
                recipe,
                Files.exists(machine) ? machine(machine) : Map.of(),
                new Levels(LevelsCsv.read(folder.resolve("levels.csv"))),
                CurvesCsv.read(folder.resolve("curves.csv")));
    }

    /// The same, of the curves nothing but these iterations.
    RunFiles onlyAt(Set<Integer> iterations) {
        List<CurveRow> kept = curves.stream()
                .filter(row -> iterations.contains(row.iteration()))
                .toList();
        return new RunFiles(recipeText, recipe, machine, levels, kept);
    }

    /// `measure` of each training after `iteration`; NaN of one that diverged, or was not evaluated then.
    ToDoubleFunction<LevelRow> at(int iteration, ToDoubleFunction<CurveRow> measure) {
        return new Curves(curves, levels).at(iteration, measure);
    }

    /// `≥ ` before a mean early stop that is a lower bound, for some training would have reached its own later; else
    /// nothing.
    String least(String control, int level) {
        return levels.stopsAtEnd(control, level, lastIteration()) ? EarlyStop.AT_LEAST : "";
    }

    /// The network's name as people write it.
    String network() {
        String name = recipe.getOrDefault("network", recipe.getOrDefault("network.name", "unnamed network"));
        return switch (name) {
            case "lenet-300-100" -> "LeNet-300-100";
            case "conv-2", "conv-4", "conv-6" -> "Conv-" + name.substring(5);
            case "resnet-18" -> "ResNet-18";
            case "vgg-19" -> "VGG-19";
            default -> name;
        };
    }

    /// The data's name as people write it; what the program draws itself is called synthetic.
    String data() {
        String name = recipe.getOrDefault("data.name", "unnamed data");
        return switch (name) {
            case "mnist" -> "MNIST";
            case "cifar-10" -> "CIFAR-10";
            case Digits.NAME -> "synthetic digits";
            default -> name;
        };
    }

    /// How many classes the network tells apart: what its list of layers says, else ten, as in every network of ours.
    int classes() {
        Matcher output = OUTPUT.matcher(recipe.getOrDefault("network.layers", ""));
        return output.find() ? Integer.parseInt(output.group(1)) : 10;
    }

    boolean synthetic() {
        return Digits.NAME.equals(recipe.get("data.name"));
    }

    Asked asked() {
        return Asked.of(this);
    }

    /// The iteration that every training ends with.
    long lastIteration() {
        return number("train.iterations", Long.MAX_VALUE).longValue();
    }

    /// How many times a training trains and is evaluated then.
    long intervals() {
        return lastIteration() / number("train.evaluate_every", 1L).longValue();
    }

    /// The recipe's number by this name, or `otherwise` where it says nothing.
    BigDecimal number(String key, long otherwise) {
        String value = recipe.get(key);
        return value == null ? BigDecimal.valueOf(otherwise) : new BigDecimal(value);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (CharacterCodingException e) {
            throw new UserError(file + " is not text in UTF-8.", e);
        } catch (IOException e) {
            throw new UncheckedIOException("could not read " + file + ": " + Reason.of(e, file), e);
        }
    }

    private static Map<String, String> recipe(Path file) {
        try {
            Map<String, String> recipe = values(file, Yaml.read(file, "recipe", Settings.LARGEST_MEGABYTES));
            recipe.forEach(RunFiles::requireNumber);
            return recipe;
        } catch (UserError e) {
            throw RunReader.damagedFile(file, e);
        }
    }

    private static void requireNumber(String key, String value) {
        Integer least = COUNTS.get(key);
        if (least != null && (!value.matches("\\d{1,9}") || Integer.parseInt(value) < least)) {
            throw Settings.wrong(key, value, "a whole number, %d or more".formatted(least));
        }
        if (key.startsWith("prune.rates.") && !RATE.matcher(value).matches()) {
            throw Settings.wrong(key, value, "a number from 0 to below 1");
        }
    }

    private static Map<String, String> machine(Path file) {
        try {
            return values(file, new ObjectMapper().readTree(text(file)));
        } catch (JsonProcessingException e) {
            int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
            throw new UserError(file + " line " + line + " cannot be read: "
                    + e.getOriginalMessage()
                            .lines()
                            .findFirst()
                            .orElse("wrong syntax")
                            .replaceFirst(" \\(start.*", "")
                    + ".");
        }
    }

    private static Map<String, String> values(Path file, JsonNode tree) {
        if (!tree.isObject()) {
            throw new UserError(file + " should hold names and values, but its top level is another thing.");
        }
        Map<String, String> values = new LinkedHashMap<>();
        flatten("", tree, values);
        return values;
    }

    private static void flatten(String name, JsonNode node, Map<String, String> values) {
        if (node.isObject()) {
            node.properties()
                    .forEach(field -> flatten(
                            name.isEmpty() ? field.getKey() : name + "." + field.getKey(), field.getValue(), values));
        } else if (node.isArray()) {
            List<String> items = node.valueStream()
                    .map(item -> item.isValueNode() ? item.asText() : item.toString())
                    .toList();
            values.put(name, String.join(", ", items));
        } else {
            values.put(name, node.asText());
        }
    }
}
