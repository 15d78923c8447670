package dev.tombola.lottery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.tombola.base.UserError;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// What a recipe file or `--set` says, still as text: dotted key to value, lists joined by commas. Immutable; every key
/// in it is known.
public final class Settings {
    /// Of a recipe file.
    public static final int LARGEST_MEGABYTES = 1;

    private final Map<String, String> values;

    private Settings(Map<String, String> values) {
        values.keySet().forEach(Keys::requireKnown);
        this.values = values;
    }

    /// What a preset or a recipe file says.
    ///
    /// @throws UserError if it is neither, cannot be read, or has a key that no recipe has
    public static Settings open(String presetOrFile) {
        return Presets.names().contains(presetOrFile)
                ? of(List.of("network=" + presetOrFile))
                : read(Path.of(presetOrFile), Presets.names());
    }

    /// Reads a recipe file.
    ///
    /// @param presets for the message where there is no such file
    static Settings read(Path file, List<String> presets) {
        if (!Files.isRegularFile(file)) {
            throw new UserError("There is no recipe %s: it is neither a file nor one of the presets %s."
                    .formatted(file, String.join(", ", presets)));
        }
        return of(Yaml.read(file, "recipe", LARGEST_MEGABYTES), file.toString());
    }

    /// Parses a recipe's YAML; `source` names it in messages.
    static Settings parse(String yaml, String source) {
        return of(Yaml.parse(yaml, source), source);
    }

    private static Settings of(JsonNode root, String source) {
        if (!root.isObject()) {
            throw new UserError("There are no keys in %s; a recipe starts with a line such as network: lenet-300-100."
                    .formatted(source));
        }
        Map<String, String> values = new LinkedHashMap<>();
        flatten("", root, values);
        return new Settings(values);
    }

    /// From keys and their texts.
    ///
    /// @throws UserError if there is no such key
    public static Settings of(Map<String, String> values) {
        return new Settings(new LinkedHashMap<>(values));
    }

    /// From `key=value` texts; lists may stand there as recipe files have them.
    ///
    /// @throws UserError if there is no such key
    public static Settings of(List<String> assignments) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String assignment : assignments) {
            int equals = assignment.indexOf('=');
            if (equals < 1) {
                throw new UserError("--set %s has no key and value; it is written as in --set train.optimizer.lr=0.001."
                        .formatted(assignment));
            }
            String key = assignment.substring(0, equals).strip();
            String value = assignment.substring(equals + 1).strip();
            values.put(key, isList(key, value) ? Yaml.text(key, Yaml.parse(value, "--set " + key)) : value);
        }
        return new Settings(values);
    }

    private static boolean isList(String key, String value) {
        boolean may = Keys.LISTS.contains(key) || Keys.NUMBERS.contains(key);
        return may && value.startsWith("[") && value.endsWith("]");
    }

    /// These, with `others` on top.
    public Settings with(Settings others) {
        Map<String, String> both = new LinkedHashMap<>(values);
        both.putAll(others.values);
        return new Settings(both);
    }

    /// These without the keys of a section such as `train.optimizer`.
    Settings without(String section) {
        Map<String, String> rest = new LinkedHashMap<>(values);
        rest.keySet().removeIf(key -> key.startsWith(section + "."));
        return new Settings(rest);
    }

    /// The keys that are given, in their order.
    public Set<String> keys() {
        return Collections.unmodifiableSet(values.keySet());
    }

    /// The text of a key, or null.
    public String get(String key) {
        return values.get(key);
    }

    /// A number in its one spelling, without an exponent and without zeros at the end.
    public static String text(BigDecimal value) {
        return value.stripTrailingZeros().toPlainString();
    }

    /// A value that is refused: the key, what was found and what would be right.
    public static UserError wrong(String key, String found, String right) {
        return new UserError("%s is %s; it must be %s.".formatted(key, found.isEmpty() ? "empty" : found, right));
    }

    /// Flat keys as nested YAML, in their order; keys with commas in [Keys#LISTS] become lists.
    static String toYaml(Map<String, String> values) {
        StringBuilder yaml = new StringBuilder();
        List<String> open = List.of();
        for (Map.Entry<String, String> entry : values.entrySet()) {
            List<String> path = List.of(entry.getKey().split("\\."));
            for (int depth = 0; depth < path.size(); depth++) {
                boolean last = depth == path.size() - 1;
                if (last || !path.subList(0, depth + 1).equals(open.subList(0, Math.min(depth + 1, open.size())))) {
                    yaml.repeat("  ", depth).append(path.get(depth)).append(':');
                    yaml.append(last ? " " + scalar(entry) : "").append('\n');
                }
            }
            open = path.subList(0, path.size() - 1);
        }
        return yaml.toString();
    }

    private static String scalar(Map.Entry<String, String> entry) {
        String key = entry.getKey();
        String value = entry.getValue();
        boolean list = Keys.LISTS.contains(key) || (Keys.NUMBERS.contains(key) && value.contains(","));
        if (!list) {
            return item(key, value);
        }
        return value.isEmpty()
                ? "[]"
                : Arrays.stream(value.split(","))
                        .map(item -> item(key, item))
                        .collect(Collectors.joining(", ", "[", "]"));
    }

    /// Names are quoted, as JSON does: no character means anything there.
    private static String item(String key, String value) {
        return Keys.NAMES.contains(key) ? TextNode.valueOf(value).toString() : value;
    }

    private static void flatten(String prefix, JsonNode section, Map<String, String> values) {
        for (Map.Entry<String, JsonNode> entry : section.properties()) {
            String key = prefix + entry.getKey();
            JsonNode value = entry.getValue();
            if (value.isObject()) {
                Keys.requireSection(key);
                flatten(key + ".", value, values);
            } else if (values.put(key, Yaml.text(key, value)) != null) {
                throw new UserError(
                        "%s is there twice, with dots and in its section; leave one of them out.".formatted(key));
            }
        }
    }
}
