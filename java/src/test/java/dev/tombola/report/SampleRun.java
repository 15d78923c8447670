package dev.tombola.report;

import dev.tombola.lottery.Control;
import dev.tombola.lottery.CurveRow;
import dev.tombola.lottery.LevelRow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/// Made-up but plausible rows of a run of LeNet-300-100: the ticket holds, the controls fall.
record SampleRun(String recipe, List<LevelRow> levels, List<CurveRow> curves) {
    private static final int[] WEIGHTS = {235_200, 30_000, 1_000};
    private static final double[] RATES = {0.2, 0.2, 0.1};

    /// These rows, of a recipe that asks for one trial of two levels.
    SampleRun(String data, int iterations, List<LevelRow> levels, List<CurveRow> curves) {
        this(recipe(data, iterations, 1, 2, List.of("ticket", "reinit")), levels, curves);
    }

    static SampleRun of(String data, int iterations, int trials, int levels, List<String> controls) {
        List<LevelRow> levelRows = new ArrayList<>();
        List<CurveRow> curveRows = new ArrayList<>();
        Random random = new Random(7);
        for (int trial = 0; trial < trials; trial++) {
            long[] alive = {WEIGHTS[0], WEIGHTS[1], WEIGHTS[2]};
            for (int level = 0; level <= levels; level++) {
                for (String control : controls) {
                    boolean ticket = control.equals("ticket");
                    int draws = Control.of(control).redrawn() ? 3 : 1;
                    for (int draw = 1; draw <= draws && (ticket || level > 0); draw++) {
                        int shown = draws == 1 ? 0 : draw;
                        training(trial, control, shown, level, alive, iterations, random, levelRows, curveRows);
                    }
                }
                for (int i = 0; i < alive.length; i++) {
                    alive[i] -= (long) Math.floor(RATES[i] * alive[i] + 0.5);
                }
            }
        }
        return new SampleRun(recipe(data, iterations, trials, levels, controls), levelRows, curveRows);
    }

    private static String recipe(String data, int iterations, int trials, int levels, List<String> controls) {
        return """
                network: lenet-300-100
                data: {name: %s, mean: 0.0, std: 1.0, validation: 5000}
                train:
                  iterations: %d
                  batch: 60
                  evaluate_every: 100
                  optimizer: {name: adam, lr: 0.0012}
                  schedule: {warmup: 0, drops: [], gamma: 0.1}
                prune: {scope: layer, rates: {conv: 0.1, fc: 0.2, output: 0.1}, strategy: reset, rewind: 0}
                run: {seed: 1, trials: %d, levels: %d, controls: [%s], draws: 3}
                numerics: {order: canonical, precision: fp32}
                """.formatted(data, iterations, trials, levels, String.join(", ", controls));
    }

    /// The same rows under another recipe: `from` in its text is `to`.
    SampleRun recipe(String from, String to) {
        if (!recipe.contains(from)) {
            throw new IllegalArgumentException("no '" + from + "' in the recipe");
        }
        return new SampleRun(recipe.replace(from, to), levels, curves);
    }

    private static void training(
            int trial,
            String control,
            int draw,
            int level,
            long[] alive,
            int iterations,
            Random random,
            List<LevelRow> levels,
            List<CurveRow> curves) {
        double loss = switch (control) {
            case "ticket" -> level < 15 ? -0.004 * Math.sin(level / 5.0) : 0.001 * Math.pow(level - 14, 1.5);
            case "one_shot" -> level < 5 ? -0.002 : 0.0008 * (level - 4);
            case "random_sparsity" -> 0.0002 * level * level;
            default -> 0.00008 * level * level;
        };
        double speed = control.equals("ticket") ? 1 - 0.5 * Math.sin(Math.min(level, 14) / 5.0) : 1 + 0.12 * level;
        int stop = (int) Math.round(iterations * 0.1 * speed * (0.85 + 0.3 * random.nextDouble()) / 100) * 100;
        stop = Math.max(100, Math.min(iterations, stop));
        double best = 0.981 - loss + 0.0012 * random.nextGaussian();
        double low = 1;
        CurveRow earliest = null;
        CurveRow last = null;
        for (int it = 100; it <= iterations; it += 100) {
            double r = (double) it / stop;
            double accuracy = Math.min(1, best - 0.06 * Math.exp(-3 * r) + 0.0006 * random.nextGaussian());
            double val = 0.07 + 3 * loss + 0.25 * Math.exp(-4 * r) + 0.03 * Math.log1p(r * r) / 3;
            last = new CurveRow(trial, control, draw, level, it, val * Math.exp(-r), val, accuracy - 0.001, accuracy);
            curves.add(last);
            if (val < low) {
                low = val;
                earliest = last;
            }
        }
        long left = alive[0] + alive[1] + alive[2];
        double step = 30 + 1100 * Math.min(1, 1.5 * left / 266_200.0) * (0.97 + 0.06 * random.nextDouble());
        levels.add(new LevelRow(
                trial,
                control,
                draw,
                level,
                left,
                266_200,
                100.0 * left / 266_200,
                earliest.iteration(),
                low,
                earliest.valAccuracy(),
                earliest.testAccuracy(),
                Math.min(1, earliest.testAccuracy() + 0.01),
                last.testAccuracy(),
                1,
                step * iterations / 1e6,
                3.5,
                step,
                "ccc"));
    }

