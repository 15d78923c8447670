package dev.tombola.train;

/// Watches a training, from its own thread; [#stopping] is asked by the thread of an evaluation beside it too.
public interface TrainingListener {
    /// After each evaluation.
    void evaluated(Point point);

    /// Asked often (each iteration, and between the batches of an evaluation): true ends the training
    /// with a [StoppedException].
    boolean stopping();
}
