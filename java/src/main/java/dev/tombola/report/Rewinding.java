package dev.tombola.report;

import java.util.Map;

/// What the tickets of levels 1, 2, … start from.
enum Rewinding {
    /// The trial's first values.
    RESET,
    /// Level 0's weights after some iterations.
    LATE,
    /// The trained weights of the level before, from a later iteration on.
    LEARNING_RATE,
    /// The trained weights of the level before, from iteration 0 on.
    NONE;

    /// What `recipe`, values by dotted name, asks for.
    static Rewinding of(Map<String, String> recipe) {
        if (recipe.getOrDefault("prune.strategy", "reset").equals("continue")) {
            return NONE;
        }
        if (recipe.getOrDefault("prune.rewind", "0").equals("0")) {
            return RESET;
        }
        return recipe.getOrDefault("prune.rewind_lr", "false").equals("true") ? LEARNING_RATE : LATE;
    }
}
