package dev.tombola.train;

import dev.tombola.base.Plural;
import dev.tombola.kernel.Device;
import dev.tombola.kernel.DeviceFullException;
import dev.tombola.kernel.Group;
import dev.tombola.nn.CostModel;
import dev.tombola.nn.FormChoice;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Trains networks side by side on a device.
///
/// @param most networks at once; fewer where the device has not as much memory
/// @param costs what an automatic choice of forms goes by
/// @param noted told in one sentence how many go side by side, of each group
public record ReplicaTrainer(Device device, int most, FormChoice forms, CostModel costs, Consumer<String> noted) {
    /// One training of a group.
    ///
    /// @param data the images that every training of the group has, in memory that the device reads
    public record Part(Task task, TrainingData data, Checkpoints checkpoints, TrainingListener listener) {}

    /// Some that go side by side, by their places among all.
    ///
    /// @param of how many would have gone side by side if they had fitted
    /// @param careful whether it is one that diverged, which is done again step by step
    private record Lot(List<Integer> places, int of, boolean careful) {
        Lot(List<Integer> places, boolean careful) {
            this(places, places.size(), careful);
        }

        /// Those that go on from the same iteration together; one that is done again goes on from none.
        List<Lot> alike(IntUnaryOperator done) {
            return careful
                    ? List.of(this)
                    : places.stream()
                            .collect(Collectors.groupingBy(done::applyAsInt, TreeMap::new, Collectors.toList()))
                            .values()
                            .stream()
                            .map(some -> new Lot(some, of == places.size() ? some.size() : of, false))
                            .toList();
        }

        /// As many of each as of any other, but for one.
        List<Lot> cut(int pieces) {
            long size = places.size();
            return IntStream.range(0, pieces)
                    .mapToObj(i -> places.subList((int) (size * i / pieces), (int) (size * (i + 1) / pieces)))
                    .map(some -> new Lot(some, of, careful))
                    .toList();
        }

        /// How many go side by side, if any do or more were to.
        Optional<String> sentence() {
            int size = places.size();
            if (of == 1) {
                return Optional.empty();
            }
            return Optional.of(Plural.of(size, "training")
                    + (size == 1 ? "" : " side by side")
                    + " at a time"
                    + (size == of ? "." : ", for %,d do not fit into the GPU's memory.".formatted(of)));
        }
    }

    /// What each training comes to, by its place: to the bits what it comes to alone (in FP32, [Trainer#train] of
    /// each), but for the times, which are its share of the group's. They come some at a time, in as few groups as
    /// memory allows, and are trained when they are asked for. Their tasks agree in network, batch, length,
    /// evaluation, kind of optimiser, augmentation and precision. A training that diverges is done again by itself,
    /// step by step, to see where.
    ///
    /// @throws StoppedException by the iterator, when a listener asks to stop
    public Iterator<NavigableMap<Integer, Trained>> train(List<Part> parts) {
        parts.forEach(part -> part.data().requireBatch(part.task().batch()));
        Deque<Lot> lots = new ArrayDeque<>();
        lots.add(new Lot(IntStream.range(0, parts.size()).boxed().toList(), false));
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return !lots.isEmpty();
            }

            @Override
            public NavigableMap<Integer, Trained> next() {
                return trainNext(parts, lots);
            }
        };
    }

    private NavigableMap<Integer, Trained> trainNext(List<Part> parts, Deque<Lot> lots) {
        NavigableMap<Integer, Trained> results = new TreeMap<>();
        while (results.isEmpty()) {
            Lot lot = lots.remove();
            List<Lot> alike = lot.alike(r -> done(parts.get(r)));
            if (alike.size() > 1) {
                alike.reversed().forEach(lots::addFirst);
                continue;
            }
            List<Integer> places = lot.places();
            List<Part> group = places.stream()
                    .map(r -> lot.careful() ? again(parts.get(r)) : parts.get(r))
                    .toList();
            ReplicaGroup.Layout layout = layout(group);
            int fit = device.most(layout.part());
            if (fit == 0) {
                throw device.full(layout.part(), null);
            }
            int limit = Math.min(most, fit);
            if (places.size() > limit) {
                lot.cut(Math.ceilDiv(places.size(), limit)).reversed().forEach(lots::addFirst);
                continue;
            }
            List<Trained> trained;
            try {
                trained = train(group, layout, lot);
            } catch (DeviceFullException e) {
                if (places.size() == 1) {
                    throw device.full(layout.part(), e);
                }
                lot.cut(2).reversed().forEach(lots::addFirst);
                continue;
            }
            for (int i = 0; i < group.size(); i++) {
                if (trained.get(i) != null) {
                    results.put(places.get(i), trained.get(i));
                } else {
                    lots.addFirst(new Lot(List.of(places.get(i)), true));
                }
            }
        }
        return results;
    }

    /// Iterations behind what it goes on from; before the first, -1.
    private static int done(Part part) {
        return part.checkpoints().done().orElse(-1);
    }

    private static Part again(Part part) {
        return new Part(part.task(), part.data(), Checkpoints.NONE, stopper(part.listener()));
    }

    private ReplicaGroup.Layout layout(List<Part> parts) {
        return ReplicaGroup.Layout.of(
                parts.stream().map(Part::task).toList(),
                parts.stream().map(Part::data).toList(),
                forms,
                costs);
    }

    /// @param parts the lot's
    private List<Trained> train(List<Part> parts, ReplicaGroup.Layout layout, Lot lot) {
        List<Task> tasks = parts.stream().map(Part::task).toList();
        List<TrainingData> data = parts.stream().map(Part::data).toList();
        try (Group group = ReplicaGroup.open(device, layout, tasks);
                ReplicaGroup replicas = new ReplicaGroup(group, layout, tasks, data)) {
            lot.sentence().ifPresent(noted);
            ReplicaRun run = new ReplicaRun(replicas, parts, lot.careful());
            parts.getFirst().checkpoints().done().ifPresent(run::takeUp);
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
