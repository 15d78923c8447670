package dev.tombola.sweep;

import dev.tombola.lottery.Job;
import dev.tombola.lottery.LevelRow;
import dev.tombola.results.SweepRow;

/// Watches a sweep. Calls come one at a time, but for [#stopping].
public interface SweepListener {
    /// Watches nothing.
    SweepListener SILENT = new SweepListener() {};

    /// Where the sweep stands, about once a second.
    default void progress(SweepRow.Progress progress) {}

    /// A training is finished and kept.
    default void finished(PlannedRecipe recipe, Job job, LevelRow row) {}

    /// A training failed; others go on.
    default void failed(Failure failure) {}

    /// Something that a person should know, in one sentence.
    default void noted(String sentence) {}

    /// Asked often, from any thread: true ends the sweep soon; finished trainings are kept.
    default boolean stopping() {
        return false;
    }
}
