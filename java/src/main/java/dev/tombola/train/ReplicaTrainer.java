package dev.tombola.train;

import dev.tombola.base.UserError;
import dev.tombola.kernel.Device;
import dev.tombola.kernel.Group;
import dev.tombola.nn.CostModel;
import dev.tombola.nn.FormChoice;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Trains networks side by side on a device.
///
/// @param most networks at once; fewer where the device has not as much memory
/// @param costs what an automatic choice of forms goes by
public record ReplicaTrainer(Device device, int most, FormChoice forms, CostModel costs) {
    /// One training of a group.
    ///
    /// @param data the images that every training of the group has, in memory that the device reads
    public record Part(Task task, TrainingData data, Checkpoints checkpoints, TrainingListener listener) {}

    /// What each training comes to, in their order: to the bits what it comes to alone (in FP32, [Trainer#train] of
    /// each), but for the times, which are its share of the group's. Their tasks agree in network, batch, length,
    /// evaluation, kind of optimiser, augmentation and precision. A training that diverges is done again by itself,
    /// step by step, to see where.
    ///
    /// @throws StoppedException when a listener asks to stop
    public List<Trained> train(List<Part> parts) {
        parts.forEach(part -> part.data().requireBatch(part.task().batch()));
        List<Optional<Checkpoint>> found =
                parts.stream().map(part -> part.checkpoints().take()).toList();
        Map<Integer, List<Integer>> byStart = IntStream.range(0, parts.size())
                .boxed()
                .collect(Collectors.groupingBy(
                        r -> found.get(r).map(Checkpoint::done).orElse(-1), TreeMap::new, Collectors.toList()));
        Trained[] results = new Trained[parts.size()];
        byStart.values().forEach(members -> train(parts, members, found, results));
        return Arrays.asList(results);
    }

    /// Trains some that start alike, in as few groups as memory allows.
    private void train(List<Part> parts, List<Integer> members, List<Optional<Checkpoint>> found, Trained[] results) {
        ReplicaGroup.Layout whole = layout(members.stream().map(parts::get).toList());
        int groups = Math.ceilDiv(members.size(), most(whole));
        for (int g = 0; g < groups; g++) {
            int from = (int) ((long) members.size() * g / groups);
            int to = (int) ((long) members.size() * (g + 1) / groups);
            List<Integer> numbers = members.subList(from, to);
            List<Part> group = numbers.stream().map(parts::get).toList();
            List<Checkpoint> checkpoints =
                    numbers.stream().flatMap(r -> found.get(r).stream()).toList();
            List<Trained> trained = train(group, groups == 1 ? whole : layout(group), checkpoints, false);
            for (int i = 0; i < group.size(); i++) {
                results[numbers.get(i)] = trained.get(i) != null ? trained.get(i) : alone(group.get(i));
            }
        }
    }

    private Trained alone(Part part) {
        List<Part> again = List.of(new Part(part.task(), part.data(), Checkpoints.NONE, stopper(part.listener())));
        return train(again, layout(again), List.of(), true).getFirst();
    }

    private ReplicaGroup.Layout layout(List<Part> parts) {
        return ReplicaGroup.Layout.of(
                parts.stream().map(Part::task).toList(),
                parts.stream().map(Part::data).toList(),
                forms,
                costs);
    }

    private int most(ReplicaGroup.Layout layout) {
        int fit = device.most(layout.part());
        if (fit == 0) {
            throw new UserError("One network takes %,d KB of memory to train, and %s has less."
                    .formatted(layout.part() / 1_000, device.name()));
        }
        return Math.min(most, fit);
    }

    /// @param checkpoints of each, or none at all
    private List<Trained> train(
            List<Part> parts, ReplicaGroup.Layout layout, List<Checkpoint> checkpoints, boolean careful) {
        List<Task> tasks = parts.stream().map(Part::task).toList();
        List<TrainingData> data = parts.stream().map(Part::data).toList();
        try (Group group = ReplicaGroup.open(device, layout, tasks);
                ReplicaGroup replicas = new ReplicaGroup(group, layout, tasks, data)) {
            ReplicaRun run = new ReplicaRun(replicas, parts, careful);
            if (!checkpoints.isEmpty()) {
                run.takeUp(checkpoints);
            }
            return run.run();
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
