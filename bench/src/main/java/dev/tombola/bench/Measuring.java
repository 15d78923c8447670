package dev.tombola.bench;

import dev.tombola.base.UserError;
import dev.tombola.bench.peers.PyTorch;
import dev.tombola.kernel.Backends;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/// Benchmarks run one by one, each in a JVM of its own, without a word from JMH. Their times are medians over
/// iterations.
final class Measuring {
    private static final String[] PEAK_SHAPES = {"48x64", "48x192", "96x384"};
    private static final int PEAK_BATCH = 64;

    private final Options common;
    private final List<RunResult> results = new ArrayList<>();

    /// @param common what holds for every benchmark
    Measuring(Options common) {
        this.common = common;
    }

    /// What holds for all that a table measures, PyTorch's benchmarks among it.
    ///
    /// @param quick shorter and noisier
    static ChainedOptionsBuilder options(boolean quick) {
        ChainedOptionsBuilder options = new OptionsBuilder().jvmArgsAppend(PyTorch.option());
        if (quick) {
            options.warmupIterations(1)
                    .warmupTime(TimeValue.milliseconds(500))
                    .measurementIterations(3)
                    .measurementTime(TimeValue.milliseconds(500));
        }
        return options;
    }

    /// Runs one method of a benchmark with one value for each parameter.
    RunResult run(Class<?> benchmark, String method, Map<String, String> parameters) throws RunnerException {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .parent(common)
                .include("^" + Pattern.quote(benchmark.getName() + "." + method) + "$")
                .verbosity(VerboseMode.SILENT)
                .shouldFailOnError(true);
        parameters.forEach(options::param);
        RunResult result = new Runner(options.build()).runSingle();
        results.add(result);
        return result;
    }

    /// Everything measured so far, in order.
    List<RunResult> results() {
        return List.copyOf(results);
    }

    /// The measured peak of fused multiply-adds of one core, in GFLOP/s: the best iteration of the dense forward
    /// product, all 64 lanes counted, over shapes whose operands fit into the first- or second-level cache. (In the
    /// first alone the sums are so short that starting and storing them costs some percent.)
    double peak(String isa) throws RunnerException {
        double peak = 0;
        for (String shape : PEAK_SHAPES) {
            LinearWork work = LinearWork.of(shape, PEAK_BATCH, "1", "dense");
            Map<String, String> parameters =
                    Map.of("shape", shape, "batch", "" + PEAK_BATCH, "density", "1", "form", "dense", "isa", isa);
            RunResult forward = run(LinearBench.class, "forward", parameters);
            double micros = forward.getPrimaryResult().getStatistics().getMin();
            peak = Math.max(peak, gflops(work.flop(), micros));
        }
        return peak;
    }

    /// The machine, the JDK, the instruction set and the day, in one line.
    static String machine() {
        return "%s, %d cores; %s JDK %s; %s; %s"
                .formatted(
                        Backends.processor(),
                        Runtime.getRuntime().availableProcessors(),
                        System.getProperty("java.vendor"),
                        System.getProperty("java.version"),
                        Backends.open("cpu", Backends.BEST).kernels().name(),
                        LocalDate.now(ZoneId.systemDefault()));
    }

    /// The median over iterations, in the benchmark's unit.
    static double median(RunResult result) {
        return result.getPrimaryResult().getStatistics().getPercentile(50);
    }

    static double gflops(double flop, double micros) {
        return flop / micros / 1e3;
    }

    /// What went wrong in the innermost place, for one line; a user's mistake stays one.
    static RuntimeException failure(Throwable e) {
        Throwable innermost = e;
        while (inner(innermost) != null) {
            innermost = inner(innermost);
        }
        if (innermost instanceof UserError mistake) {
            return mistake;
        }
        String message = innermost.getMessage();
        return new IllegalStateException(message == null ? innermost.toString() : message, e);
    }

    private static Throwable inner(Throwable e) {
        if (e.getCause() != null) {
            return e.getCause();
        }
        return e.getSuppressed().length > 0 ? e.getSuppressed()[0] : null;
    }
}
