package dev.tombola.train;

import dev.tombola.kernel.Group;
import dev.tombola.nn.CostModel;
import dev.tombola.nn.FormChoice;
import java.util.ArrayList;
import java.util.List;

/// Trains networks side by side on a device.
///
/// @param costs what an automatic choice of forms goes by
public record ReplicaTrainer(Group.Device device, FormChoice forms, CostModel costs) {
    /// One training of a group.
    ///
    /// @param data the images that every training of the group has, in memory that the device reads
    public record Part(Task task, TrainingData data, TrainingListener listener) {}

    /// What each training comes to, in their order: to the bits, [Trainer#train] of each, but for the times, which are
    /// its share of the group's. Their tasks agree in network, batch, length, evaluation, kind of optimiser and
    /// augmentation. A training that diverges is done again by itself, step by step, to see where.
    ///
    /// @throws StoppedException when a listener asks to stop
    public List<Trained> train(List<Part> parts) {
        parts.forEach(part -> part.data().requireBatch(part.task().batch()));
        List<Trained> results = new ArrayList<>(train(parts, false));
        for (int r = 0; r < parts.size(); r++) {
            if (results.get(r) == null) {
                Part part = parts.get(r);
                results.set(
                        r,
                        train(List.of(new Part(part.task(), part.data(), stopper(part.listener()))), true)
                                .getFirst());
            }
        }
        return results;
    }

    private List<Trained> train(List<Part> parts, boolean careful) {
        List<Task> tasks = parts.stream().map(Part::task).toList();
        try (ReplicaGroup group =
                new ReplicaGroup(device, tasks, parts.stream().map(Part::data).toList(), forms, costs)) {
            return new ReplicaRun(
                            group,
                            tasks.getFirst(),
                            parts.stream().map(Part::listener).toList(),
                            careful)
                    .run();
        }
    }

    /// Hears nothing again, but still stops.
    private static TrainingListener stopper(TrainingListener listener) {
        return new TrainingListener() {
            @Override
            public void evaluated(Point point) {}

            @Override
            public boolean stopping() {
                return listener.stopping();
            }
        };
    }
}
