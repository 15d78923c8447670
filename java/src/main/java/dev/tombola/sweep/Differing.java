package dev.tombola.sweep;

import dev.tombola.lottery.Recipe;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// The settings in which the recipes of a sweep differ, for messages. One that some recipes have no use for, such as a
/// momentum, counts where the others differ in it.
final class Differing {
    private final List<PlannedRecipe> recipes;
    private Set<String> keys;

    /// @param recipes of the whole sweep; looked at when there is something to say, for they may be many
    Differing(List<PlannedRecipe> recipes) {
        this.recipes = recipes;
    }

    /// Those of a recipe, as `train.optimizer.lr=0.1 run.seed=2`; empty where there is one recipe alone.
    String settings(Recipe recipe) {
        Map<String, String> values = recipe.comparable();
        values.keySet().retainAll(keys());
        return values.entrySet().stream()
                .map(setting -> setting.getKey() + "=" + setting.getValue())
                .collect(Collectors.joining(" "));
    }

    private synchronized Set<String> keys() {
        if (keys == null) {
            keys = new HashSet<>();
            Map<String, String> first = new HashMap<>();
            for (PlannedRecipe planned : recipes) {
                planned.recipe().comparable().forEach((key, value) -> {
                    if (!first.computeIfAbsent(key, _ -> value).equals(value)) {
                        keys.add(key);
                    }
                });
            }
        }
        return keys;
    }
}
