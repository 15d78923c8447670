package dev.tombola.train;

import dev.tombola.kernel.Device;
import dev.tombola.kernel.Group;
import dev.tombola.nn.CostModel;
import dev.tombola.nn.FormChoice;
import dev.tombola.nn.Plan;
import dev.tombola.tensor.Form;
import dev.tombola.tensor.ReplicaArena;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// Trainings side by side on a device. Their networks have one architecture, and they agree in batch, length, optimiser
/// and augmentation; each has its own masks, values, rates, split, data order and draws, and gives the bits that it
/// gives alone.
final class ReplicaGroup implements AutoCloseable {
    private final Group group;
    private final List<Form> forms;
    private final List<Replica> replicas = new ArrayList<>();

    /// How the networks lie in memory: their plans and forms, and the bytes that each takes.
    record Layout(List<Plan> plans, Map<String, Form> forms, long part) {
        static Layout of(List<Task> tasks, TrainingData data, FormChoice choice, CostModel costs) {
            Task first = tasks.getFirst();
            tasks.forEach(task -> requireAlike(first, task));
            boolean moved = !first.augmentation().equals(Augmentation.NONE);
            List<Plan> plans = Plan.together(
                    first.network(), tasks.stream().map(Task::masks).toList(), moved ? null : data.lit());
            Map<String, Form> forms = choice.forms(plans.getFirst(), costs);
            try (ReplicaArena arena = new ReplicaArena()) {
                new Replica(arena, first, plans.getFirst(), data, null, forms);
                return new Layout(plans, forms, arena.used());
            }
        }
    }

    /// @param layout of these tasks
    /// @param data of each task: the same images
    ReplicaGroup(Device device, Layout layout, List<Task> tasks, List<TrainingData> data) {
        this.forms = List.copyOf(layout.forms().values());
        this.group = device.open(
                tasks.stream()
                        .map(task -> new Group.Identity(task.seed(), task.stream()))
                        .toList(),
                layout.part());
        for (int r = 0; r < tasks.size(); r++) {
            ReplicaArena arena = new ReplicaArena(group.parts().get(r));
            Replica replica = new Replica(
                    arena, tasks.get(r), layout.plans().get(r), data.get(r), group.kernels(), layout.forms());
            replica.parameters().load(tasks.get(r).start());
            replica.parameters().load(tasks.get(r).start(), replica.best());
            replicas.add(replica);
        }
    }

    private static void requireAlike(Task a, Task b) {
        if (!a.network().equals(b.network())
                || a.batch() != b.batch()
                || a.first() != b.first()
                || a.iterations() != b.iterations()
                || a.rewind() != b.rewind()
                || a.evaluateEvery() != b.evaluateEvery()
                || a.optimizer().kind() != b.optimizer().kind()
                || a.optimizer().movesIdleWeights() != b.optimizer().movesIdleWeights()
                || !a.augmentation().equals(b.augmentation())) {
            throw new IllegalArgumentException(
                    "trainings side by side must agree in network, batch, length, evaluation,"
                            + " optimiser and augmentation");
        }
    }

    List<Replica> replicas() {
        return replicas;
    }

    /// The forms of the weight tensors, layer by layer.
    List<Form> forms() {
        return forms;
    }

    /// Does iteration 0, 1, … of all trainings.
    void step(int iteration) {
        Replica first = replicas.getFirst();
        if (replicas.stream().anyMatch(replica -> replica.stepper().beginsEpoch(iteration))) {
            group.await();
            replicas.forEach(replica -> replica.stepper().order(iteration));
        }
        first.stepper().run(iteration, first.score());
    }

    /// Evaluates all trainings; nothing may run before, and nothing does after.
    void evaluate(Function<Replica, Evaluator> set) {
        replicas.forEach(replica -> set.apply(replica).score().clear());
        set.apply(replicas.getFirst()).run();
        group.await();
    }

    /// Keeps the current values of some as their best.
    void keepBest(BitSet some) {
        Replica first = replicas.getFirst();
        group.copy(first.parameters().values(), first.best(), some);
        group.await();
    }

    /// Goes back to the best values of all.
    void takeBest() {
        Replica first = replicas.getFirst();
        group.copy(first.best(), first.parameters().values());
        group.await();
    }

    /// Waits for the steps that were begun; then the trainings' numbers may be read.
    void await() {
        group.await();
    }

    @Override
    public void close() {
        replicas.forEach(Replica::close);
        group.close();
    }
}
