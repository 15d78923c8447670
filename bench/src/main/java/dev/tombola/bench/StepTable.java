package dev.tombola.bench;

import dev.tombola.bench.peers.PyTorch;
import dev.tombola.bench.peers.PyTorchNetworkBench;
import dev.tombola.kernel.Backends;
import dev.tombola.kernel.Kernels;
import dev.tombola.lottery.Recipe;
import dev.tombola.nn.Masks;
import dev.tombola.prune.Ladder;
import dev.tombola.train.TrainingData;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.openjdk.jmh.runner.RunnerException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Training steps of convolutional networks, ours and PyTorch's, each on one core, in one run, as one table. At each
/// density all contenders come one after another, so that noise hits all alike.
/// `java --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -cp bench/target/benchmarks.jar
/// dev.tombola.bench.StepTable --python PATH conv-6 vgg-19`
@Command(
        name = "StepTable",
        description = "Training steps of convolutional networks on one core, ours and PyTorch's, as a table.",
        sortOptions = false)
public final class StepTable implements Callable<Integer> {
    private static final double[] PERCENT = {100, 50, 20, 10, 5, 2};
    private static final double[] QUICK_PERCENT = {100, 20, 5};

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "What can be asked for.")
    @SuppressWarnings("UnusedVariable") // picocli asks for the annotation, not for the value
    private boolean help;

    @Option(names = "--quick", description = "Fewer densities and shorter: five minutes for all instead of twenty.")
    private boolean quick;

    @Option(
            names = "--python",
            paramLabel = "PATH",
            description = "A Python that has PyTorch; if not given, bench/peers/.venv/bin/python where that exists.")
    private Path python;

    @Parameters(paramLabel = "NETWORK", description = "All five convolutional networks if none is named.")
    private List<String> networks = List.of("conv-2", "conv-4", "conv-6", "resnet-18", "vgg-19");

    private final Program program;
    private final Kernels kernels = Backends.open("cpu", Backends.BEST).kernels();

    private StepTable(Program program) {
        this.program = program;
    }

    public static void main(String[] args) {
        Program program = new Program();
        program.run(new StepTable(program), args);
    }

    @Override
    public Integer call() {
        List<Recipe> recipes = networks.stream().map(Recipe::preset).toList();
        Optional<String> pytorch = PyTorch.found(python, program::note);
        program.silenceOthers();
        PrintWriter out = program.out();
        Measuring measuring = new Measuring(Measuring.options(quick).build());
        try {
            program.progress("measured FMA peak, GFLOP/s:");
            double peak = measuring.peak(Backends.BEST);
            program.note(" %.1f".formatted(peak));
            out.println(Measuring.machine());
            pytorch.ifPresent(out::println);
            out.println(
                    "One core each; medians, ms. GFLOP/s and their share of the measured FMA peak count the products"
                            + " of surviving weights.");
            out.println();
            out.println("network    batch    left%  products%      ours  GFLOP/s   of peak%     dense         B"
                    + "         A   B/ours   A/ours");
            for (Recipe recipe : recipes) {
                lines(measuring, recipe, peak, pytorch.isPresent());
            }
        } catch (RunnerException e) {
            throw Measuring.failure(e);
        }
        out.println();
        out.println("ours: each layer in the form that the measured cost model chooses; dense: all layers dense.");
        out.println("B: the fastest PyTorch: channels last, fused optimiser, no mask; A: as pruned networks are usually"
                + " trained, masked gradients.");
        return 0;
    }

    private void lines(Measuring measuring, Recipe recipe, double peak, boolean peers) throws RunnerException {
        Ladder ladder = recipe.ladder();
        String images = BenchImages.which(recipe, program::note);
        TrainingData data = BenchImages.of(recipe, images);
        Experiment experiment = new Experiment(recipe);
        double all = experiment.flop(Masks.full(recipe.network()), data.lit());
        String network = recipe.network().name();
        for (int level : levels(ladder, recipe.run().levels())) {
            Map<String, String> ours = Map.of("network", network, "level", "" + level, "images", images);
            Map<String, String> theirs = Map.of("network", network, "level", "" + level);
            program.progress("step of %s at %.3g %%, ms:".formatted(network, ladder.percentLeft(level)));
            double auto = millis(measuring, StepBench.class, ours, "kernels", "cpu-auto");
            double dense = level == 0 ? auto : millis(measuring, StepBench.class, ours, "kernels", "cpu-dense");
            double b = peers ? millis(measuring, PyTorchNetworkBench.class, theirs, "peer", "B") : Double.NaN;
            double a = peers ? millis(measuring, PyTorchNetworkBench.class, theirs, "peer", "A") : Double.NaN;
            program.note("");
            double flop = experiment.flop(Tickets.masks(recipe, data, kernels, level), data.lit());
            double gflops = Measuring.gflops(flop, auto * 1e3);
            program.out()
                    .printf(
                            "%-10s %5d %7.2f %11.1f %9.1f %8.1f %10.0f %9.1f %9s %9s %8s %8s%n",
                            network,
                            recipe.train().batch(),
                            ladder.percentLeft(level),
                            100 * flop / all,
                            auto,
                            gflops,
                            100 * gflops / peak,
                            dense,
                            number("%.1f", b),
                            number("%.1f", a),
                            number("%.2f×", b / auto),
                            number("%.2f×", a / auto));
        }
    }

    private static String number(String format, double value) {
        return Double.isNaN(value) ? "–" : format.formatted(value);
    }

    private double millis(
            Measuring measuring, Class<?> benchmark, Map<String, String> parameters, String name, String value)
            throws RunnerException {
        Map<String, String> all = new HashMap<>(parameters);
        all.put(name, value);
        double millis = Measuring.median(measuring.run(benchmark, "step", all)) / 1e3;
        program.progress(" %s %.1f".formatted(value, millis));
        return millis;
    }

    /// The levels next to the wanted densities.
    private int[] levels(Ladder ladder, int last) {
        return DoubleStream.of(quick ? QUICK_PERCENT : PERCENT)
                .mapToInt(wanted -> IntStream.rangeClosed(0, last)
                        .boxed()
                        .min(Comparator.comparingDouble(
                                level -> Math.abs(Math.log(ladder.percentLeft(level) / wanted))))
                        .orElseThrow())
                .distinct()
                .toArray();
    }
}
