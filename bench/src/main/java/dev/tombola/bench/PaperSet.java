package dev.tombola.bench;

import dev.tombola.lottery.Recipe;
import dev.tombola.prune.Ladder;
import dev.tombola.scheduler.Training;
import dev.tombola.sweep.Bytes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/// Every training of the paper's experiments (its sections 2 to 4 and appendices B and E to I) with the time that one
/// core takes, from measured steps, and with what bounds a GPU. Where the paper does not say how many values a
/// sweep has, six are assumed; Appendix G has the 3,000 trainings that it says it took.
final class PaperSet {
    /// Single-precision operations of an H200 in a second, without tensor cores.
    private static final double DEVICE = 67e12;

    /// LeNet's replica-steps of an H200 in a second: dense by its memory, compressed by its shared memory.
    private static final double DEVICE_LENET = 0.55e6;

    private static final double DEVICE_LENET_COMPRESSED = 0.23e6;

    /// Of a step's time, what its forward product takes.
    private static final double FORWARD = 0.3;

    private static final int EVALUATED = 15_000;
    private static final int EVERY = 100;

    private final List<Training> trainings = new ArrayList<>();
    private final List<Double> onDevice = new ArrayList<>();
    private final Map<String, Integer> kinds = new HashMap<>();
    private final Map<String, Total> totals = new LinkedHashMap<>();

    /// A network's measured steps.
    ///
    /// @param recipe the preset
    /// @param milliseconds of a step by percent of the weights left
    /// @param products share of the dense products by percent of the weights left
    /// @param flop operations of a dense step
    private record Measured(
            String recipe,
            NavigableMap<Double, Double> milliseconds,
            NavigableMap<Double, Double> products,
            double flop) {}

    private static final class Total {
        private int trainings;
        private double coreSeconds;
        private double deviceSeconds;
        private double evaluations;
        private double all;
        private double last;
    }

    private PaperSet() {}

    /// With the convolutional networks' steps on one Zen 5 core and LeNet's on one Zen 4 core, of 2026-11-29.
    static PaperSet ofPaper() {
        PaperSet set = new PaperSet();
        Measured lenet = new Measured(
                "lenet-300-100",
                points(100, 0.723, 51.28, 0.491, 21.07, 0.223, 3.58, 0.0619, 0.96, 0.0247),
                points(100, 100, 0.01, 0.01),
                67.6e6);
        Measured conv2 = new Measured(
                "conv-2",
                points(100, 84.9, 51.41, 87.2, 21.23, 62.3, 10.97, 46.4, 4.57, 37.1, 1.93, 28.2),
                points(100, 100, 51.41, 70.8, 21.23, 45.2, 10.97, 32.5, 4.57, 21.1, 1.93, 13.7),
                15.6e9);
        Measured conv4 = new Measured(
                "conv-4",
                points(100, 175.4, 53.55, 179.2, 19.62, 120.0, 9.18, 86.4, 5.37, 71.1, 2.01, 49.7),
                points(100, 100, 53.55, 72.4, 19.62, 42.5, 9.18, 27.8, 5.37, 20.2, 2.01, 10.7),
                35.2e9);
        Measured conv6 = new Measured(
                "conv-6",
                points(100, 260.2, 46.68, 229.3, 18.38, 116.0, 10.62, 83.0, 5.17, 61.4, 2.13, 45.6),
                points(100, 100, 46.68, 52.1, 18.38, 23.1, 10.62, 14.2, 5.17, 7.4, 2.13, 3.3),
                55.2e9);
        Measured resnet = new Measured(
                "resnet-18",
                points(100, 185.8, 51.78, 177.9, 21.91, 134.0, 9.67, 103.1, 4.66, 92.5, 2.32, 81.2),
                points(100, 100, 51.78, 60.9, 21.91, 33.3, 9.67, 18.8, 4.66, 10.8, 2.32, 5.3),
                31e9);
        Measured vgg = new Measured(
                "vgg-19",
                points(100, 623.6, 51.21, 629.3, 20.99, 392.1, 10.76, 289.4, 5.52, 215.7, 1.83, 147.0),
                points(100, 100, 51.21, 60.7, 20.99, 33.7, 10.76, 22.7, 5.52, 15.8, 1.83, 9.1),
                153e9);
        List<Measured> convs = List.of(conv2, conv4, conv6);
        set.add("LeNet: figures 1, 3, 4, 11, 12, 14", lenet, "", 1, 5, 11);
        convs.forEach(conv -> set.add("Conv-2, 4, 6: figures 1, 5, 13, 14", conv, "", 1, 5, 7));
        convs.forEach(conv -> set.add("with dropout: figure 6", conv, "-dropout", 1, 5, 4));
        set.add("VGG-19: figures 7, 14", vgg, "", 3, 5, 5);
        set.add("ResNet-18: figures 8, 14", resnet, "", 3, 5, 5);
        set.add("continued training: figures 9, 10", lenet, "", 1, 5, 2);
        convs.forEach(conv -> set.add("continued training: figures 9, 10", conv, "", 1, 5, 2));
        set.add("App. F, LeNet: figures 17, 18, 25", lenet, "", 1, 5, 6);
        set.add("App. G, LeNet: figures 26 to 31", lenet, "", 46, 3, 1);
        convs.forEach(conv -> set.add("App. H, Conv: figures 32 to 35, 37", conv, "", 26, 3, 1));
        convs.forEach(conv -> set.add("App. H, dropout: figure 36", conv, "-dropout", 6, 3, 1));
        set.add("App. I, VGG-19: figures 38, 40, 43, 45", vgg, "", 15, 3, 1);
        set.add("App. I, ResNet-18: figures 39, 41, 42, 44", resnet, "", 15, 3, 1);
        return set;
    }

