package dev.tombola.lottery;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Which trainings of a recipe are finished in a run folder; reading it neither locks the folder nor changes it.
///
/// @param all every finished one
/// @param diverged those of them whose loss was not finite: nothing can be pruned from them
public record FinishedJobs(SortedSet<Job> all, Set<Job> diverged) {
    /// None where there is no such folder.
    ///
    /// @throws dev.tombola.base.UserError if it holds another recipe
    public static FinishedJobs in(Path folder, Recipe recipe) {
        if (!Files.isDirectory(folder)) {
            return new FinishedJobs(new TreeSet<>(), Set.of());
        }
        var rows = RunFolder.look(folder, recipe);
        return new FinishedJobs(
                new TreeSet<>(rows.keySet()),
                rows.entrySet().stream()
                        .filter(entry -> Double.isNaN(entry.getValue().testAccuracyEnd()))
                        .map(Map.Entry::getKey)
                        .collect(Collectors.toUnmodifiableSet()));
    }
}
