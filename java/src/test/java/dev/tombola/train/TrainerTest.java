package dev.tombola.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tombola.base.UserError;
import dev.tombola.kernel.Backends;
import dev.tombola.kernel.InstructionSet;
import dev.tombola.kernel.Kernels;
import dev.tombola.kernel.NativeKernels;
import dev.tombola.kernel.reference.ReferenceKernels;
import dev.tombola.nn.FormChoice;
import dev.tombola.nn.Masks;
import dev.tombola.nn.Network;
import dev.tombola.nn.NetworkText;
import dev.tombola.nn.State;
import dev.tombola.optim.Optimizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What one training promises.
class TrainerTest {
    private static final Masks FULL = Masks.full(Trainings.NETWORK);

    private final TrainingData data = Trainings.data();

    private Trained train(Task task, FormChoice forms) {
        return new Trainer(Trainings.KERNELS, forms, Trainings.COSTS).train(task, data, Trainings.SILENT);
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 25, 40})
    void evaluationsComeAtMultiplesAndAfterTheLastNeverBefore(int every) {
        Trained trained = train(Trainings.task(FULL, Trainings.ADAM, 40, 60, every), FormChoice.AUTO);
        List<Integer> expected = new ArrayList<>();
        for (int i = every; i <= 40; i += every) {
            expected.add(i);
        }
        if (40 % every != 0) {
            expected.add(40);
        }
        assertThat(trained.curve()).extracting(Point::iteration).isEqualTo(expected);
    }

    @Test
    void earlyStopIsTheFirstMinimumAndItsWeightsAreKept() {
        Trained trained = train(Trainings.task(FULL, Trainings.ADAM, 400, 60, 20), FormChoice.AUTO);
        Point first = trained.curve().getFirst();
        for (Point point : trained.curve()) {
            first = point.valLoss() < first.valLoss() ? point : first;
        }
        assertThat(trained.best()).isEqualTo(first);
        assertThat(trained.best().iteration())
                .as("this training overfits before its end")
                .isLessThan(400);
        Trained shorter =
                train(Trainings.task(FULL, Trainings.ADAM, trained.best().iteration(), 60, 20), FormChoice.AUTO);
        assertSame(shorter.endState(), trained.bestState());
        assertThat(shorter.endTrainAccuracy()).isEqualTo(trained.bestTrainAccuracy());
        assertThat(trained.endTrainAccuracy()).isGreaterThan(0.95);
    }

    @Test
    void aTieGoesToTheFirst() {
        // Steps too small to move a weight: every evaluation sees the same network.
        Optimizer still = new Optimizer.Sgd(1e-30, 0.9, 0, Trainings.CONSTANT);
        Trained trained = train(Trainings.task(FULL, still, 50, 60, 10), FormChoice.AUTO);
        assertThat(trained.curve()).hasSize(5);
        assertThat(trained.curve())
                .extracting(Point::valLoss)
                .containsOnly(trained.best().valLoss());
        assertThat(trained.best().iteration()).isEqualTo(10);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 60, 240, 1000})
    void theBatchOfAnEvaluationChangesNoBit(int size) {
        int[] numbers = Stream.iterate(0, i -> i + 1)
                .limit(130)
                .mapToInt(Integer::intValue)
                .toArray();
        Task task = Trainings.task(Trainings.masks(0.3), Trainings.ADAM, 1, 60, 1);
        EvaluationSet set = EvaluationSet.of(data.training().images(), numbers);
        Scores usual = Scores.of(task, set, Evaluator.BATCH);
        assertThat(usual.examples()).isEqualTo(130);
        assertThat(Scores.of(task, set, size)).isEqualTo(usual);
    }

    /// One idle core is lent: every evaluation then runs beside the steps that follow it.
    @Test
    void evaluationsOnAnIdleCoreChangeNoBit() {
        Task task = Trainings.task(FULL, Trainings.ADAM, 95, 60, 10);
        Trained alone = train(task, FormChoice.AUTO);
        IdleCores idle = new IdleCores();
        idle.lend();
        Set<Thread> asking = ConcurrentHashMap.newKeySet();
        TrainingListener listening = new TrainingListener() {
            @Override
            public void evaluated(Point point) {
                assertThat(Thread.currentThread())
                        .as("the training tells it itself")
                        .isEqualTo(training);
            }

            @Override
            public boolean stopping() {
                asking.add(Thread.currentThread());
                return false;
            }

            private final Thread training = Thread.currentThread();
        };
        Trained beside =
                new Trainer(Trainings.KERNELS, FormChoice.AUTO, Trainings.COSTS, idle).train(task, data, listening);
        assertThat(asking).as("threads, those of evaluations among them").hasSizeGreaterThan(1);
        assertSame(beside.endState(), alone.endState());
        assertSame(beside.bestState(), alone.bestState());
        assertThat(beside.curve()).isEqualTo(alone.curve());
        assertThat(beside.bestTrainAccuracy()).isEqualTo(alone.bestTrainAccuracy());
        assertThat(beside.endTrainAccuracy()).isEqualTo(alone.endTrainAccuracy());
        assertThat(idle.borrow()).as("the core is lent again").isTrue();
    }

    /// With a core lent or without, a failure is told as it is, and once.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFailureWhileEvaluatingIsToldAsItIs(boolean lent) {
        IdleCores idle = new IdleCores();
        if (lent) {
            idle.lend();
        }
        int[] asked = {0};
        TrainingListener troubled = new TrainingListener() {
            @Override
            public void evaluated(Point point) {}

            @Override
            public synchronized boolean stopping() {
                if (++asked[0] == 11) {
                    throw new IllegalStateException("the listener's own trouble");
                }
                return false;
            }
        };
        Task task = Trainings.task(FULL, Trainings.ADAM, 60, 60, 9);
        assertThatThrownBy(() -> new Trainer(Trainings.KERNELS, FormChoice.AUTO, Trainings.COSTS, idle)
                        .train(task, data, troubled))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the listener's own trouble");
        if (lent) {
            idle.takeBack(); // returns: the core was lent again
        }
    }

    /// The loss overflows in the weights of the tenth step: found by an evaluation, while steps may have gone on.
    @Test
    void divergenceFoundBesideTheStepsEndsTheTrainingWhereItWas() {
        Optimizer wild = new Optimizer.Sgd(1e30, 0.9, 0, Trainings.CONSTANT);
        for (int every : new int[] {1, 2, 3, 50}) {
            Task task = Trainings.task(FULL, wild, 50, 60, every);
            Trained alone = train(task, FormChoice.AUTO);
            IdleCores idle = new IdleCores();
            idle.lend();
            Trained beside = new Trainer(Trainings.KERNELS, FormChoice.AUTO, Trainings.COSTS, idle)
                    .train(task, data, Trainings.SILENT);
            assertThat(alone.divergedAt()).isPositive();
            assertThat(beside.divergedAt()).isEqualTo(alone.divergedAt());
            assertThat(beside.curve()).isEqualTo(alone.curve());
            assertSame(beside.endState(), alone.endState());
        }
    }

    static Stream<Optimizer> optimizers() {
        return Stream.of(Trainings.ADAM, Trainings.SGD);
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void prunedWeightsStayPlusZeroAndTheFormChangesNoBit(Optimizer optimizer) {
        Masks masks = Trainings.masks(0.4);
        Task task = Trainings.task(masks, optimizer, 80, 60, 40);
        Trained dense = train(task, FormChoice.DENSE);
        Trained compressed = train(task, FormChoice.COMPRESSED);
        assertSame(compressed.endState(), dense.endState());
        assertSame(compressed.bestState(), dense.bestState());
        assertThat(compressed.curve()).isEqualTo(dense.curve());
        masks.byName().forEach((name, mask) -> {
            float[] end = dense.endState().get(name);
            float[] start = task.start().get(name);
            int moved = 0;
            for (int i = 0; i < end.length; i++) {
                if (mask.alive(i)) {
                    moved += end[i] == start[i] ? 0 : 1;
                } else {
                    assertThat(Float.floatToRawIntBits(end[i])).isZero();
                }
            }
            assertThat(moved).as("survivors of " + name + " that moved").isGreaterThan(mask.survivors() / 2);
        });
    }

    @Test
    void aTrainingWhoseLossIsNotFiniteEndsAsDiverged() {
        Optimizer wild = new Optimizer.Sgd(1e30, 0.9, 0, Trainings.CONSTANT);
        Task task = Trainings.task(FULL, wild, 50, 60, 50);
        Trained trained = train(task, FormChoice.AUTO);
        assertThat(trained.divergedAt()).as("long before the evaluation").isBetween(2, 20);
        assertThat(trained.curve()).isEmpty();
        assertThat(trained.best()).isNull();
        assertThat(trained.endTrainAccuracy()).isNaN();
        assertThat(trained.bestTrainAccuracy()).isNaN();
        assertSame(trained.bestState(), task.start());
    }

    /// Kernels and forms differ in what they make of infinite factors, and in the bits of their NaNs.
    @Test
    void whatDivergedEndsInTheSameBitsOnAllKernelsInBothForms() {
        Network network = NetworkText.parse(
                "small", "1x14x14", List.of("conv 5 stride=3", "batch_norm", "relu", "conv 4", "output 10"));
        Masks masks = Trainings.masks(network, 0.5);
        Optimizer wild = new Optimizer.Sgd(1e30, 0.9, 0, Trainings.CONSTANT);
        Task task = Trainings.task(network, masks, wild, 50, 20, 50);
        List<Kernels> all = new ArrayList<>(List.of(new ReferenceKernels()));
        Backends.instructionSets().stream()
                .filter(InstructionSet::runs)
                .forEach(isa -> all.add(NativeKernels.open(isa.name())));
        for (Kernels kernels : all) {
            for (FormChoice form : List.of(FormChoice.DENSE, FormChoice.COMPRESSED)) {
                Trained trained = new Trainer(kernels, form, Trainings.COSTS).train(task, data, Trainings.SILENT);
                assertThat(trained.divergedAt()).isPositive();
                assertSame(trained.endState(), State.lost(network, masks));
            }
        }
    }

    @Test
    void anEvaluationWhoseLossIsNotFiniteIsNotOneOfTheCurve() {
        Optimizer wild = new Optimizer.Sgd(1e30, 0.9, 0, Trainings.CONSTANT);
        Trained trained = train(Trainings.task(FULL, wild, 50, 60, 1), FormChoice.AUTO);
        assertThat(trained.divergedAt()).isBetween(1, 20);
        assertThat(trained.curve())
                .hasSize(trained.divergedAt() - 1)
                .allSatisfy(point -> assertThat(point.valLoss()).isFinite());
        assertThat(trained.endTrainAccuracy()).isNaN();
    }

    /// At the eleventh question: before the eleventh step, or in the middle of the evaluation after the ninth.
    @ParameterizedTest
    @ValueSource(ints = {11, 9})
    @Timeout(20)
    void itStopsWhenAsked(int evaluateEvery) {
        int[] asked = {0};
        List<Point> evaluated = new ArrayList<>();
        TrainingListener stop = new TrainingListener() {
            @Override
            public void evaluated(Point point) {
                evaluated.add(point);
            }

            @Override
            public boolean stopping() {
                return ++asked[0] > 10;
            }
        };
        Task endless = Trainings.task(FULL, Trainings.ADAM, 1_000_000, 60, evaluateEvery);
        assertThatThrownBy(() ->
                        new Trainer(Trainings.KERNELS, FormChoice.AUTO, Trainings.COSTS).train(endless, data, stop))
                .isInstanceOf(StoppedException.class);
        assertThat(asked).containsExactly(11);
        assertThat(evaluated).isEmpty();
    }

    /// Over all training images it is dear: 550 of them are 9 batches, asked before each whether to stop.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void trainAccuracyIsComputedOnceWhereTheLastEvaluationIsTheBest(boolean lastIsBest) {
        int[] asked = {0};
        TrainingListener counting = new TrainingListener() {
            @Override
            public void evaluated(Point point) {
                asked[0] = 0;
            }

            @Override
            public boolean stopping() {
                asked[0]++;
                return false;
            }
        };
        Task task = Trainings.task(FULL, Trainings.ADAM, lastIsBest ? 30 : 400, 60, 10);
        Trained trained = new Trainer(Trainings.KERNELS, FormChoice.AUTO, Trainings.COSTS).train(task, data, counting);
        assertThat(trained.best().iteration() == task.iterations()).isEqualTo(lastIsBest);
        assertThat(asked[0]).isEqualTo(lastIsBest ? 9 : 18);
        if (lastIsBest) {
            assertSame(trained.bestState(), trained.endState());
            assertThat(trained.bestTrainAccuracy())
                    .isEqualTo(trained.endTrainAccuracy())
                    .isPositive();
        }
    }

    @Test
    void aBatchLargerThanTheTrainingSetIsRefused() {
        assertThatThrownBy(() -> train(Trainings.task(FULL, Trainings.ADAM, 1, 551, 1), FormChoice.AUTO))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("train.batch is 551")
                .hasMessageContaining("550 training examples");
    }

    private static void assertSame(State found, State expected) {
        expected.values()
                .forEach((name, values) -> assertThat(bits(found.get(name))).isEqualTo(bits(values)));
    }

    private static int[] bits(float[] values) {
        int[] bits = new int[values.length];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Float.floatToRawIntBits(values[i]);
        }
        return bits;
    }
}
