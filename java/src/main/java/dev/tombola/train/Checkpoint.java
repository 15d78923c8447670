package dev.tombola.train;

import dev.tombola.nn.State;
import java.io.Serializable;
import java.util.List;

/// A training half-way, in dense form: in FP32 it can be taken up in other forms, by other kernels and on another
/// machine, and ends in the same bits; in TF32 on another GPU of the kind.
///
/// @param done iterations done, counted as [Task#iterations] is
/// @param values weights and whatever else the network holds
/// @param moments the optimiser's state, one snapshot per moment
/// @param curve every evaluation so far
/// @param best weights at the best of them; the first ones where there is none
/// @param rewind as [Trained#rewind]; null where it was not reached yet
/// @param loss, correct, examples what the training batches since the last evaluation came to
/// @param secondsTrain, secondsEval wall time so far
public record Checkpoint(
        int done,
        State values,
        List<State> moments,
        List<Point> curve,
        State best,
        State rewind,
        double loss,
        long correct,
        long examples,
        double secondsTrain,
        double secondsEval)
        implements Serializable {
    public Checkpoint {
        moments = List.copyOf(moments);
        curve = List.copyOf(curve);
    }
}
