package dev.tombola.bench;

import java.util.List;

/// Runs [LinearBench] and prints each operation's time, its GFLOP/s and its share of the measured peak. Takes JMH's own
/// options; the default takes some four minutes. JMH tells its progress on the other stream.
/// `java --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -cp bench/target/benchmarks.jar
/// dev.tombola.bench.LinearTable -p shape=1024x1024 -p batch=1024 -p density=1,0.1 -p isa=avx512,avx2`
public final class LinearTable {
    private LinearTable() {}

    public static void main(String[] args) {
        OperationTable table = new OperationTable(
                LinearBench.class,
                LinearWork::of,
                "GFLOP/s count surviving weights and the examples asked for: 2 x survivors x batch for each operation.");
        table.print("LinearTable", args, List.of(_ -> {}));
    }
}
