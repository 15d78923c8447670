package dev.tombola.lottery;

import java.util.SortedSet;

/// Whose weights and masks stay on disk. What a training was and what it came to stays in any case, and so do the
/// weights of any training while others that are asked for start from them or are pruned by them; what a trial rewinds
/// to stays as long as the weights of its level 0.
public enum Tickets {
    /// Every training's.
    ALL,
    /// Of each trial, control and draw the last level's: from there on more levels can be asked for. Where a control is
    /// pruned in one shot, or weights are rewound to an iteration of level 0, the dense network's too.
    LAST,
    /// Nobody's.
    NONE;

    /// Whether a training's weights stay when everything is done.
    ///
    /// @param jobs all that are asked for of its recipe
    public boolean keep(Recipe recipe, SortedSet<Job> jobs, Job job) {
        return switch (this) {
            case ALL -> true;
            case NONE -> false;
            case LAST -> isLast(jobs, job) || (job.level() == 0 && goesBack(recipe));
        };
    }

    private static boolean isLast(SortedSet<Job> jobs, Job job) {
        return !jobs.contains(new Job(job.trial(), job.level() + 1, job.control(), job.draw()));
    }

    private static boolean goesBack(Recipe recipe) {
        return recipe.prune().rewindsWeights()
                || recipe.run().controls().stream().anyMatch(control -> control.mask() == Control.MaskFrom.LEVEL_ZERO);
    }
}
