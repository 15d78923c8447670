package dev.tombola.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tombola.data.Scaling;
import dev.tombola.data.Split;
import dev.tombola.kernel.EmulatedDevice;
import dev.tombola.nn.FormChoice;
import dev.tombola.nn.Initial;
import dev.tombola.nn.Masks;
import dev.tombola.nn.Network;
import dev.tombola.nn.NetworkText;
import dev.tombola.nn.Parameter;
import dev.tombola.nn.Parameters;
import dev.tombola.nn.Plan;
import dev.tombola.numeric.Purpose;
import dev.tombola.numeric.Stream;
import dev.tombola.optim.Optimizer;
import dev.tombola.tensor.Mask;
import dev.tombola.tensor.Score;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Trainings side by side on a device, which a processor stands in for: each ends in the bits that it has alone.
class ReplicaTest {
    private static final String VECTORS = "linear 21, relu, dropout 0.3, linear 13, relu, output 10";
    private static final String IMAGES = "max_pool 2, conv 5 kernel=3 bias=false, batch_norm, relu, dropout 0.5,"
            + " residual 6 stride=2, relu, average_pool, output 10";
    private static final int REPLICAS = 3;
    private static final int STEPS = 5;

    /// Of 550 examples a batch of 200 is two steps an epoch: five steps begin three epochs.
    private static final int BATCH = 200;

    @ParameterizedTest
    @CsvSource({
        "false, 1, DENSE, false", "false, 0.3, DENSE, true", "false, 0.3, COMPRESSED, false",
        "false, 0.02, COMPRESSED, true", "true, 0.4, DENSE, false", "true, 0.1, COMPRESSED, true"
    })
    void togetherTheyEndInTheBitsThatEachHasAlone(boolean images, double density, FormChoice form, boolean sgd) {
        Network network = NetworkText.parse("small", "1x14x14", List.of((images ? IMAGES : VECTORS).split(",")));
        Optimizer optimizer = sgd ? Trainings.SGD : Trainings.ADAM;
        Augmentation augmentation = images ? new Augmentation(2, true) : Augmentation.NONE;
        List<Task> tasks = IntStream.range(0, REPLICAS)
                .mapToObj(trial -> task(network, optimizer, augmentation, density, trial))
                .toList();
        List<TrainingData> data =
                IntStream.range(0, REPLICAS).mapToObj(ReplicaTest::data).toList();
        try (Arena arena = Arena.ofShared();
                ReplicaStepper together =
                        new ReplicaStepper(new EmulatedDevice(arena), tasks, data, form, Trainings.COSTS)) {
            for (int i = 0; i < STEPS; i++) {
                together.step(i);
            }
            together.await();
            for (int r = 0; r < REPLICAS; r++) {
                ReplicaStepper.Replica replica = together.replicas().get(r);
                assertThat(outcome(replica.parameters(), replica.score()))
                        .as("replica %d", r)
                        .isEqualTo(alone(tasks.get(r), data.get(r), form));
            }
        }
    }

    private static List<Object> alone(Task task, TrainingData data, FormChoice form) {
        try (Arena arena = Arena.ofConfined()) {
            Plan plan = task.plan(data);
            Parameters parameters = Parameters.forTraining(
                    arena,
                    plan,
                    form.forms(plan, Trainings.COSTS),
                    task.optimizer().kind(),
                    task.optimizer().movesIdleWeights());
            parameters.load(task.start());
            Stepper stepper = new Stepper(arena, task, plan, data, Trainings.KERNELS, parameters);
            Score score = new Score(arena);
            for (int i = 0; i < STEPS; i++) {
                stepper.step(i, score);
            }
            return outcome(parameters, score);
        }
    }

    private static List<Object> outcome(Parameters parameters, Score score) {
        List<Object> numbers = new ArrayList<>(List.of(score.loss(), score.correct(), score.examples()));
        List<dev.tombola.nn.State> states = new ArrayList<>(parameters.moments());
        states.add(parameters.store(parameters.values()));
        states.forEach(state -> state.values().values().forEach(values -> numbers.add(List.of(bits(values)))));
        return numbers;
    }

    private static Integer[] bits(float[] values) {
        return IntStream.range(0, values.length)
                .mapToObj(i -> Float.floatToRawIntBits(values[i]))
                .toArray(Integer[]::new);
    }

    private static TrainingData data(int trial) {
        return TrainingData.of(
                Trainings.DIGITS,
                Scaling.uniform(0, 1, 1),
                Split.of(1, Stream.trial(trial), Trainings.DIGITS.train().count(), 150));
    }

    /// Each with values, masks and draws of its own.
    private static Task task(
            Network network, Optimizer optimizer, Augmentation augmentation, double density, int trial) {
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
                Initial.glorot(network, 1, Purpose.INITIAL_VALUES, Stream.trial(trial))
                        .masked(masks),
                masks,
                optimizer,
                0,
                STEPS,
                0,
                BATCH,
                STEPS,
                1,
                Stream.trial(trial),
                augmentation);
    }
}
