package dev.tombola.sweep;

import dev.tombola.data.Extent;
import dev.tombola.lottery.FinishedJobs;
import dev.tombola.lottery.Job;
import dev.tombola.lottery.Recipe;
import dev.tombola.lottery.Tickets;
import java.nio.file.Path;
import java.util.SortedSet;

/// A recipe of a sweep, once, with all that is asked for of it; its extent holds that and may hold more.
///
/// @param hash [Recipe#hash]
/// @param folder its run folder
/// @param images of its data set
/// @param jobs everything that is asked for by any recipe of this hash
/// @param finished what of the folder is there already, asked for or not
public record PlannedRecipe(
        Recipe recipe, String hash, Path folder, Extent images, SortedSet<Job> jobs, FinishedJobs finished) {
    /// What is still to be trained.
    SortedSet<Job> missing(Tickets tickets) {
        return finished.missing(recipe, jobs, tickets);
    }

    /// Prunings of the highest level.
    int levels() {
        return jobs.stream().mapToInt(Job::level).max().orElse(0);
    }
}