    List<Training> trainings() {
        return trainings;
    }

    /// Seconds of a group on a GPU that does nothing but the bound's work.
    double boundOnDevice(List<Training> group) {
        return group.stream()
                .mapToDouble(training -> onDevice.get(training.number()))
                .sum();
    }

    /// What there is, in Markdown.
    String table() {
        StringBuilder text = new StringBuilder("""
                | experiments | trainings | core-days | GPU-hours (bound) | evaluations | tickets, all | last |
                |---|---|---|---|---|---|---|
                """);
        Total sum = new Total();
        totals.forEach((name, total) -> {
            line(text, name, total);
            add(sum, total);
        });
        line(text, "together", sum);
        return text.toString();
    }

    /// @param perLevel trainings at each level above 0, the ticket among them
    private void add(String name, Measured measured, String variant, int settings, int trials, int perLevel) {
        Recipe recipe = Recipe.preset(measured.recipe() + variant);
        Ladder ladder = recipe.ladder();
        int iterations = recipe.train().iterations();
        double ticket = 4.0 * 3 * recipe.network().weights() + recipe.network().weights();
        int kind = 100 * kinds.computeIfAbsent(recipe.network().name(), _ -> kinds.size());
        Total total = totals.computeIfAbsent(name, _ -> new Total());
        for (int trial = 0; trial < settings * trials; trial++) {
            int base = trainings.size();
            int before = base;
            for (int level = 0; level <= recipe.run().levels(); level++) {
                List<Integer> needs = level == 0 ? List.of() : List.of(before);
                before = trainings.size();
                double percent = ladder.percentLeft(level);
                double seconds =
                        seconds(measured, percent, iterations, recipe.train().batch());
                double device =
                        device(measured, percent, iterations, recipe.train().batch());
                for (int i = 0; i < (level == 0 ? 1 : perLevel); i++) {
                    trainings.add(new Training(trainings.size(), needs, seconds, 1, kind + level));
                    onDevice.add(device);
                    total.trainings++;
                    total.coreSeconds += seconds;
                    total.deviceSeconds += device;
                    total.evaluations += (double) iterations / EVERY;
                    total.all += ticket;
                    total.last += level == recipe.run().levels() ? ticket : 0;
                }
            }
        }
    }

    private static double seconds(Measured measured, double percent, int iterations, int batch) {
        double step = at(measured.milliseconds(), percent) / 1000;
        double evaluation = FORWARD * step * EVALUATED / batch;
        return iterations * step + evaluation * iterations / EVERY;
    }

    private static double device(Measured measured, double percent, int iterations, int batch) {
        double share = at(measured.products(), percent) / 100;
        double step = measured.flop() * share / DEVICE;
        if (measured.recipe().equals("lenet-300-100")) {
            step = 1 / Math.max(DEVICE_LENET, DEVICE_LENET_COMPRESSED / share);
        }
        double evaluation = measured.flop() / 3 * share / DEVICE * EVALUATED / batch;
        return iterations * step + evaluation * iterations / EVERY;
    }

    /// Between the points by the logarithm of the percentage, beyond them the nearest.
    private static double at(NavigableMap<Double, Double> points, double percent) {
        Map.Entry<Double, Double> above = points.ceilingEntry(percent);
        Map.Entry<Double, Double> below = points.floorEntry(percent);
        if (above == null || below == null) {
            return (above == null ? below : above).getValue();
        }
        if (above.getKey().equals(below.getKey())) {
            return above.getValue();
        }
        double share = Math.log(percent / below.getKey()) / Math.log(above.getKey() / below.getKey());
        return below.getValue() * Math.pow(above.getValue() / below.getValue(), share);
    }

    private static NavigableMap<Double, Double> points(double... pairs) {
        NavigableMap<Double, Double> points = new TreeMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            points.put(pairs[i], pairs[i + 1]);
        }
        return points;
    }

    private static void add(Total sum, Total total) {
        sum.trainings += total.trainings;
        sum.coreSeconds += total.coreSeconds;
        sum.deviceSeconds += total.deviceSeconds;
        sum.evaluations += total.evaluations;
        sum.all += total.all;
        sum.last += total.last;
    }

    private static void line(StringBuilder text, String name, Total total) {
        text.append(String.format(
                Locale.ROOT,
                "| %s | %,d | %,.1f | %,.2f | %,.0f | %s | %s |%n",
                name,
                total.trainings,
                total.coreSeconds / 86_400,
                total.deviceSeconds / 3600,
                total.evaluations,
                Bytes.text((long) total.all),
                Bytes.text((long) total.last)));
    }
}
