package dev.tombola.sweep;

import dev.tombola.lottery.Job;

/// A training that failed.
///
/// @param named the recipe in words
/// @param reason one sentence
/// @param leftOut trainings that needed it
public record Failure(PlannedRecipe recipe, String named, Job job, String reason, int leftOut) {}
