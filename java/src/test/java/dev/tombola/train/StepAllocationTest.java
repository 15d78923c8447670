package dev.tombola.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.tombola.nn.FormChoice;
import dev.tombola.nn.Masks;
import dev.tombola.nn.Parameters;
import dev.tombola.nn.Plan;
import dev.tombola.tensor.Score;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A warm step, epoch starts included, allocates not one byte on the heap.
class StepAllocationTest {
    private static final int STEPS = 5_000;
    private static final int WARM_UPS = 12;

    @ParameterizedTest
    @EnumSource(names = {"DENSE", "COMPRESSED"})
    void aStepAllocatesNothing(FormChoice forms) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Arena arena = Arena.ofConfined()) {
            Masks masks = Trainings.masks(0.2);
            Task task = Trainings.task(masks, Trainings.ADAM, STEPS * (WARM_UPS + 1), 60, 100);
            Plan plan = Plan.of(task.network(), masks, Trainings.data().lit());
            Parameters parameters = Parameters.forTraining(
                    arena,
                    plan,
                    forms.forms(plan, Trainings.COSTS),
                    task.optimizer().kind(),
                    false);
            parameters.load(task.start());
            Stepper stepper = new Stepper(arena, task, plan, Trainings.data(), Trainings.KERNELS, parameters);
            Score score = new Score(arena);
            int iteration = 0;
            long least = Long.MAX_VALUE;
            // The compiler decides when its code is ready: the first thousands of steps are still interpreted.
            for (int round = 0; round < WARM_UPS && least > 0; round++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < STEPS; i++) {
                    stepper.step(iteration++, score);
                }
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            }
            assertThat(least).as("bytes in " + STEPS + " warm steps").isZero();
        }
    }
}