    /// The same run with every level row changed, or left out where the change gives null.
    SampleRun with(UnaryOperator<LevelRow> change) {
        return new SampleRun(
                recipe, levels.stream().map(change).filter(row -> row != null).toList(), curves);
    }

    /// The same run with other validation losses in its curves.
    SampleRun withLosses(ToDoubleFunction<CurveRow> loss) {
        return new SampleRun(
                recipe,
                levels,
                curves.stream()
                        .map(row -> new CurveRow(
                                row.trial(),
                                row.control(),
                                row.draw(),
                                row.level(),
                                row.iteration(),
                                row.trainLoss(),
                                loss.applyAsDouble(row),
                                row.valAccuracy(),
                                row.testAccuracy()))
                        .toList());
    }

    /// `row` with another accuracy on the test images.
    static LevelRow accuracy(LevelRow row, double accuracy) {
        return with(row, row.earlyStopIteration(), accuracy, row.trainAccuracyEarlyStop(), row.trainAccuracyEnd());
    }

    /// `row` with another accuracy on the training images at the early stop, and 0.05 more at the end.
    static LevelRow trained(LevelRow row, double accuracy) {
        return with(row, row.earlyStopIteration(), row.testAccuracyEarlyStop(), accuracy, accuracy + 0.05);
    }

    /// `row` with its lowest validation loss at another iteration.
    static LevelRow stop(LevelRow row, int iteration) {
        return with(row, iteration, row.testAccuracyEarlyStop(), row.trainAccuracyEarlyStop(), row.trainAccuracyEnd());
    }

    private static LevelRow with(LevelRow row, int stop, double test, double trainEarlyStop, double trainEnd) {
        return with(row, stop, test, trainEarlyStop, trainEnd, row.usPerStep(), row.forms());
    }

    private static LevelRow with(
            LevelRow row,
            int stop,
            double test,
            double trainEarlyStop,
            double trainEnd,
            double usPerStep,
            String forms) {
        return new LevelRow(
                row.trial(),
                row.control(),
                row.draw(),
                row.level(),
                row.weightsLeft(),
                row.weightsTotal(),
                row.percentLeft(),
                stop,
                row.valLossEarlyStop(),
                row.valAccuracyEarlyStop(),
                test,
                trainEarlyStop,
                test,
                trainEnd,
                row.secondsTrain(),
                row.secondsEval(),
                usPerStep,
                forms);
    }

    /// `row` with other times and forms.
    static LevelRow ran(LevelRow row, double usPerStep, String forms) {
        return with(
                row,
                row.earlyStopIteration(),
                row.testAccuracyEarlyStop(),
                row.trainAccuracyEarlyStop(),
                row.trainAccuracyEnd(),
                usPerStep,
                forms);
    }

    /// `row` as a training that diverged before its first evaluation.
    static LevelRow diverged(LevelRow row) {
        double nan = Double.NaN;
        return new LevelRow(
                row.trial(),
                row.control(),
                row.draw(),
                row.level(),
                row.weightsLeft(),
                row.weightsTotal(),
                row.percentLeft(),
                0,
                nan,
                nan,
                nan,
                nan,
                nan,
                nan,
                row.secondsTrain(),
                row.secondsEval(),
                nan,
                row.forms());
    }

    /// Writes the four files of a run folder.
    Path write(Path folder) {
        try {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve("recipe.yaml"), recipe);
            Files.writeString(folder.resolve("machine.json"), """
                    {"version": "0.1.0", "backend": "cpu", "instruction_set": "avx512",
                     "machine": {"cpu": "Some <CPU> & more", "cores": 2}, "started": "2025-01-01T00:00:00Z"}
                    """);
            Files.writeString(
                    folder.resolve("levels.csv"),
                    LevelRow.header() + "\n"
                            + levels.stream().map(row -> row.toCsv() + "\n").collect(Collectors.joining()));
            Files.writeString(
                    folder.resolve("curves.csv"),
                    CurveRow.header() + "\n"
                            + curves.stream().map(row -> row.toCsv() + "\n").collect(Collectors.joining()));
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
