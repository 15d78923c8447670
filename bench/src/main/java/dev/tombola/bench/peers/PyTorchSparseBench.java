package dev.tombola.bench.peers;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// The forward product of LeNet's first layer (300 x 784 weights, 784 x 64 activations) in PyTorch on one thread, with
/// the weights dense, in CSR (MKL's product) and in COO (PyTorch's own).
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
public class PyTorchSparseBench {
    private static final int PRODUCTS = 1000;

    @Param({"csr", "coo", "dense"})
    public String form;

    /// Weights left, in percent; for the dense form every density costs the same.
    @Param({"50", "20", "10", "5", "2", "1"})
    public int percent;

    private PyTorch pytorch;

    @Setup(Level.Trial)
    public void prepare() {
        pytorch = new PyTorch("product-" + form, percent);
    }

    @Benchmark
    @OperationsPerInvocation(PRODUCTS)
    public void forward() {
        pytorch.run(PRODUCTS);
    }

    @TearDown(Level.Trial)
    public void close() {
        pytorch.close();
    }
}
