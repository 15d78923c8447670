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
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What a step's time goes to, level by level: medians over rounds of steps, one line per level, with the off-heap
/// memory of the training: weights, moments and indices, and everything else (activations, batch order, rates).
/// `java -cp bench/target/benchmarks.jar dev.tombola.bench.Breakdown [NETWORK [LEVEL...]]`
public final class Breakdown {
    private static final int ROUNDS = 41;
    private static final double SECONDS = 15;

    /// A round is so long that reading the clock costs nothing.
    private static final double SECONDS_PER_ROUND = 0.3;

    private final Recipe recipe;
    private final TrainingData data;
    private final Kernels kernels;

    private Breakdown(Recipe recipe) {
        this.recipe = recipe;
        this.data = BenchImages.of(recipe, "found");
        this.kernels = Backends.open("cpu", Backends.BEST).kernels();
    }

    public static void main(String[] args) {
        Locale.setDefault(Locale.ROOT);
        String network = args.length == 0 ? "lenet-300-100" : args[0];
        List<String> levels = args.length < 2
                ? List.of("0", "7", "15", "20")
                : Arrays.asList(args).subList(1, args.length);
        Breakdown breakdown = new Breakdown(Recipe.preset(network));
        for (String level : levels) {
            breakdown.print(Integer.parseInt(level), level.equals(levels.getFirst()));
        }
    }

    /// @param headed whether the columns' heads come first: they are those of what a step of this network does
    private void print(int level, boolean headed) {
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
            if (headed) {
                System.out.println(
                        times.heads("level   left %  ") + "    rest   step us  not products  parameters MB  else MB");
            }
            double left = 100.0 * masks.survivors() / recipe.network().weights();
            System.out.println(times.line("%5d %8.1f  ".formatted(level, left))
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
        private List<TimedKernels.Part> used() {
            return parts.keySet().stream()
                    .filter(part -> median(parts.get(part)) > 0)
                    .toList();
        }

        String heads(String before) {
            StringBuilder line = new StringBuilder(before);
            used().forEach(part -> line.append("  %8s".formatted(name(part))));
            return line.toString();
        }

        String line(String before) {
            StringBuilder line = new StringBuilder(before);
            double whole = median(steps);
            double sum = 0;
            double products = 0;
            for (TimedKernels.Part part : used()) {
                double median = median(parts.get(part));
                line.append(
                        "  %%%d.1f".formatted(Math.max(8, name(part).length())).formatted(median));
                sum += median;
                products += part.product() ? median : 0;
            }
            return line + "  %6.1f  %8.1f  %10.0f %%".formatted(whole - sum, whole, 100 * (1 - products / whole));
        }

        private static String name(TimedKernels.Part part) {
            return part.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }

        private static double median(double[] values) {
            double[] sorted = values.clone();
            Arrays.sort(sorted);
            return sorted[sorted.length / 2];
        }
    }
}
