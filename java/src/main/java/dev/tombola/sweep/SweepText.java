package dev.tombola.sweep;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tombola.base.UserError;
import dev.tombola.lottery.Presets;
import dev.tombola.lottery.Settings;
import dev.tombola.lottery.Yaml;
import dev.tombola.numeric.Philox;
import dev.tombola.numeric.Purpose;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Sweeps from text. The file's own keys are
///
/// - `name`: what tables call it; the file's name if not given;
/// - `base`: a preset or a recipe file, or a list of them; a recipe without one starts from its network's preset;
/// - `set`: recipe keys with one value each;
/// - `grid`: recipe keys with a list of values or a range ([ValueText]);
/// - `list`: a list of settings, each a map of recipe keys;
/// - `random`: `samples`, `seed` and recipe keys with a range, or a list of values to choose from;
/// - `stop`: `val_loss` and `after`, the [StopRule].
///
/// Recipe keys are dotted names. Where a value is itself a list, a list in place of the value says so:
/// `run.controls: [[ticket], [ticket, reinit]]` has two values.
final class SweepText {
    private static final int LARGEST_MEGABYTES = 64;
    private static final List<String> KEYS = List.of("name", "base", "set", "grid", "list", "random", "stop");
    private static final Set<String> DRAWING = Set.of("samples", "seed");

    private final Path file;
    private final JsonNode root;
    private final Settings more;
    private final Map<String, String> where = new LinkedHashMap<>();

    private SweepText(Path file, JsonNode root, Settings more) {
        this.file = file;
        this.root = root;
        this.more = more;
    }

    /// Reads a sweep file.
    ///
    /// @param more settings on top of those of its `set`
    /// @throws UserError in one line that names the file, the key and what would be right
    static Sweep read(Path file, Settings more) {
        if (!Files.isRegularFile(file)) {
            throw new UserError(
                    "There is no sweep file %s; it is a YAML file with grid, list or random in it.".formatted(file));
        }
        String name = file.getFileName().toString().replaceFirst("\\.ya?ml$", "");
        JsonNode root = Yaml.read(file, "sweep", LARGEST_MEGABYTES);
        try {
            return new SweepText(file, root, more).sweep(name);
        } catch (UserError e) {
            throw new UserError("In %s: %s".formatted(file, e.getMessage()), e);
        }
    }

    private Sweep sweep(String fileName) {
        if (!root.isObject()) {
            throw new UserError("there are no keys; a sweep has " + String.join(", ", KEYS) + ".");
        }
        root.fieldNames()
                .forEachRemaining(key -> require(KEYS.contains(key), key, "one of " + String.join(", ", KEYS)));
        Settings set = Settings.of(settings("set", section("set")));
        set.keys().forEach(key -> once(key, "set"));
        more.keys().forEach(key -> where.putIfAbsent(key, "--set"));
        Sweep sweep = new Sweep(
                scalar("name", root.path("name"), fileName),
                file.toString(),
                bases(),
                set.with(more),
                grid(),
                list(),
                samples(),
                stop());
        if (sweep.grid().isEmpty()
                && root.path("list").isEmpty()
                && root.path("random").isEmpty()) {
            require(sweep.bases().size() > 1, "the sweep", "something to sweep: grid, list, random or several bases");
        }
        return sweep;
    }

    private List<Sweep.Base> bases() {
        JsonNode base = root.path("base");
        if (base.isMissingNode()) {
            return List.of(new Sweep.Base("", Settings.of(Map.of())));
        }
        List<Sweep.Base> bases = new ArrayList<>();
        for (JsonNode one : base.isArray() ? base : List.of(base)) {
            String name = scalar("base", one, "");
            String place = Presets.names().contains(name)
                    ? name
                    : file.resolveSibling(name).toString();
            bases.add(new Sweep.Base(name, Settings.open(place)));
        }
        require(!bases.isEmpty(), "base", "a preset or a recipe file, or a list of them");
        return bases;
    }

    private Map<String, List<String>> grid() {
        Map<String, List<String>> grid = new LinkedHashMap<>();
        long count = 1;
        for (Map.Entry<String, JsonNode> entry : section("grid").properties()) {
            String key = once(entry.getKey(), "grid");
            List<String> values = new ArrayList<>();
            for (JsonNode value : entry.getValue().isArray() ? entry.getValue() : List.of(entry.getValue())) {
                values.addAll(new ValueText(key, value(key, value)).values(Sweep.MOST));
                Sweep.requireRoom(count * values.size()); // before memory is full of them
            }
            count *= values.size();
            require(!values.isEmpty(), key, "a list of values or a range; it has none");
            grid.put(key, List.copyOf(values));
        }
        return grid;
    }

