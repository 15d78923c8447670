package dev.tombola.train;

import static org.assertj.core.api.Assertions.assertThat;

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
import dev.tombola.optim.Schedule;
import dev.tombola.tensor.Mask;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A training that is stopped and taken up, or that begins where another was, does what one unbroken training does.
class CheckpointTest {
    private static final String DENSE_ONLY = "linear 24, relu, linear 17, relu, output 10";
    private static final String DROPPING =
            "conv 6, relu, conv 9 kernel=5 stride=2, relu, max_pool 2, dropout 0.5, linear 20, relu, output 10";
    private static final String NORMALISED = "conv 5 bias=false, batch_norm, relu, residual 8 stride=2, relu, "
            + "residual 8, relu, average_pool, output 10";
    private static final int ITERATIONS = 47;
    private static final int REWIND = 13;

    private final TrainingData data = Trainings.data();

    /// Keeps checkpoints in memory, every few iterations.
    private static final class Kept implements Checkpoints {
        private final int every;
        private final boolean worth;
        private Checkpoint last;
        private int taken;

        Kept(int every, boolean worth) {
            this.every = every;
            this.worth = worth;
        }

        @Override
        public Optional<Checkpoint> latest() {
            taken += last == null ? 0 : 1;
            return Optional.ofNullable(last);
        }

        @Override
        public boolean due(int done) {
            return done % every == 0;
        }

        @Override
        public boolean worth() {
            return worth;
        }

        @Override
        public void keep(Checkpoint checkpoint) {
            assertThat(checkpoint.done()).isLessThan(ITERATIONS);
            last = checkpoint;
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                DENSE_ONLY + "| ADAM | false",
                DENSE_ONLY + "| SGD | true",
                DROPPING + "| ADAM | true",
                NORMALISED + "| SGD | false",
                NORMALISED + "| ADAM | true",
            })
    void stoppedAnywhereAndTakenUpInAnotherFormItEndsInTheSameBits(String layers, String optimizer, boolean beside) {
        Task task = task(layers, optimizer.equals("ADAM") ? Trainings.ADAM : Trainings.SGD, 0.4);
        Trained unbroken =
                new Trainer(Trainings.KERNELS, FormChoice.DENSE, Trainings.COSTS).train(task, data, Trainings.SILENT);
        assertThat(unbroken.rewind()).isNotNull();
        SplittableRandom random = new SplittableRandom(5);
        int takenUp = 0;
        for (int round = 0; round < 4; round++) {
            Kept kept = new Kept(1 + random.nextInt(9), round % 2 == 1);
            Trained broken = null;
            for (int part = 0; broken == null; part++) {
                IdleCores idle = new IdleCores();
                if (beside) {
                    idle.lend();
                }
                FormChoice form = part % 2 == 0 ? FormChoice.COMPRESSED : FormChoice.DENSE;
                try {
                    broken = new Trainer(Trainings.KERNELS, form, Trainings.COSTS, idle)
                            .train(task, data, kept, stoppingAfter(1 + random.nextInt(30 + 10 * part)));
                } catch (StoppedException _) {
                    // And on from its last checkpoint.
                }
            }
            takenUp += kept.taken;
            assertSame(broken.endState(), unbroken.endState());
            assertSame(broken.bestState(), unbroken.bestState());
            assertSame(broken.rewind(), unbroken.rewind());
            assertThat(broken.curve()).isEqualTo(unbroken.curve());
            assertThat(broken.best()).isEqualTo(unbroken.best());
            assertThat(broken.bestTrainAccuracy()).isEqualTo(unbroken.bestTrainAccuracy());
            assertThat(broken.endTrainAccuracy()).isEqualTo(unbroken.endTrainAccuracy());
        }
        assertThat(takenUp).as("times that one was taken up").isGreaterThanOrEqualTo(6);
    }

    /// It is rash: after its best evaluation come worse ones alone, before and after the checkpoint.
    @Test
    void theBestSoFarAndTheTimeItTookAreTakenUpToo() {
        Task task = task(NORMALISED, new Optimizer.Sgd(0.5, 0.9, 0, Trainings.CONSTANT), 1);
        Trainer trainer = new Trainer(Trainings.KERNELS, FormChoice.DENSE, Trainings.COSTS);
        Kept kept = new Kept(ITERATIONS - 1, false);
        Trained unbroken = trainer.train(task, data, kept, Trainings.SILENT);
        assertThat(unbroken.best().iteration()).isLessThan(kept.last.done());
        Trained takenUp = trainer.train(task, data, kept, Trainings.SILENT);
        assertSame(takenUp.bestState(), unbroken.bestState());
        assertThat(takenUp.secondsTrain()).isGreaterThan(kept.last.secondsTrain());
        assertThat(takenUp.secondsEval()).isGreaterThan(kept.last.secondsEval());
    }

