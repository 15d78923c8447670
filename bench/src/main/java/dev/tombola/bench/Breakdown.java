package dev.tombola.bench;

import dev.tombola.kernel.Backends;
import dev.tombola.kernel.Kernels;
import dev.tombola.lottery.Recipe;
import dev.tombola.nn.Costs;
import dev.tombola.nn.FormChoice;
import dev.tombola.nn.Masks;
import dev.tombola.nn.Parameters;
import dev.tombola.nn.Plan;
import dev.tombola.tensor.Score;
import dev.tombola.train.Stepper;
import dev.tombola.train.Task;
import dev.tombola.train.TrainingData;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/// What a LeNet-300-100 step's time goes to, level by level: medians over rounds of steps, one line per level, with
/// the off-heap memory of the training: weights, moments and indices, and everything else (activations, batch order,
/// rates).
/// `java -cp bench/target/benchmarks.jar dev.tombola.bench.Breakdown [LEVEL...]`
public final class Breakdown {
    private static final int ROUNDS = 41;
    private static final int STEPS = 500;

    private Breakdown() {}

    public static void main(String[] levels) {
        Recipe recipe = Recipe.preset("lenet-300-100");
        TrainingData data = BenchImages.named("mnist");
        Kernels kernels = Backends.open("cpu", Backends.BEST).kernels();
        StringBuilder head = new StringBuilder("level   left %");
        for (TimedKernels.Part part : TimedKernels.Part.values()) {
            head.append("  %s".formatted(name(part)));
        }
        System.out.println(head + "  rest  step us  not linear  parameters kB  else kB");
        for (String level : levels.length == 0 ? new String[] {"0", "7", "15", "21"} : levels) {
            Masks masks = Tickets.masks(recipe, data, kernels, Integer.parseInt(level));
            System.out.println("%5s %8.1f"
                            .formatted(
                                    level,
                                    100.0 * masks.survivors() / recipe.network().weights())
                    + line(recipe, data, kernels, masks));
        }
    }

    private static String line(Recipe recipe, TrainingData data, Kernels kernels, Masks masks) {
        TimedKernels timed = new TimedKernels(kernels);
        TimedKernels.Part[] parts = TimedKernels.Part.values();
        double[] steps = new double[ROUNDS];
        Map<TimedKernels.Part, double[]> micros = new EnumMap<>(TimedKernels.Part.class);
        for (TimedKernels.Part part : parts) {
            micros.put(part, new double[ROUNDS]);
        }
        double parametersKb;
        double elseKb;
        try (CountingArena arena = new CountingArena()) {
            Task task = Tickets.task(recipe, masks, ROUNDS * STEPS);
            Plan plan = Plan.of(task.network(), masks, data.lit());
            Parameters parameters = Parameters.forTraining(
                    arena,
                    plan,
                    FormChoice.AUTO.forms(plan, Costs.of(kernels, 60)),
                    task.optimizer().kind(),
                    false);
            parameters.load(task.start());
            parametersKb = arena.bytes() / 1e3;
            Stepper stepper = new Stepper(arena, task, plan, data, timed, parameters);
            Score score = new Score(arena);
            elseKb = arena.bytes() / 1e3 - parametersKb;
            for (int round = 0; round < ROUNDS; round++) {
                timed.clear();
                long start = System.nanoTime();
                for (int i = 0; i < STEPS; i++) {
                    stepper.step(round * STEPS + i, score);
                }
                steps[round] = (System.nanoTime() - start) / 1e3 / STEPS;
                for (TimedKernels.Part part : parts) {
                    micros.get(part)[round] = timed.nanos(part) / 1e3 / STEPS;
                }
            }
        }
        StringBuilder line = new StringBuilder();
        double whole = median(steps);
        double sum = 0;
        double linear = 0;
        for (TimedKernels.Part part : parts) {
            double median = median(micros.get(part));
            line.append("  %%%d.1f".formatted(name(part).length()).formatted(median));
            sum += median;
            linear += part.linear() ? median : 0;
        }
        return line
                + "  %4.1f  %7.1f  %8.0f %%  %13.0f  %7.0f"
                        .formatted(whole - sum, whole, 100 * (1 - linear / whole), parametersKb, elseKb);
    }

    private static String name(TimedKernels.Part part) {
        return part.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
