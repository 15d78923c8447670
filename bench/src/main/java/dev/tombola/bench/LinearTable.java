package dev.tombola.bench;

import dev.tombola.base.UserError;
import dev.tombola.kernel.Backends;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/// Runs [LinearBench] and prints each operation's time, its GFLOP/s and its share of the measured peak. Takes JMH's own
/// options; the default takes some four minutes. JMH tells its progress on the other stream.
/// `java --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -cp bench/target/benchmarks.jar
/// dev.tombola.bench.LinearTable -p shape=1024x1024 -p batch=1024 -p density=1,0.1 -p isa=avx512,avx2`
public final class LinearTable {
    private static final List<String> OPERATIONS = List.of("forward", "backwardInput", "backwardWeight", "update");

    private final PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    private final Map<String, Double> peaks = new TreeMap<>();

    private LinearTable() {}

    public static void main(String[] args) {
        Locale.setDefault(Locale.ROOT);
        try {
            new LinearTable().run(new CommandLineOptions(args));
        } catch (CommandLineOptionException | UserError e) {
            fail(2, e.getMessage());
        } catch (RunnerException e) {
            RuntimeException failure = Measuring.failure(e);
            fail(failure instanceof UserError ? 2 : 1, failure.getMessage());
        }
    }

    private static void fail(int code, String message) {
        System.err.println("LinearTable: " + message);
        System.exit(code);
    }

    private void run(CommandLineOptions asked) throws RunnerException {
        Measuring measuring = new Measuring(asked);
        for (String isa : asked.getParameter("isa").orElse(List.of(Backends.BEST))) {
            peaks.put(isa, measuring.peak(isa));
        }
        ChainedOptionsBuilder options = new OptionsBuilder().parent(asked).shouldFailOnError(true);
        if (asked.getIncludes().isEmpty()) {
            options.include(LinearBench.class.getName());
        }
        Runner runner =
                new Runner(options.build(), OutputFormatFactory.createFormatInstance(System.err, VerboseMode.NORMAL));
        Map<String, Map<Integer, RunResult>> cases = new LinkedHashMap<>();
        for (RunResult result : runner.run()) {
            int operation = OPERATIONS.indexOf(result.getPrimaryResult().getLabel());
            if (operation >= 0) {
                cases.computeIfAbsent(name(result.getParams()), name -> new TreeMap<>())
                        .put(operation, result);
            }
        }
        peaks.forEach((isa, peak) ->
                out.printf("%s: %s%n", Backends.open("cpu", isa).kernels().name(), sentence(peak)));
        out.println(
                "GFLOP/s count surviving weights and the examples asked for: 2 x survivors x batch for each operation.");
        out.println();
        out.println("shape       batch  % left  form        isa     operation             µs   GFLOP/s  % of peak");
        List<RunResult> ordered = new ArrayList<>();
        cases.values().forEach(operations -> ordered.addAll(operations.values()));
        ordered.forEach(this::line);
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
        LinearWork work = LinearWork.of(
                params.getParam("shape"),
                Integer.parseInt(params.getParam("batch")),
                params.getParam("density"),
                params.getParam("form"));
        double micros = Measuring.median(result);
        double gflops = Measuring.gflops(work.flop(), micros);
        out.printf(
                "%-11s %5d %7.2f  %-11s %-7s %-15s %8.2f  %8.1f  %9.0f%n",
                params.getParam("shape"),
                work.batch(),
                100.0 * work.survivors() / work.outputs() / work.inputs(),
                work.form().name().toLowerCase(Locale.ROOT),
                isa,
                result.getPrimaryResult().getLabel(),
                micros,
                gflops,
                100 * gflops / peaks.get(isa));
    }
}
