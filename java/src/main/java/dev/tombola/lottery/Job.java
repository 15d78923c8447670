package dev.tombola.lottery;

import dev.tombola.numeric.Stream;
import java.util.Comparator;

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
        if (trial < 0 || level < 0 || (draw > 0) != control.redrawn() || level == 0 && control != Control.TICKET) {
            throw new IllegalArgumentException(
                    "there is no training of trial %d, level %d, %s, draw %d".formatted(trial, level, control, draw));
        }
    }

    /// The ticket of a trial and level.
    public static Job ticket(int trial, int level) {
        return new Job(trial, level, Control.TICKET, 0);
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
        return "trial %d, level %d, %s".formatted(trial, level, label());
    }
}
