package dev.tombola.bench.peers;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// Evaluation of 5,000 validation and 10,000 test images in PyTorch on one thread: logits, mean loss, accuracy.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 7, time = 1)
public class PyTorchEvaluationBench {
    /// A: as usual, 1,000 images at a time; B: the fastest, 500 at a time into buffers.
    @Param({"A", "B"})
    public String peer;

    private PyTorch pytorch;

    @Setup(Level.Trial)
    public void prepare() {
        pytorch = new PyTorch(peer.equals("A") ? "evaluate-a" : "evaluate-b", 100);
    }

    @Benchmark
    public void evaluate() {
        pytorch.run(1);
    }

    @TearDown(Level.Trial)
    public void close() {
        pytorch.close();
    }
}
