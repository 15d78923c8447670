package dev.tombola.lottery;

import dev.tombola.numeric.Stream;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/// Which training of a run: ordered by trial, level, control, draw.
///
/// @param trial from 0
/// @param level prunings before it; 0 is the dense network, which belongs to the ticket
/// @param draw from 1 where the control is redrawn, else 0
public record Job(int trial, int level, Control control, int draw) implements Comparable<Job> {
    private static final Comparator<Job> ORDER = Comparator.comparingInt(Job::trial)
            .thenComparingInt(Job::level)
            .thenComparing(Job::control)
            .thenComparingInt(Job::draw);

    public Job {
        if (trial < 0 || level < 0 || (draw > 0) != control.redrawn() || (level == 0 && control != Control.TICKET)) {
            throw new IllegalArgumentException(
                    "there is no training of trial %d, level %d, %s, draw %d".formatted(trial, level, control, draw));
        }
    }

    /// The ticket of a trial and level.
    public static Job ticket(int trial, int level) {
        return new Job(trial, level, Control.TICKET, 0);
    }

    /// The trainings that must be finished before its mask and its first values are known; none for level 0. The mask
    /// is decided by the level before: a one-shot mask is chosen from level 0, but how many weights it keeps in each
    /// layer is what the ticket keeps. First values may be level 0's on the way.
    public Set<Job> needs() {
        return level == 0 ? Set.of() : new TreeSet<>(List.of(ticket(trial, level - 1), ticket(trial, 0)));
    }

    /// Those of [#needs] whose weights it is pruned by or starts from.
    public Set<Job> reads(Recipe.Prune prune) {
        if (level == 0) {
            return Set.of();
        }
        boolean back = control.mask() == Control.MaskFrom.LEVEL_ZERO || (rewound() && prune.rewindsWeights());
        Job before = ticket(trial, level - 1);
        return back ? new TreeSet<>(List.of(before, ticket(trial, 0))) : Set.of(before);
    }

    /// Every training that a run of this extent has, in order.
    public static SortedSet<Job> all(Recipe.Run run) {
        SortedSet<Job> jobs = new TreeSet<>();
        for (int trial = 0; trial < run.trials(); trial++) {
            jobs.add(ticket(trial, 0));
            for (int level = 1; level <= run.levels(); level++) {
                for (Control control : run.controls()) {
                    for (int draw = 1; draw <= (control.redrawn() ? run.draws() : 1); draw++) {
                        jobs.add(new Job(trial, level, control, control.redrawn() ? draw : 0));
                    }
                }
            }
        }
        return jobs;
    }

    /// Whether it starts as the recipe's rewinding says, from weights that have iterations behind them or from a later
    /// iteration on.
    boolean rewound() {
        return level > 0 && control.start() == Control.Start.REWOUND;
    }

    /// Its identity in random draws that belong to it alone.
    public int stream() {
        return Stream.of(trial, control.number(), level, draw);
    }

    /// `ticket`, `reinit-1`, …
    public String label() {
        return control.redrawn() ? control.label() + "-" + draw : control.label();
    }

    @Override
    public int compareTo(Job other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return "trial " + trial + ", level " + level + ", " + label();
    }
}