    /// Without momentum an optimiser has nothing to lose: from the weights after `first` iterations on, a training must
    /// repeat what the whole one did: its rates, its batches, its crops and drops, its statistics.
    @ParameterizedTest
    @ValueSource(strings = {DENSE_ONLY, DROPPING, NORMALISED})
    void whatBeginsAtAnIterationGoesOnAsTheWholeTrainingDid(String layers) {
        Optimizer plain = new Optimizer.Sgd(0.05, 0, 1e-3, new Schedule(20, List.of(30), 0.1));
        Task whole = task(layers, plain, 1);
        Trained trained = train(whole);
        Task rest = new Task(
                whole.network(),
                trained.rewind(),
                whole.masks(),
                plain,
                REWIND,
                ITERATIONS,
                0,
                whole.batch(),
                whole.evaluateEvery(),
                whole.seed(),
                whole.stream(),
                whole.augmentation(),
                whole.precision());
        Trained again = train(rest);
        assertSame(again.endState(), trained.endState());
        assertThat(again.rewind()).isNull();
        List<Point> after = trained.curve().stream()
                .filter(point -> point.iteration() > REWIND)
                .toList();
        assertThat(again.curve())
                .extracting(Point::valLoss)
                .isEqualTo(after.stream().map(Point::valLoss).toList());
        assertThat(again.curve()).extracting(Point::iteration).containsExactly(20, 30, 40, 47);
        assertThat(sameBits(
                        again.endState(),
                        train(task(layers, plain, 1, trained.rewind())).endState()))
                .as("the same weights from iteration 0 on come elsewhere")
                .isFalse();
    }

    @Test
    void theRewindIsWhatAShorterTrainingEndsIn() {
        Task task = task(NORMALISED, Trainings.ADAM, 0.5);
        Task shorter = new Task(
                task.network(),
                task.start(),
                task.masks(),
                task.optimizer(),
                0,
                REWIND,
                0,
                task.batch(),
                task.evaluateEvery(),
                task.seed(),
                task.stream(),
                task.augmentation(),
                task.precision());
        assertSame(train(task).rewind(), train(shorter).endState());
    }

    private Trained train(Task task) {
        return new Trainer(Trainings.KERNELS, FormChoice.AUTO, Trainings.COSTS).train(task, data, Trainings.SILENT);
    }

    private static Task task(String layers, Optimizer optimizer, double density) {
        Network network = NetworkText.parse("small", "1x14x14", List.of(layers.split(",")));
        return task(
                layers, optimizer, density, Initial.GLOROT.values(network, 1, Purpose.INITIAL_VALUES, Stream.trial(0)));
    }

    private static Task task(String layers, Optimizer optimizer, double density, State start) {
        Network network = NetworkText.parse("small", "1x14x14", List.of(layers.split(",")));
        Masks masks = masks(network, density);
        return new Task(
                network,
                start.masked(masks),
                masks,
                optimizer,
                0,
                ITERATIONS,
                REWIND,
                60,
                10,
                1,
                Stream.trial(0),
                new Augmentation(2, true),
                Precision.FP32);
    }

    private static Masks masks(Network network, double density) {
        SplittableRandom random = new SplittableRandom(7);
        SequencedMap<String, Mask> masks = new LinkedHashMap<>();
        for (Parameter parameter : network.prunable()) {
            byte[] alive = new byte[parameter.count()];
            for (int i = 0; i < alive.length; i++) {
                alive[i] = (byte) (random.nextDouble() < density ? 1 : 0);
            }
            masks.put(parameter.name(), Mask.of(alive));
        }
        return new Masks(masks);
    }

    /// Asked from two threads where evaluations run beside the steps.
    private static TrainingListener stoppingAfter(int questions) {
        return new TrainingListener() {
            private int asked;

            @Override
            public void evaluated(Point point) {}

            @Override
            public synchronized boolean stopping() {
                return ++asked > questions;
            }
        };
    }

    private static void assertSame(State found, State expected) {
        assertThat(sameBits(found, expected)).isTrue();
    }

    private static boolean sameBits(State a, State b) {
        return a.values().keySet().equals(b.values().keySet())
                && a.values().keySet().stream().allMatch(name -> Arrays.equals(bits(a.get(name)), bits(b.get(name))));
    }

    private static int[] bits(float[] values) {
        int[] bits = new int[values.length];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Float.floatToRawIntBits(values[i]);
        }
        return bits;
    }
}
