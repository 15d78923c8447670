package dev.tombola.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tombola.data.Scaling;
import dev.tombola.data.Split;
import dev.tombola.kernel.Device;
import dev.tombola.kernel.EmulatedDevice;
import dev.tombola.nn.FormChoice;
import dev.tombola.nn.Initial;
import dev.tombola.nn.Masks;
import dev.tombola.nn.Network;
import dev.tombola.nn.NetworkText;
import dev.tombola.nn.Parameter;
import dev.tombola.nn.State;
import dev.tombola.numeric.Precision;
import dev.tombola.numeric.Purpose;
import dev.tombola.numeric.Stream;
import dev.tombola.optim.Optimizer;
import dev.tombola.tensor.Mask;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.NavigableMap;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Trainings side by side on a device, which a processor stands in for: each ends in the bits that it has alone.
class ReplicaTest {
    static final String VECTORS = "linear 21, relu, dropout 0.3, linear 13, relu, output 10";
    private static final String LINEAR = "linear 21, relu, linear 13, relu, linear 11, relu, linear 12, relu,"
            + " linear 9, relu, output 10"; // as many layers as fit
    static final String IMAGES = "max_pool 2, conv 5 kernel=3 bias=false, batch_norm, relu, dropout 0.5,"
            + " residual 6 stride=2, relu, average_pool, output 10";
    static final int REPLICAS = 3;
    private static final int STEPS = 5;

    /// Of 550 examples a batch of 200 is two steps an epoch: five steps begin three epochs.
    private static final int BATCH = 200;

    @ParameterizedTest
    @CsvSource({
        "false, 1, DENSE, false", "false, 0.3, DENSE, true", "false, 0.3, COMPRESSED, false",
        "false, 0.02, COMPRESSED, true", "true, 0.4, DENSE, false", "true, 0.1, COMPRESSED, true"
    })
    void togetherTheyEndInTheBitsThatEachHasAlone(boolean images, double density, FormChoice form, boolean sgd) {
        Optimizer optimizer = sgd ? Trainings.SGD : Trainings.ADAM;
        Augmentation augmentation = images ? new Augmentation(2, true) : Augmentation.NONE;
        check(
                form,
                IntStream.range(0, REPLICAS)
                        .mapToObj(trial -> task(images ? IMAGES : VECTORS, optimizer, augmentation, density, trial))
                        .toList());
    }

    /// Then one gathers for all whatever is evaluated.
    @ParameterizedTest
    @CsvSource({"false, DENSE", "false, COMPRESSED", "false, RESIDENT", "true, COMPRESSED"})
    void onesOfOneSplitToo(boolean images, FormChoice form) {
        check(
                new EmulatedDevice(),
                form,
                IntStream.range(0, REPLICAS)
                        .mapToObj(trial -> task(
                                images ? "conv 4, relu, average_pool, output 10" : LINEAR,
                                Trainings.ADAM,
                                Augmentation.NONE,
                                0.2,
                                trial))
                        .toList(),
                Collections.nCopies(REPLICAS, data(0)));
    }

    @ParameterizedTest
    @CsvSource({"1, false", "0.3, true", "0.02, false"})
    void residentOnesToo(double density, boolean sgd) {
        check(
                FormChoice.RESIDENT,
                IntStream.range(0, REPLICAS)
                        .mapToObj(trial ->
                                task(LINEAR, sgd ? Trainings.SGD : Trainings.ADAM, Augmentation.NONE, density, trial))
                        .toList());
    }

    static ReplicaGroup.Layout layout(List<Task> tasks) {
        return ReplicaGroup.Layout.of(
                tasks,
                IntStream.range(0, tasks.size()).mapToObj(ReplicaTest::data).toList(),
                FormChoice.DENSE,
                Trainings.COSTS);
    }

    /// Stretches that are recorded at once, cut short by evaluations, the point to go back to and an epoch's end.
    @ParameterizedTest
    @EnumSource(names = {"DENSE", "RESIDENT"})
    void manyStepsAreTheSameAsOneByOne(FormChoice form) {
        int batch = 25; // 22 to an epoch
        check(
                form,
                IntStream.range(0, 2)
                        .mapToObj(trial -> {
                            Task few = task(
                                    "linear 8, %s, output 10"
                                            .formatted(form == FormChoice.RESIDENT ? "relu" : "relu, dropout 0.3"),
                                    Trainings.ADAM,
                                    Augmentation.NONE,
                                    0.5,
                                    trial);
                            return new Task(
                                    few.network(),
                                    few.start(),
                                    few.masks(),
                                    few.optimizer(),
                                    0,
                                    47,
                                    13,
                                    batch,
                                    35,
                                    1,
                                    few.stream(),
                                    Augmentation.NONE,
                                    Precision.FP32);
                        })
                        .toList());
    }

