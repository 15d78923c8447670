package dev.tombola.sweep;

import dev.tombola.base.Reason;
import dev.tombola.base.UserError;
import dev.tombola.lottery.Job;
import java.io.UncheckedIOException;

/// A training that failed.
///
/// @param named the recipe in words
/// @param reason one sentence
/// @param leftOut trainings that needed it
public record Failure(PlannedRecipe recipe, String named, Job job, String reason, int leftOut) {
    static String reason(Throwable e) {
        return switch (e) {
            case UserError _, UncheckedIOException _ -> Reason.said(e);
            default -> e.getClass().getSimpleName() + (e.getMessage() == null ? "" : ": " + e.getMessage());
        };
    }
}
