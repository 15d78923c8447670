package dev.tombola.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tombola.data.Split;
import dev.tombola.kernel.Kernels;
import dev.tombola.kernel.reference.ReferenceKernels;
import dev.tombola.nn.FormChoice;
import dev.tombola.nn.Masks;
import dev.tombola.nn.Parameters;
import dev.tombola.nn.Plan;
import dev.tombola.numeric.Purpose;
import dev.tombola.numeric.Stream;
import dev.tombola.tensor.Batch;
import dev.tombola.tensor.Draws;
import dev.tombola.tensor.Ints;
import dev.tombola.tensor.Score;
import dev.tombola.tensor.Shuffle;
import java.lang.foreign.Arena;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Which examples the steps of a training see.
class BatchesTest {
    private static final int EPOCHS = 3;

    private final List<List<Integer>> gathered = new ArrayList<>();

    /// 550 examples: 9 batches of 60 and 10 examples dropped; 2 of 200 and 150 dropped; all of them in 5 of 110.
    @ParameterizedTest
    @ValueSource(ints = {60, 200, 110, 550})
    void everyEpochIsNewlyOrderedAndDropsItsLastPartialBatch(int batch) {
        int[] examples = Split.of(1, Stream.trial(0), Trainings.DIGITS.train().count(), 150)
                .training();
        int perEpoch = examples.length / batch;
        try (Arena arena = Arena.ofConfined()) {
            Masks masks = Masks.full(Trainings.NETWORK);
            Task task = Trainings.task(masks, Trainings.ADAM, EPOCHS * perEpoch, batch, 100);
            Plan plan = Plan.of(task.network(), masks, Trainings.data().lit());
            Parameters parameters = Parameters.forTraining(
                    arena,
                    plan,
                    FormChoice.DENSE.forms(plan, Trainings.COSTS),
                    task.optimizer().kind(),
                    false);
            parameters.load(task.start());
            Stepper stepper = new Stepper(arena, task, plan, Trainings.data(), recording(), parameters);
            Score score = new Score(arena);
            for (int i = 0; i < task.iterations(); i++) {
                stepper.step(i, score);
            }

            List<List<Integer>> expected = new ArrayList<>();
            Draws draws = new Draws(task.seed(), Purpose.ORDER.word(), task.stream());
            Ints numbers = Ints.allocate(arena, examples.length);
            for (int epoch = 0; epoch < EPOCHS; epoch++) {
                new ReferenceKernels().shuffle(Shuffle.of(arena, draws, examples), epoch, numbers);
                for (int i = 0; i < perEpoch; i++) {
                    expected.add(slice(numbers, i * batch, batch));
                }
            }
            assertThat(gathered).isEqualTo(expected).doesNotHaveDuplicates();
        }
    }

    private static List<Integer> slice(Ints numbers, int from, int count) {
        List<Integer> slice = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            slice.add(numbers.get(from + i));
        }
        return slice;
    }

    /// The usual kernels, and a note of every batch that they are asked to gather.
    private Kernels recording() {
        return (Kernels) Proxy.newProxyInstance(
                Kernels.class.getClassLoader(), new Class<?>[] {Kernels.class}, (_, method, arguments) -> {
                    if (method.getName().equals("gather")) {
                        gathered.add(slice((Ints) arguments[2], (int) arguments[3], ((Batch) arguments[4]).size()));
                    }
                    try {
                        return method.invoke(Trainings.KERNELS, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
