package dev.tombola.sweep;

import dev.tombola.data.Extent;
import dev.tombola.lottery.FinishedJobs;
import dev.tombola.lottery.Job;
import dev.tombola.lottery.Recipe;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/// A recipe of a sweep, once, with all that is asked for of it.
///
/// @param hash [Recipe#hash]
/// @param folder its run folder
/// @param images of its data set
/// @param jobs everything that is asked for by any recipe of this hash
/// @param finished what of the folder is there already, asked for or not
public record PlannedRecipe(
        Recipe recipe, String hash, Path folder, Extent images, SortedSet<Job> jobs, FinishedJobs finished) {
    /// What is still to be trained: all but what is there, and what would have to be pruned from a training that
    /// diverged.
    SortedSet<Job> missing() {
        Set<Job> lost = new HashSet<>(finished.diverged());
        SortedSet<Job> missing = new TreeSet<>();
        for (Job job : jobs) {
            if (finished.all().contains(job)) {
                continue;
            }
            if (Collections.disjoint(job.needs(), lost)) {
                missing.add(job);
            } else {
                lost.add(job);
            }
        }
        return missing;
    }

    /// Prunings of the highest level.
    int levels() {
        return jobs.stream().mapToInt(Job::level).max().orElse(0);
    }
}
