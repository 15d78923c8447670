package dev.tombola.train;

import dev.tombola.base.UserError;
import dev.tombola.kernel.Device;
import dev.tombola.nn.CostModel;
import dev.tombola.nn.FormChoice;
import java.util.ArrayList;
import java.util.List;

/// Trains networks side by side on a device.
///
/// @param most networks at once; fewer where the device has not as much memory
/// @param costs what an automatic choice of forms goes by
public record ReplicaTrainer(Device device, int most, FormChoice forms, CostModel costs) {
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
        List<Trained> results = new ArrayList<>();
        int groups = Math.ceilDiv(parts.size(), most(parts));
        for (int g = 0; g < groups; g++) {
            int from = (int) ((long) parts.size() * g / groups);
            int to = (int) ((long) parts.size() * (g + 1) / groups);
            results.addAll(train(parts.subList(from, to), false));
        }
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

    private int most(List<Part> parts) {
        long part = ReplicaGroup.part(
                parts.stream().map(Part::task).toList(), parts.getFirst().data(), forms, costs);
        int fit = device.most(part);
        if (fit == 0) {
            throw new UserError("One network takes %,d MB of memory to train, and %s has less."
                    .formatted(part / 1_000_000, device.name()));
        }
        return Math.min(most, fit);
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
