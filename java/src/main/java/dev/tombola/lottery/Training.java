package dev.tombola.lottery;

import dev.tombola.train.Checkpoints;
import dev.tombola.train.Task;
import dev.tombola.train.Trained;
import dev.tombola.train.TrainingListener;

/// What a run asks of whoever trains: [KernelTraining], or a stand-in where only the loop is looked at. Called from
/// several threads.
interface Training {
    /// @param trial whose split is trained on
    /// @param checkpoints what an interrupted training left, and where this one leaves its state
    /// @throws dev.tombola.train.StoppedException when the listener asks to stop
    Trained train(int trial, Task task, Checkpoints checkpoints, TrainingListener listener);
}
