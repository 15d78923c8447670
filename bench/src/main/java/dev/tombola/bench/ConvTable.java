package dev.tombola.bench;

import dev.tombola.lottery.Recipe;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/// Runs [ConvBench] for every convolution of the paper's networks, at their batch and with their optimiser, and prints
/// each operation's time, its GFLOP/s and its share of the measured peak. `quick` takes a few convolutions at three
/// densities and two minutes instead of twenty; where `-p` names a shape, that alone is run. Takes JMH's own options.
/// `java --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -cp bench/target/benchmarks.jar
/// dev.tombola.bench.ConvTable quick`
public final class ConvTable {
    private static final String QUICK = "quick";

    /// Conv-6 has the convolutions of Conv-2 and Conv-4 as well.
    private static final List<String> NETWORKS = List.of("conv-6", "resnet-18", "vgg-19");

    /// Large images, small ones, ones narrower than a tile, and few channels.
    private static final Map<String, List<String>> FEW = Map.of(
            "conv-6", List.of("64x64x32", "128x128x16", "256x256x8"),
            "resnet-18", List.of("16x16x32", "64x64x8"),
            "vgg-19", List.of("512x512x4", "512x512x2"));

    private ConvTable() {}

    public static void main(String[] args) {
        boolean quick = args.length > 0 && args[0].equals(QUICK);
        String[] options = quick ? Arrays.copyOfRange(args, 1, args.length) : args;
        OperationTable table = new OperationTable(
                ConvBench.class,
                ConvWork::of,
                "GFLOP/s count surviving weights, all positions, the border's too, and lanes, the batch rounded up to"
                        + " 16: 2 x survivors x positions x lanes for each operation.");
        List<OperationTable.Setting> settings = has("shape", options)
                ? List.of(_ -> {})
                : NETWORKS.stream()
                        .map(name -> convolutions(name, quick, options))
                        .toList();
        table.print("ConvTable", options, settings);
    }

    private static OperationTable.Setting convolutions(String network, boolean quick, String... given) {
        Recipe recipe = Recipe.preset(network);
        Collection<String> shapes = quick ? FEW.get(network) : ConvWork.shapes(recipe.network());
        return options -> {
            options.param("recipe", network)
                    .param("batch", "" + recipe.train().batch())
                    .param("shape", shapes.toArray(String[]::new));
            if (quick) {
                hurry(options, has("density", given));
            }
        };
    }

    /// Whether `-p` gives a parameter.
    private static boolean has(String parameter, String... given) {
        return Arrays.stream(given).anyMatch(option -> option.startsWith(parameter + "="));
    }

    private static void hurry(ChainedOptionsBuilder options, boolean densities) {
        if (!densities) {
            options.param("density", "1", "0.2", "0.05");
        }
        options.warmupIterations(1)
                .warmupTime(TimeValue.milliseconds(100))
                .measurementIterations(3)
                .measurementTime(TimeValue.milliseconds(200));
    }
}
