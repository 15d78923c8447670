package dev.tombola.sweep;

import dev.tombola.lottery.Job;

/// A training that failed.
///
/// @param reason one sentence
/// @param leftOut trainings that needed it
public record Failure(PlannedRecipe recipe, Job job, String reason, int leftOut) {}
