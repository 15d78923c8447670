package dev.tombola.lottery;

import dev.tombola.train.Checkpoints;
import dev.tombola.train.Task;
import dev.tombola.train.Trained;
import dev.tombola.train.TrainingListener;
import java.util.List;

/// What a run asks of whoever trains: [KernelTraining], or a stand-in where only the loop is looked at. Called from
/// several threads.
interface Training {
    /// @param trial whose split is trained on
    /// @param checkpoints what an interrupted training left, and where this one leaves its state
    /// @throws dev.tombola.train.StoppedException when the listener asks to stop
    Trained train(int trial, Task task, Checkpoints checkpoints, TrainingListener listener);

    /// One training of several.
    record Part(int trial, Task task, Checkpoints checkpoints, TrainingListener listener) {}

    /// How many trainings are worth being handed over at once.
    default int together() {
        return 1;
    }

    /// Several trainings that may run side by side.
    default List<Trained> train(List<Part> parts) {
        return parts.stream()
                .map(part -> train(part.trial(), part.task(), part.checkpoints(), part.listener()))
                .toList();
    }
}
