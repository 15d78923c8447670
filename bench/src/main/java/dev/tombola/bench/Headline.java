package dev.tombola.bench;

import dev.tombola.base.UserError;
import dev.tombola.bench.peers.PyTorch;
import dev.tombola.bench.peers.PyTorchEvaluationBench;
import dev.tombola.bench.peers.PyTorchStepBench;
import dev.tombola.kernel.Backends;
import dev.tombola.lottery.Recipe;
import dev.tombola.nn.Masks;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.RunnerException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `./tombola bench`: our training step and evaluation beside PyTorch's, each on one core, in one run, as one table.
/// At each level all contenders come one after another, so that noise hits all alike.
@Command(
        name = "tombola bench",
        description = "A training step and an evaluation of LeNet-300-100 on one core, ours and PyTorch's, as a table.",
        sortOptions = false)
public final class Headline implements Callable<Integer> {
    private static final List<Integer> LEVELS = List.of(0, 7, 15, 21);
    private static final List<Contender> TURNS = List.of(Contender.OURS, Contender.A, Contender.B, Contender.C);
    private static final String ALLOCATED = "gc.alloc.rate.norm";

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "What can be asked for.")
    @SuppressWarnings("UnusedVariable") // picocli asks for the annotation, not for the value
    private boolean help;

    @Option(names = "--quick", description = "Shorter and noisier: some three minutes instead of five.")
    private boolean quick;

    @Option(
            names = "--python",
            paramLabel = "PATH",
            description = "A Python that has PyTorch; if not given, bench/peers/.venv/bin/python where that exists.")
    private Path python;

    @Option(names = "--json", paramLabel = "FILE", description = "Also write every measurement as JMH's JSON.")
    private Path json;

    private final Program program;
    private final Recipe recipe = Recipe.preset("lenet-300-100");
    private final Comparison comparison = new Comparison(recipe);
    private final NavigableMap<Integer, Double> bytes = new TreeMap<>();

    private Headline(Program program) {
        this.program = program;
    }

    public static void main(String[] args) {
        Program program = new Program();
        program.run(new Headline(program), args);
    }

    @Override
    public Integer call() throws IOException {
        Path results = json == null ? null : writable(json);
        Optional<String> pytorch = PyTorch.found(python, program::note);
        String images = BenchImages.which(recipe, program::note);
        program.silenceOthers();
        Measuring measuring = new Measuring(
                Measuring.options(quick).addProfiler(GCProfiler.class).build());
        try {
            program.progress("measured FMA peak, GFLOP/s:");
            double peak = measuring.peak(Backends.BEST);
            program.note(" %.1f".formatted(peak));
            for (int level : LEVELS) {
                measure(measuring, level, images, pytorch.isPresent());
            }
            print(images, pytorch, peak);
        } catch (RunnerException e) {
            throw Measuring.failure(e);
        }
        if (results != null) {
            try (PrintStream stream = new PrintStream(results.toFile(), StandardCharsets.UTF_8)) {
                ResultFormatFactory.getInstance(ResultFormatType.JSON, stream).writeOut(measuring.results());
            }
        }
        return 0;
    }

    private void measure(Measuring measuring, int level, String images, boolean peers) throws RunnerException {
        Map<String, String> ours = Map.of("level", "" + level, "images", images, "kernels", "cpu-auto");
        program.progress("step at " + comparison.named(level) + ", µs:");
        for (Contender who : peers ? TURNS : List.of(Contender.OURS)) {
            RunResult step = who == Contender.OURS
                    ? measuring.run(StepBench.class, "step", ours)
                    : measuring.run(PyTorchStepBench.class, "step", Map.of("peer", who.head(), "level", "" + level));
            comparison.step(who, level, tell(who, step));
            if (who == Contender.OURS) {
                bytes.put(level, step.getSecondaryResults().get(ALLOCATED).getScore());
            }
        }
        program.note("");
        program.progress("evaluation at " + comparison.named(level) + ", ms:");
        RunResult evaluation = measuring.run(EvaluationBench.class, "evaluate", ours);
        comparison.evaluation(Contender.OURS, level, tell(Contender.OURS, evaluation));
        if (peers && level == 0) {
            for (Contender who : List.of(Contender.A, Contender.B)) {
                RunResult theirs = measuring.run(PyTorchEvaluationBench.class, "evaluate", Map.of("peer", who.head()));
                comparison.evaluation(who, level, tell(who, theirs));
            }
        }
        program.note("");
    }

    private double tell(Contender who, RunResult result) {
        double median = Measuring.median(result);
        program.progress(" %s %.1f".formatted(who.head(), median));
        return median;
    }

    private void print(String images, Optional<String> pytorch, double peak) {
        PrintWriter out = program.out();
        out.println(Measuring.machine());
        pytorch.ifPresent(out::println);
        out.printf(
                "LeNet-300-100, batch %d, Adam, %s; one core each; medians%s%n%n",
                recipe.train().batch(),
                images.equals("random") ? "random images" : "MNIST",
                quick ? " of a short run" : "");
        comparison.table().forEach(out::println);
        out.println();
        if (pytorch.isPresent()) {
            for (Contender who : List.of(Contender.A, Contender.B, Contender.C)) {
                out.printf("%s: %s%n", who.head(), who.sentence());
            }
            out.println(
                    "PyTorch evaluates dense layers at every level: their evaluation is measured once, and C's is B's.");
        }
        out.printf(
                "Computed: %,d steps and an evaluation every %d at each level, one after another; levels between the"
                        + " measured ones interpolated.%n",
                recipe.train().iterations(), recipe.train().evaluateEvery());
        double gflops = Measuring.gflops(
                new Experiment(recipe)
                        .flop(
                                Masks.full(recipe.network()),
                                BenchImages.of(recipe, images).lit()),
                comparison.step(Contender.OURS, 0));
        out.printf(
                "Our dense step: %.0f GFLOP/s of its products, %.0f %% of the measured FMA peak of %.0f (the best dense"
                        + " forward product in the first two caches).%n",
                gflops, 100 * gflops / peak, peak);
        StringBuilder heap = new StringBuilder();
        bytes.forEach((level, each) ->
                heap.append(heap.isEmpty() ? "" : ", ").append("%.2f at %s".formatted(each, comparison.named(level))));
        out.printf("Heap bytes a step, the profiler's own included: %s.%n", heap);
    }

    private static Path writable(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        if (Files.isDirectory(file) || !Files.isDirectory(folder) || !Files.isWritable(folder)) {
            throw new UserError("--json " + file + ": no file can be written there.");
        }
        return file;
    }
}
