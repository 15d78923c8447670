package dev.tombola.sweep;

import dev.tombola.base.UserError;
import dev.tombola.lottery.Job;

/// A training that failed.
///
/// @param named the recipe in words
/// @param reason one sentence
/// @param leftOut trainings that needed it
public record Failure(PlannedRecipe recipe, String named, Job job, String reason, int leftOut) {
    static String reason(Throwable e) {
        return e instanceof UserError
                ? e.getMessage()
                : e.getClass().getSimpleName() + (e.getMessage() == null ? "" : ": " + e.getMessage());
    }
}
