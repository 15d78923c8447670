package dev.tombola.sweep;

import dev.tombola.lottery.Recipe;
import dev.tombola.lottery.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A sweep file for tests.
record SweepFile(Path path) {
    static SweepFile of(Path folder, String... lines) {
        try {
            return new SweepFile(Files.writeString(folder.resolve("test.yaml"), String.join("\n", lines)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Sweep read(String... settings) {
        return Sweep.read(path, Settings.of(List.of(settings)));
    }

    List<Recipe> recipes() {
        List<Recipe> recipes = new ArrayList<>();
        read().recipes(recipes::add);
        return recipes;
    }

    /// A key's value in every recipe.
    List<String> values(String key) {
        return recipes().stream().map(recipe -> recipe.values().get(key)).toList();
    }
}
