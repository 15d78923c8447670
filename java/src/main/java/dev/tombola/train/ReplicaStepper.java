package dev.tombola.train;

import dev.tombola.kernel.Group;
import dev.tombola.kernel.Kernels;
import dev.tombola.nn.CostModel;
import dev.tombola.nn.FormChoice;
import dev.tombola.nn.Parameters;
import dev.tombola.nn.Plan;
import dev.tombola.tensor.Form;
import dev.tombola.tensor.ReplicaArena;
import dev.tombola.tensor.Score;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The steps of several trainings side by side on a device. Their networks have one architecture, and they agree in
/// batch, optimiser and augmentation; each has its own masks, values, rates, data order and draws, and ends in the bits
/// that it has alone.
final class ReplicaStepper implements AutoCloseable {
    private final Group group;
    private final List<Replica> replicas = new ArrayList<>();

    /// One of the trainings.
    record Replica(ReplicaArena arena, Parameters parameters, Stepper stepper, Score score) {
        static Replica of(
                ReplicaArena arena, Task task, Plan plan, TrainingData data, Kernels kernels, Map<String, Form> forms) {
            Parameters parameters = Parameters.forTraining(
                    arena,
                    plan,
                    forms,
                    task.optimizer().kind(),
                    task.optimizer().movesIdleWeights());
            Stepper stepper = new Stepper(arena, task, plan, data, kernels, parameters);
            return new Replica(arena, parameters, stepper, new Score(arena));
        }
    }

    /// @param data of each task: the same images
    ReplicaStepper(Group.Device device, List<Task> tasks, List<TrainingData> data, FormChoice choice, CostModel costs) {
        Task first = tasks.getFirst();
        boolean moved = !first.augmentation().equals(Augmentation.NONE);
        List<Plan> plans = Plan.together(
                first.network(),
                tasks.stream().map(Task::masks).toList(),
                moved ? null : data.getFirst().lit());
        Map<String, Form> forms = choice.forms(plans.getFirst(), costs);
        this.group = device.open(
                tasks.stream()
                        .map(task -> new Group.Identity(task.seed(), task.stream()))
                        .toList(),
                part(first, plans.getFirst(), data.getFirst(), forms));
        for (int r = 0; r < tasks.size(); r++) {
            ReplicaArena arena = new ReplicaArena(group.parts().get(r));
            Replica replica = Replica.of(arena, tasks.get(r), plans.get(r), data.get(r), group.kernels(), forms);
            replica.parameters().load(tasks.get(r).start());
            replicas.add(replica);
        }
    }

    /// Bytes that one of the networks takes.
    private static long part(Task task, Plan plan, TrainingData data, Map<String, Form> forms) {
        try (ReplicaArena arena = new ReplicaArena()) {
            Replica.of(arena, task, plan, data, null, forms);
            return arena.used();
        }
    }

    List<Replica> replicas() {
        return replicas;
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

    /// Waits for the steps that were begun; then the trainings' numbers may be read.
    void await() {
        group.await();
    }

    @Override
    public void close() {
        replicas.forEach(replica -> replica.arena().close());
        group.close();
    }
}
