package dev.tombola.train;

import dev.tombola.kernel.Device;
import dev.tombola.kernel.Group;
import dev.tombola.kernel.Replay;
import dev.tombola.nn.CostModel;
import dev.tombola.nn.FormChoice;
import dev.tombola.nn.Masks;
import dev.tombola.nn.Parameters;
import dev.tombola.nn.Pass;
import dev.tombola.nn.Plan;
import dev.tombola.nn.State;
import dev.tombola.nn.Weighted;
import dev.tombola.numeric.Precision;
import dev.tombola.tensor.Form;
import dev.tombola.tensor.ReplicaArena;
import dev.tombola.tensor.Score;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/// Trainings side by side on a device. Their networks have one architecture, and they agree in batch, length,
/// optimiser, augmentation and precision; each has its own masks, values, rates, split, data order and draws, and gives
/// the bits that it gives alone.
final class ReplicaGroup implements AutoCloseable {
    private final Group group;
    private final List<Form> forms;
    private final List<Replica> replicas;
    private final ReplicaScores trained;
    private final Evaluation training;
    private final Evaluation validation;
    private final Evaluation test;
    private final ReplicaSteps steps;

    /// How the networks lie in memory: their plans and forms, and the bytes that each takes.
    ///
    /// @param batch examples that are evaluated at a time
    /// @param resident whether steps are noted once and then done by one multiprocessor for each network
    /// @param oneSplit whether all train and validate on the same examples
    record Layout(List<Plan> plans, Map<String, Form> forms, boolean resident, int batch, boolean oneSplit, long part) {
        /// Bytes of activations that stay near the multiprocessors: a part of a large GPU's second cache.
        private static final long NEAR = 32 << 20;

        private static final int MOST_BATCHES = 64;

        /// @param data of each task: the same images
        static Layout of(List<Task> tasks, List<TrainingData> data, FormChoice choice, CostModel costs) {
            TrainingData any = data.getFirst();
            boolean oneSplit = data.stream()
                    .allMatch(one -> one.training().agreesWith(any.training())
                            && one.validation().agreesWith(any.validation()));
            Task first = tasks.getFirst();
            tasks.forEach(task -> requireAlike(first, task));
            boolean moved = !first.augmentation().equals(Augmentation.NONE);
            BitSet lit = moved ? null : any.lit();
            List<Masks> masks = tasks.stream().map(Task::masks).toList();
            // A sum of TF32 has other bits where other terms are left out, so none may go by who is side by side.
            List<Plan> plans = first.precision() == Precision.TF32
                    ? Plan.unpruned(first.network(), masks, lit)
                    : Plan.together(first.network(), masks, lit);
            Map<String, Form> forms = choice.in(first.precision()).forms(plans.getFirst(), costs);
            int batch = batch(tasks.size(), first, plans.getFirst(), forms, oneSplit);
            try (ReplicaArena arena = new ReplicaArena()) {
                new Replica(arena, first, plans.getFirst(), any, null, forms, batch, oneSplit);
                return new Layout(plans, forms, choice == FormChoice.RESIDENT, batch, oneSplit, arena.used());
            }
        }

        /// As many as a processor evaluates at a time, times what few networks need to fill a device.
        ///
        /// @param common whether they evaluate the same images, which lie in memory once
        private static int batch(int networks, Task task, Plan plan, Map<String, Form> forms, boolean common) {
            try (ReplicaArena arena = new ReplicaArena()) {
                Parameters parameters = Parameters.forTraining(
                        arena, plan, forms, task.optimizer().kind(), false);
                long before = arena.used();
                Pass.forInference(arena, plan, parameters, null, Evaluator.BATCH);
                long input = (long) plan.pixels().length * Evaluator.BATCH * Float.BYTES;
                boolean once = common && plan.network().layers().getFirst() instanceof Weighted;
                long each = arena.used() - before - (once ? input : 0);
                long times = NEAR / (networks * each + (once ? input : 0));
                return Evaluator.BATCH * Math.clamp(times, 1, MOST_BATCHES);
            }
        }
    }

    /// A group for these trainings, to be closed after the networks in it.
    static Group open(Device device, Layout layout, List<Task> tasks) {
        return device.open(
                tasks.stream()
                        .map(task -> new Group.Identity(task.seed(), task.stream()))
                        .toList(),
                layout.part(),
                tasks.getFirst().precision());
    }

