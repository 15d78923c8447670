package dev.tombola.lottery;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// Which trainings of a recipe are finished in a run folder.
///
/// @param all every finished one
/// @param diverged those of them whose loss was not finite: nothing can be pruned from them
/// @param stripped those of them whose weights did not stay
/// @param passing those of the stripped whose weights are still there, for others that need them
/// @param damaged those that were finished but have a file that cannot be read: what was found, and what helps. They
///     are no finished ones, and not trained either: that would overwrite somebody's file
public record FinishedJobs(
        SortedSet<Job> all, Set<Job> diverged, Set<Job> stripped, Set<Job> passing, SortedMap<Job, String> damaged) {
    /// Nothing.
    public static final FinishedJobs NONE =
            new FinishedJobs(new TreeSet<>(), Set.of(), Set.of(), Set.of(), new TreeMap<>());

    /// None where there is no such folder. Reading it neither locks the folder nor changes it.
    ///
    /// @throws dev.tombola.base.UserError if it holds another recipe
    public static FinishedJobs in(Path folder, Recipe recipe) {
        return Files.isDirectory(folder) ? RunFolder.look(folder, recipe) : NONE;
    }

    /// What is to be trained so that these are finished, in order: those that are not, but for what would have to be
    /// pruned from a training that diverged; those whose weights are to stay and did not; and those whose weights the
    /// others need and that left none.
    public SortedSet<Job> missing(Recipe recipe, SortedSet<Job> wanted, Tickets tickets) {
        Set<Job> lost = new HashSet<>(diverged);
        SortedSet<Job> missing = new TreeSet<>();
        for (Job job : wanted) {
            if (all.contains(job)) {
                if (stripped.contains(job) && !diverged.contains(job) && tickets.keep(recipe, wanted, job)) {
                    missing.add(job);
                }
            } else if (Collections.disjoint(job.needs(), lost)) {
                missing.add(job);
            } else {
                lost.add(job);
            }
        }
        Deque<Job> readers = new ArrayDeque<>(missing);
        while (!readers.isEmpty()) {
            for (Job read : readers.remove().reads(recipe.prune())) {
                if (stripped.contains(read) && !passing.contains(read) && missing.add(read)) {
                    readers.add(read);
                }
            }
        }
        return missing;
    }

    /// What of these will never be trained, for something before it diverged; in order.
    public List<Job> lost(SortedSet<Job> wanted) {
        SortedSet<Job> unfinished = new TreeSet<>(wanted);
        unfinished.removeAll(all);
        return needing(diverged, unfinished);
    }

    /// What of these needs one of `lost`, directly or not; in order.
    static List<Job> needing(Set<Job> lost, SortedSet<Job> jobs) {
        Set<Job> gone = new HashSet<>(lost);
        return jobs.stream()
                .filter(job -> !Collections.disjoint(job.needs(), gone) && gone.add(job))
                .toList();
    }
}