    /// The second and third diverge, at their first step and later; the first goes on as if alone.
    @Test
    void whatDivergesEndsWhereItDoesAlone() {
        List<Task> tasks = IntStream.range(0, REPLICAS)
                .mapToObj(
                        trial -> task(VECTORS, sgd(List.of(0.01, 1e30, 1e6).get(trial)), Augmentation.NONE, 0.5, trial))
                .toList();
        List<Trained> results = check(FormChoice.COMPRESSED, tasks);
        assertThat(results).extracting(Trained::divergedAt).first().isEqualTo(0);
        assertThat(results.subList(1, REPLICAS)).extracting(Trained::divergedAt).allMatch(iteration -> iteration > 0);
    }

    @Test
    void whatDiffersInLengthIsRefused() {
        Task longer = task(VECTORS, Trainings.ADAM, Augmentation.NONE, 1, 0);
        Task shorter = new Task(
                longer.network(), longer.start(), longer.masks(), longer.optimizer(), STEPS - 1, BATCH, 2, 1, 0);
        assertThatThrownBy(() -> check(FormChoice.DENSE, List.of(longer, shorter)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must agree in network, batch, length");
    }

    @Test
    void aListenerStopsAllOfThem() {
        TrainingListener stopping = new TrainingListener() {
            @Override
            public void evaluated(Point point) {}

            @Override
            public boolean stopping() {
                return true;
            }
        };
        Task task = task(VECTORS, Trainings.ADAM, Augmentation.NONE, 1, 0);
        List<ReplicaTrainer.Part> parts = List.of(
                new ReplicaTrainer.Part(task, data(0), Checkpoints.NONE, Trainings.SILENT),
                new ReplicaTrainer.Part(task, data(1), Checkpoints.NONE, stopping));
        assertThatThrownBy(() -> all(trainer(new EmulatedDevice(), FormChoice.DENSE), parts))
                .isInstanceOf(StoppedException.class);
    }

    /// Two leave checkpoints after three iterations and are stopped; a third begins with them when they go on.
    @ParameterizedTest
    @CsvSource({"FP32, DENSE, COMPRESSED", "TF32, DENSE, AUTO"})
    void whatWasInterruptedGoesOnToTheSameBits(Precision precision, FormChoice before, FormChoice after) {
        List<Task> tasks = IntStream.range(0, REPLICAS)
                .mapToObj(trial -> task(VECTORS, Trainings.ADAM, Augmentation.NONE, 0.5, trial, precision))
                .toList();
        List<Kept> kept = tasks.stream().map(_ -> new Kept()).toList();
        List<Trained> whole = check(after, tasks);
        ReplicaTrainer trainer = trainer(new EmulatedDevice(), before);
        List<ReplicaTrainer.Part> two = IntStream.range(0, 2)
                .mapToObj(r -> new ReplicaTrainer.Part(tasks.get(r), data(r), kept.get(r), kept.get(r)))
                .toList();
        assertThatThrownBy(() -> all(trainer, two)).isInstanceOf(StoppedException.class);
        assertThat(kept).extracting(keeper -> keeper.checkpoint == null).containsExactly(false, false, true);
        List<Trained> rest = all(
                trainer(new EmulatedDevice(), after),
                IntStream.range(0, REPLICAS)
                        .mapToObj(r -> new ReplicaTrainer.Part(tasks.get(r), data(r), kept.get(r), Trainings.SILENT))
                        .toList());
        for (int r = 0; r < REPLICAS; r++) {
            assertThat(outcome(rest.get(r))).as("replica %d", r).isEqualTo(outcome(whole.get(r)));
        }
    }

    static List<Trained> check(FormChoice form, List<Task> tasks) {
        return check(new EmulatedDevice(), form, tasks);
    }

    static List<Trained> check(Device device, FormChoice form, List<Task> tasks) {
        return check(
                device,
                form,
                tasks,
                IntStream.range(0, tasks.size()).mapToObj(ReplicaTest::data).toList());
    }

    static List<Trained> check(Device device, FormChoice form, List<Task> tasks, List<TrainingData> data) {
        List<List<Point>> heard =
                tasks.stream().<List<Point>>map(_ -> new ArrayList<>()).toList();
        List<Trained> together = all(
                trainer(device, form),
                IntStream.range(0, tasks.size())
                        .mapToObj(r -> new ReplicaTrainer.Part(
                                tasks.get(r), data.get(r), Checkpoints.NONE, hearing(heard.get(r))))
                        .toList());
        for (int r = 0; r < tasks.size(); r++) {
            List<Point> curve = new ArrayList<>();
            Trained alone = alone(form, tasks.get(r), data.get(r), hearing(curve));
            assertThat(outcome(together.get(r))).as("replica %d", r).isEqualTo(outcome(alone));
            assertThat(heard.get(r)).isEqualTo(curve);
        }
        return together;
    }

    /// On the processor where that is to give the same bits.
    static Trained alone(FormChoice form, Task task, TrainingData data, TrainingListener listener) {
        return task.precision() == Precision.FP32
                ? new Trainer(Trainings.KERNELS, form, Trainings.COSTS).train(task, data, listener)
                : all(
                                trainer(new EmulatedDevice(), form),
                                List.of(new ReplicaTrainer.Part(task, data, Checkpoints.NONE, listener)))
                        .getFirst();
    }

    private static List<Trained> all(ReplicaTrainer trainer, List<ReplicaTrainer.Part> parts) {
        NavigableMap<Integer, Trained> all = new TreeMap<>();
        trainer.train(parts).forEachRemaining(all::putAll);
        return List.copyOf(all.values());
    }

    private static ReplicaTrainer trainer(Device device, FormChoice form) {
        return new ReplicaTrainer(device, REPLICAS, form, Trainings.COSTS, _ -> {});
    }

    static TrainingListener hearing(List<Point> points) {
        return new TrainingListener() {
            @Override
            public void evaluated(Point point) {
                points.add(point);
            }

            @Override
            public boolean stopping() {
                return false;
            }
        };
    }

    /// Everything but the times.
    private static List<Object> outcome(Trained trained) {
        return Arrays.asList(
                trained.curve(),
                trained.best(),
                trained.bestTrainAccuracy(),
                trained.endTrainAccuracy(),
                trained.divergedAt(),
                trained.forms(),
                bits(trained.bestState()),
                bits(trained.endState()),
                trained.rewind() == null ? null : bits(trained.rewind()));
    }

    static List<Integer> bits(State state) {
        List<Integer> bits = new ArrayList<>();
        for (float[] values : state.values().values()) {
            for (float value : values) {
                bits.add(Float.floatToRawIntBits(value));
            }
        }
        return bits;
    }

    private static Optimizer sgd(double lr) {
        return new Optimizer.Sgd(lr, 0.9, 1e-3, Trainings.CONSTANT);
    }

    static TrainingData data(int trial) {
        return TrainingData.of(
                Trainings.DIGITS,
                Scaling.of(List.of(0.0), List.of(1.0), 1),
                Split.of(1, Stream.trial(trial), Trainings.DIGITS.train().count(), 150));
    }

    /// Each with values, masks and draws of its own.
    static Task task(String layers, Optimizer optimizer, Augmentation augmentation, double density, int trial) {
        return task(layers, optimizer, augmentation, density, trial, Precision.FP32);
    }

    static Task task(
            String layers,
            Optimizer optimizer,
            Augmentation augmentation,
            double density,
            int trial,
            Precision precision) {
        Network network = NetworkText.parse("small", "1x14x14", List.of(layers.split(",")));
        SplittableRandom random = new SplittableRandom(trial);
        SequencedMap<String, Mask> byName = new LinkedHashMap<>();
        for (Parameter parameter : network.prunable()) {
            byte[] alive = new byte[parameter.count()];
            for (int i = 0; i < alive.length; i++) {
                alive[i] = (byte) (random.nextDouble() < density ? 1 : 0);
            }
            byName.put(parameter.name(), Mask.of(alive));
        }
        Masks masks = new Masks(byName);
        return new Task(
                network,
                Initial.GLOROT
                        .values(network, 1, Purpose.INITIAL_VALUES, Stream.trial(trial))
                        .masked(masks),
                masks,
                optimizer,
                0,
                STEPS,
                3,
                BATCH,
                2,
                1,
                Stream.trial(trial),
                augmentation,
                precision);
    }
}