    private List<Map<String, String>> list() {
        JsonNode list = root.path("list");
        if (list.isMissingNode()) {
            return List.of(Map.of());
        }
        require(list.isArray() && !list.isEmpty(), "list", "a list of settings, each such as {train.batch: 60}");
        List<Map<String, String>> all = new ArrayList<>();
        Set<String> keys = new LinkedHashSet<>();
        for (JsonNode entry : list) {
            require(entry.isObject(), "list", "a list of settings, each such as {train.batch: 60}");
            all.add(settings("list", entry));
            keys.addAll(all.getLast().keySet());
        }
        keys.forEach(key -> once(key, "list"));
        return all;
    }

    private List<Map<String, String>> samples() {
        JsonNode random = section("random");
        if (random.isEmpty()) {
            return List.of(Map.of());
        }
        int samples = whole("samples", random.path("samples"), 1, Sweep.MOST);
        long seed = random.has("seed") ? whole("seed", random.path("seed"), 0, Integer.MAX_VALUE) : 1;
        List<Map<String, String>> all = new ArrayList<>();
        for (int sample = 0; sample < samples; sample++) {
            all.add(new LinkedHashMap<>());
        }
        for (Map.Entry<String, JsonNode> entry : random.properties()) {
            if (!DRAWING.contains(entry.getKey())) {
                draw(once(entry.getKey(), "random"), entry.getValue(), seed, all);
            }
        }
        return all;
    }

    /// Draw number `sample` of a key depends on seed, key and sample alone: more samples and more keys change none.
    private static void draw(String key, JsonNode given, long seed, List<Map<String, String>> samples) {
        List<ValueText> choices = new ArrayList<>();
        for (JsonNode choice : given.isArray() ? given : List.of(given)) {
            choices.add(new ValueText(key, value(key, choice)));
        }
        require(!choices.isEmpty(), key, "a list of values or a range; it has none");
        for (int sample = 0; sample < samples.size(); sample++) {
            double draw = uniform(seed, key, sample) * choices.size();
            int choice = (int) draw;
            samples.get(sample).put(key, choices.get(choice).sample(draw - choice));
        }
    }

    private static double uniform(long seed, String key, int sample) {
        int word = Philox.draw(seed, sample, 0, Purpose.SWEEP.word(), key.hashCode());
        return Integer.toUnsignedLong(word) * 0x1p-32;
    }

    private StopRule stop() {
        JsonNode stop = section("stop");
        if (stop.isEmpty()) {
            return StopRule.NEVER;
        }
        stop.fieldNames()
                .forEachRemaining(key -> require(
                        Set.of("val_loss", "after").contains(key), "stop." + key, "stop.val_loss or stop.after"));
        JsonNode loss = stop.path("val_loss");
        require(loss.isNumber() && loss.doubleValue() > 0, found("stop.val_loss", loss), "a number above 0");
        int after = stop.has("after") ? whole("stop.after", stop.path("after"), 0, Integer.MAX_VALUE) : 0;
        return new StopRule(loss.doubleValue(), after);
    }

    /// A section of the file, empty where it is not there.
    private JsonNode section(String name) {
        JsonNode section = root.path(name);
        require(section.isMissingNode() || section.isObject(), name, "keys with values, as in {train.batch: 60}");
        return section;
    }

    private static Map<String, String> settings(String section, JsonNode entries) {
        Map<String, String> settings = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : entries.properties()) {
            String key = entry.getKey();
            settings.put(key, value(key, entry.getValue()));
            require(
                    !new ValueText(key, settings.get(key)).isRange(),
                    key + " in " + section,
                    "one value; ranges belong into grid or random");
        }
        Settings.of(settings); // every key is known
        return settings;
    }

    /// Refuses a key that has its values from elsewhere already.
    private String once(String key, String section) {
        Settings.of(Map.of(key, ""));
        String other = where.putIfAbsent(key, section);
        if (other != null) {
            throw new UserError("%s is both in %s and in %s; leave it out of one.".formatted(key, other, section));
        }
        return key;
    }

    private static String value(String key, JsonNode value) {
        require(!value.isObject(), key, "a value; a recipe's keys are written with dots, as train.optimizer.lr");
        return Yaml.text(key, value);
    }

    private static String scalar(String key, JsonNode value, String fallback) {
        require(value.isMissingNode() || value.isValueNode(), key, "one name");
        return value.isMissingNode() ? fallback : value.asText();
    }

    private static int whole(String key, JsonNode value, int low, int high) {
        boolean right = value.isIntegralNumber() && value.longValue() >= low && value.longValue() <= high;
        require(right, found(key, value), "a whole number from %d to %d".formatted(low, high));
        return value.intValue();
    }

    private static String found(String key, JsonNode value) {
        return key + " (" + (value.isMissingNode() ? "not given" : value) + ")";
    }

    private static void require(boolean holds, String key, String right) {
        if (!holds) {
            throw new UserError("%s must be %s.".formatted(key, right));
        }
    }
}
