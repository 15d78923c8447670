package dev.tombola.sweep;

import dev.tombola.base.Reason;
import dev.tombola.base.UserError;
import dev.tombola.lottery.Recipe;
import dev.tombola.lottery.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Many recipes, each of them a base and settings on top: every base with every combination of the grid, every entry of
/// the list and every random sample. A sweep without one of these has one of it, in which nothing is set.
///
/// @param name what tables call it
/// @param file where it was read, for messages
/// @param bases presets and recipe files
/// @param fixed settings of all recipes
/// @param grid keys and the values that each takes
/// @param list settings that belong together
/// @param samples the same, drawn at random
/// @param stop when a training is given up
public record Sweep(
        String name,
        String file,
        List<Base> bases,
        Settings fixed,
        Map<String, List<String>> grid,
        List<Map<String, String>> list,
        List<Map<String, String>> samples,
        StopRule stop) {
    /// Recipes that a sweep may have.
    public static final int MOST = 1_000_000;

    /// What the settings go on top of; a base without a name says nothing.
    ///
    /// @param name preset or file
    public record Base(String name, Settings settings) {}

    public Sweep {
        bases = List.copyOf(bases);
        list = List.copyOf(list);
        samples = List.copyOf(samples);
        long count = (long) bases.size() * list.size() * samples.size();
        for (List<String> values : grid.values()) {
            count = Math.min(count * values.size(), Long.MAX_VALUE / MOST / 2);
        }
        requireRoom(count);
    }

    /// Refuses more recipes than a sweep may have.
    static void requireRoom(long count) {
        if (count > MOST) {
            throw new UserError("The sweep has more than %,d recipes; leave out keys or values.".formatted(MOST));
        }
    }

    /// Reads a sweep file.
    ///
    /// @param more settings on top of those that it sets for all
    /// @throws UserError naming file, key, value and what would be right
    public static Sweep read(Path file, Settings more) {
        return SweepText.read(file, more);
    }

    /// Its file as it stands.
    String text() {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException e) {
            throw new UserError("The sweep %s could not be read: %s.".formatted(file, Reason.of(e, Path.of(file))), e);
        }
    }

    /// How many recipes it names; some may be the same.
    public int count() {
        return grid.values().stream().mapToInt(List::size).reduce(1, (a, b) -> a * b)
                * bases.size()
                * list.size()
                * samples.size();
    }

    /// Hands out every recipe, bases outermost, then the grid, its last key fastest, then the list, then the samples.
    ///
    /// @throws UserError naming what was swept, if a recipe or `each` refuses it
    public void recipes(Consumer<Recipe> each) {
        for (Base base : bases) {
            for (int combination = 0; combination < combinations(); combination++) {
                for (Map<String, String> entry : list) {
                    for (Map<String, String> sample : samples) {
                        hand(base, combination, entry, sample, each);
                    }
                }
            }
        }
    }

    private int combinations() {
        return count() / (bases.size() * list.size() * samples.size());
    }

    private void hand(
            Base base, int combination, Map<String, String> entry, Map<String, String> sample, Consumer<Recipe> each) {
        LinkedHashMap<String, String> swept = new LinkedHashMap<>();
        int left = combination;
        for (Map.Entry<String, List<String>> axis : List.copyOf(grid.entrySet()).reversed()) {
            List<String> values = axis.getValue();
            swept.putFirst(axis.getKey(), values.get(left % values.size()));
            left /= values.size();
        }
        swept.putAll(entry);
        swept.putAll(sample);
        try {
            each.accept(Recipe.of(base.settings().with(fixed).with(Settings.of(swept))));
        } catch (UserError e) {
            throw new UserError("In %s, with %s: %s".formatted(file, words(base, swept), e.getMessage()), e);
        }
    }

    private String words(Base base, Map<String, String> swept) {
        StringBuilder words = new StringBuilder();
        if (bases.size() > 1 || swept.isEmpty()) {
            words.append("base=").append(base.name()).append(' ');
        }
        swept.forEach(
                (key, value) -> words.append(key).append('=').append(value).append(' '));
        return words.toString().strip();
    }
}
