package dev.tombola.train;

import dev.tombola.nn.State;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// What is known of a training on its way: its curve, the best evaluation (paper, section 1: the first minimum of
/// validation loss), what others go back to, and whether it diverged.
final class Course {
    private final List<Point> curve = new ArrayList<>();
    private Point best;
    private State rewind;
    private int divergedAt;

    /// Adds an evaluation; returns whether it is the best so far.
    boolean add(Point point) {
        curve.add(point);
        boolean better = best == null || point.valLoss() < best.valLoss();
        best = better ? point : best;
        return better;
    }

    List<Point> curve() {
        return List.copyOf(curve);
    }

    /// Null before the first evaluation.
    Point best() {
        return best;
    }

    /// Whether the best evaluation is one after this iteration.
    boolean bestIs(int iteration) {
        return best != null && best.iteration() == iteration;
    }

    /// As [Trained#rewind].
    State rewind() {
        return diverged() ? null : rewind;
    }

    void rewind(State state) {
        rewind = state;
    }

    /// As [Trained#endState]. Where it diverged that is none of the values that were reached, for which of them are not
    /// finite, and with what bits, is up to kernels and forms.
    ///
    /// @param reached asked for what the training came to
    State end(Task task, Supplier<State> reached) {
        return diverged() ? State.lost(task.network(), task.masks()) : reached.get();
    }

    boolean diverged() {
        return divergedAt > 0;
    }

    /// The iteration (from 1) whose loss was found not finite, or 0.
    int divergedAt() {
        return divergedAt;
    }

    void diverged(int iteration) {
        divergedAt = iteration;
    }
}