    /// @param group opened for these tasks
    /// @param layout theirs
    /// @param data of each task: the same images, and the same to test on
    ReplicaGroup(Group group, Layout layout, List<Task> tasks, List<TrainingData> data) {
        if (!data.stream().allMatch(one -> one.test().agreesWith(data.getFirst().test()))) {
            throw new IllegalArgumentException("trainings side by side must be tested on the same examples");
        }
        this.forms = List.copyOf(layout.forms().values());
        this.group = group;
        Replica[] made = new Replica[tasks.size()];
        inHostCopies(made.length, r -> made[r] = make(r, layout, tasks.get(r), data.get(r)));
        this.replicas = List.of(made);
        this.steps = layout.resident()
                ? new ReplicaSteps.Resident(group, replicas.getFirst())
                : new ReplicaSteps.Launched(group, replicas.getFirst());
        this.trained = scores(replicas.getFirst().score());
        this.training = new Evaluation(replicas.getFirst().training());
        this.validation = new Evaluation(replicas.getFirst().validation());
        this.test = new Evaluation(replicas.getFirst().test());
    }

    /// For each training something that needs its host copy, on all cores.
    void inHostCopies(IntConsumer action) {
        inHostCopies(size(), action);
    }

    private void inHostCopies(int size, IntConsumer action) {
        IntStream.range(0, group.hostCopies()).parallel().forEach(first -> {
            for (int r = first; r < size; r += group.hostCopies()) {
                action.accept(r);
            }
        });
    }

    /// Makes a training in its host copy, and gives it to the device.
    private Replica make(int r, Layout layout, Task task, TrainingData data) {
        group.hostCopy(r).fill((byte) 0);
        Replica replica = new Replica(
                new ReplicaArena(group.hostCopy(r)),
                task,
                layout.plans().get(r),
                data,
                group,
                layout.forms(),
                layout.batch(),
                layout.oneSplit());
        replica.parameters().load(task.start());
        replica.parameters().load(task.start(), replica.best());
        group.send(r);
        return replica;
    }

    private ReplicaScores scores(Score first) {
        return new ReplicaScores(group, replicas.size(), first);
    }

    /// One set of examples, evaluated again and again.
    private final class Evaluation {
        private final ReplicaScores scores;
        private final Replay replay;

        private Evaluation(Evaluator evaluator) {
            this.scores = scores(evaluator.score());
            this.replay = group.replay(() -> {
                scores.write();
                evaluator.run();
                scores.read();
            });
        }

        /// The totals are here when the group was waited for.
        private void ask() {
            scores.clear();
            replay.run();
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
                || !a.augmentation().equals(b.augmentation())
                || a.precision() != b.precision()) {
            throw new IllegalArgumentException(
                    "trainings side by side must agree in network, batch, length, evaluation,"
                            + " optimiser, augmentation and precision");
        }
    }

    int size() {
        return replicas.size();
    }

    /// The dense snapshot of a training's current values, while nothing runs.
    State state(int r) {
        Replica replica = replicas.get(r);
        group.fetch(r, replica.parameters().values());
        return replica.state();
    }

    /// Those of all.
    List<State> states() {
        State[] states = new State[size()];
        inHostCopies(r -> states[r] = state(r));
        return List.of(states);
    }

    /// Lets a training go on from a checkpoint, while nothing runs.
    void takeUp(int r, Checkpoint checkpoint, Course course) {
        group.fetch(r);
        replicas.get(r).standing().takeUp(checkpoint, course);
        group.send(r);
    }

    /// Where a training is, while nothing runs; times are its own share.
    Checkpoint checkpoint(int r, int done, Course course, double secondsTrain, double secondsEval) {
        group.fetch(r);
        return replicas.get(r).standing().checkpoint(done, course, secondsTrain, secondsEval);
    }

    /// The forms of the weight tensors, layer by layer.
    List<Form> forms() {
        return forms;
    }

    /// Does `count` iterations of all trainings, those after the last.
    void steps(int iteration, int count) {
        steps.go(iteration, count);
    }

    /// The totals of the training batches since they were cleared; waits for the steps that were begun.
    ReplicaScores trained() {
        trained.read();
        group.await();
        return trained;
    }

    /// Lets [#trained] begin anew.
    void clearTrained() {
        trained.clear();
        trained.write();
    }

    /// Evaluates all trainings on all training images.
    ReplicaScores training() {
        training.ask();
        group.await();
        return training.scores;
    }

    /// Evaluates all trainings on the validation and the test images.
    void evaluate() {
        validation.ask();
        test.ask();
        group.await();
    }

    /// What [#evaluate] came to.
    ReplicaScores validation() {
        return validation.scores;
    }

    /// Likewise.
    ReplicaScores test() {
        return test.scores;
    }

    /// Keeps the current values of some as their best, before whatever is asked for next.
    void keepBest(BitSet some) {
        Replica first = replicas.getFirst();
        group.copy(first.parameters().values(), first.best(), some);
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
    }
}
