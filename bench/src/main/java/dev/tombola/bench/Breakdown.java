package dev.tombola.bench;

import dev.tombola.base.UserError;
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
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// What a step's time goes to, level by level: medians over rounds of steps, one line per level, with the off-heap
/// memory of the training: weights, moments and indices, and everything else (activations, batch order, rates).
/// `java -cp bench/target/benchmarks.jar dev.tombola.bench.Breakdown [NETWORK [LEVEL...]]`
@Command(name = "Breakdown", description = "What a training step's time goes to, level by level.")
public final class Breakdown implements Callable<Integer> {
    private static final int ROUNDS = 41;
    private static final double SECONDS = 15;

    /// A round is so long that reading the clock costs nothing.
    private static final double SECONDS_PER_ROUND = 0.3;

    @CommandLine.Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "NETWORK",
            description = "LeNet-300-100 if not given.")
    private String network = "lenet-300-100";

    @CommandLine.Parameters(
            index = "1..*",
            paramLabel = "LEVEL",
            description = "Prunings before the step; 0, 7, 15, 20 if not given.")
    private List<Integer> levels = List.of(0, 7, 15, 20);

    private final Program program;
    private final Kernels kernels = Backends.open("cpu", Backends.BEST).kernels();
    private Recipe recipe;
    private TrainingData data;
    private List<TimedKernels.Part> columns;

    private Breakdown(Program program) {
        this.program = program;
    }

    public static void main(String[] args) {
        Program program = new Program();
        program.run(new Breakdown(program), args);
    }

    @Override
    public Integer call() {
        recipe = Recipe.preset(network);
        int last = recipe.run().levels();
        for (int level : levels) {
            if (level < 0 || level > last) {
                throw new UserError("LEVEL is %d; %s has levels 0 to %d.".formatted(level, network, last));
            }
        }
        data = BenchImages.of(recipe, "found");
        for (int level : levels) {
            print(level);
        }
        return 0;
    }

    /// The first line comes with its columns' heads: they are those of what a step of this network does.
    private void print(int level) {
        Masks masks = Tickets.masks(recipe, data, kernels, level);
        TimedKernels timed = new TimedKernels(kernels);
        Task task = Tickets.task(recipe, masks, recipe.train().iterations());
        try (CountingArena arena = new CountingArena()) {
            Plan plan = Plan.of(task.network(), masks, data.lit());
            Parameters parameters = Parameters.forTraining(
                    arena,
                    plan,
                    FormChoice.AUTO.forms(plan, Costs.of(kernels, task.batch())),
                    task.optimizer().kind(),
                    task.optimizer().movesIdleWeights());
            parameters.load(task.start());
            double parametersMb = arena.bytes() / 1e6;
            Stepper stepper = new Stepper(arena, task, plan, data, timed, parameters);
            Score score = new Score(arena);
            double elseMb = arena.bytes() / 1e6 - parametersMb;
            Times times = measure(stepper, score, timed);
            if (columns == null) {
                columns = times.used();
                program.out()
                        .println(heads("level   left %  ", columns)
                                + "    rest   step us  not products  parameters MB  else MB");
            }
            double left = 100.0 * masks.survivors() / recipe.network().weights();
            program.out()
                    .println(times.line("%5d %8.1f  ".formatted(level, left), columns)
                            + "  %13.2f  %7.2f".formatted(parametersMb, elseMb));
        }
    }

    private Times measure(Stepper stepper, Score score, TimedKernels timed) {
        int iteration = 0;
        long begin = System.nanoTime();
        do {
            stepper.step(iteration++ % recipe.train().iterations(), score);
        } while (System.nanoTime() - begin < SECONDS_PER_ROUND * 1e9);
        int steps = iteration;
        double second = (System.nanoTime() - begin) / 1e9;
        Times times = new Times((int) Math.clamp(SECONDS / second, 3, ROUNDS));
        for (int round = 0; round < times.steps.length; round++) {
            timed.clear();
            long start = System.nanoTime();
            for (int i = 0; i < steps; i++) {
                stepper.step(iteration++ % recipe.train().iterations(), score);
            }
            times.steps[round] = (System.nanoTime() - start) / 1e3 / steps;
            for (TimedKernels.Part part : TimedKernels.Part.values()) {
                times.parts.get(part)[round] = timed.nanos(part) / 1e3 / steps;
            }
        }
        return times;
    }

    private static String heads(String before, List<TimedKernels.Part> columns) {
        StringBuilder line = new StringBuilder(before);
        columns.forEach(part -> line.append("  %8s".formatted(name(part))));
        return line.toString();
    }

    private static String name(TimedKernels.Part part) {
        return part.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /// Microseconds of a step and of its parts, round by round.
    private static final class Times {
        private final double[] steps;
        private final Map<TimedKernels.Part, double[]> parts = new EnumMap<>(TimedKernels.Part.class);

        Times(int rounds) {
            steps = new double[rounds];
            for (TimedKernels.Part part : TimedKernels.Part.values()) {
                parts.put(part, new double[rounds]);
            }
        }

        /// Parts that the network has.
        List<TimedKernels.Part> used() {
            return parts.keySet().stream()
                    .filter(part -> median(parts.get(part)) > 0)
                    .toList();
        }

        String line(String before, List<TimedKernels.Part> columns) {
            StringBuilder line = new StringBuilder(before);
            double whole = median(steps);
            double sum = 0;
            double products = 0;
            for (TimedKernels.Part part : columns) {
                double median = median(parts.get(part));
                line.append(
                        "  %%%d.1f".formatted(Math.max(8, name(part).length())).formatted(median));
                sum += median;
                products += part.product() ? median : 0;
            }
            return line + "  %6.1f  %8.1f  %10.0f %%".formatted(whole - sum, whole, 100 * (1 - products / whole));
        }

        private static double median(double[] values) {
            double[] sorted = values.clone();
            Arrays.sort(sorted);
            return sorted[sorted.length / 2];
        }
    }
}
