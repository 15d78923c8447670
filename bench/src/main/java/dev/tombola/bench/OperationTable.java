package dev.tombola.bench;

import dev.tombola.base.UserError;
import dev.tombola.kernel.Backends;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/// Runs a benchmark of single operations of a layer and prints the time of each, its GFLOP/s and its share of the
/// measured peak. JMH tells its progress on the other stream.
final class OperationTable {
    private static final List<String> OPERATIONS = List.of("forward", "backwardInput", "backwardWeight", "update");

    /// Makes work of the parameters of the same names.
    interface Reader {
        LayerWork read(String shape, int batch, String density, String form);
    }

    /// Options that the benchmark is run with once, and what is set on top of those that the user gave.
    interface Setting {
        void apply(ChainedOptionsBuilder options);
    }

    private final Class<?> benchmark;
    private final Reader reader;
    private final String counted;
    private final PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    private final Map<String, Double> peaks = new TreeMap<>();

    /// @param counted what GFLOP/s count, as one sentence
    OperationTable(Class<?> benchmark, Reader reader, String counted) {
        this.benchmark = benchmark;
        this.reader = reader;
        this.counted = counted;
    }

    /// Prints the table; ends the program where it cannot.
    ///
    /// @param name what the program is called
    /// @param args JMH's own options
    /// @param settings the benchmark is run once with each
    void print(String name, String[] args, List<Setting> settings) {
        Locale.setDefault(Locale.ROOT);
        try {
            run(new CommandLineOptions(args), settings);
        } catch (CommandLineOptionException | UserError e) {
            fail(name, 2, e.getMessage());
        } catch (RunnerException e) {
            RuntimeException failure = Measuring.failure(e);
            fail(name, failure instanceof UserError ? 2 : 1, failure.getMessage());
        }
    }

    private static void fail(String name, int code, String message) {
        System.err.println(name + ": " + message);
        System.exit(code);
    }

    private void run(CommandLineOptions asked, List<Setting> settings) throws RunnerException {
        Measuring measuring = new Measuring(asked);
        for (String isa : asked.getParameter("isa").orElse(List.of(Backends.BEST))) {
            peaks.put(isa, measuring.peak(isa));
        }
        OutputFormat progress = OutputFormatFactory.createFormatInstance(System.err, VerboseMode.NORMAL);
        Map<String, Map<Integer, RunResult>> cases = new LinkedHashMap<>();
        for (Setting setting : settings) {
            ChainedOptionsBuilder options = new OptionsBuilder().parent(asked).shouldFailOnError(true);
            if (asked.getIncludes().isEmpty()) {
                options.include(benchmark.getName());
            }
            setting.apply(options);
            for (RunResult result : new Runner(options.build(), progress).run()) {
                int operation = OPERATIONS.indexOf(result.getPrimaryResult().getLabel());
                if (operation >= 0) {
                    cases.computeIfAbsent(name(result.getParams()), name -> new TreeMap<>())
                            .put(operation, result);
                }
            }
        }
        peaks.forEach((isa, peak) ->
                out.printf("%s: %s%n", Backends.open("cpu", isa).kernels().name(), sentence(peak)));
        out.println(counted);
        out.println();
        out.println("shape          batch  % left  form        isa     operation             µs   GFLOP/s  % of peak");
        cases.values().forEach(operations -> operations.values().forEach(this::line));
    }

    private static String sentence(double peak) {
        return "measured FMA peak %.0f GFLOP/s (the best dense forward product in the first two caches)"
                .formatted(peak);
    }

    /// The parameters that the operations of one line of work share.
    private static String name(BenchmarkParams params) {
        return String.join(
                " ",
                List.of(
                        params.getParam("shape"),
                        params.getParam("batch"),
                        params.getParam("density"),
                        params.getParam("form"),
                        params.getParam("isa")));
    }

    private void line(RunResult result) {
        BenchmarkParams params = result.getParams();
        String isa = params.getParam("isa");
        LayerWork work = reader.read(
                params.getParam("shape"),
                Integer.parseInt(params.getParam("batch")),
                params.getParam("density"),
                params.getParam("form"));
        double micros = Measuring.median(result);
        double gflops = Measuring.gflops(work.flop(), micros);
        out.printf(
                "%-14s %5d %7.2f  %-11s %-7s %-15s %8s  %8.1f  %9.0f%n",
                params.getParam("shape"),
                work.batch(),
                100.0 * work.weights().survivors() / work.weights().weights(),
                work.weights().form().name().toLowerCase(Locale.ROOT),
                isa,
                result.getPrimaryResult().getLabel(),
                (micros < 1_000 ? "%.2f" : "%,.0f").formatted(micros),
                gflops,
                100 * gflops / peaks.get(isa));
    }
}
