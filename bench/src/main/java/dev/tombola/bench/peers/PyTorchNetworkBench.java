package dev.tombola.bench.peers;

import dev.tombola.lottery.Recipe;
import java.util.Locale;
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

/// StepBench's training step of a convolutional network in PyTorch on one thread.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
public class PyTorchNetworkBench {
    @Param({"conv-2", "conv-4", "conv-6", "resnet-18", "vgg-19"})
    public String network;

    /// A is masked as usual; B is the fastest, not masked, at every level the same. Followed by `-nchw`, `-nhwc`,
    /// `-nchw-compiled` or `-nhwc-compiled` it is that and not the fastest of these.
    @Param({"A", "B"})
    public String peer;

    /// Prunings before the step, as in StepBench.
    @Param({"0", "7", "13"})
    public int level;

    private PyTorch pytorch;

    @Setup(Level.Trial)
    public void prepare() {
        double percent = Recipe.preset(network).ladder().percentLeft(level);
        String work = peer.substring(0, 1).toLowerCase(Locale.ROOT) + peer.substring(1);
        pytorch = new PyTorch(network + "-" + work, percent);
    }

    @Benchmark
    public void step() {
        pytorch.run(1);
    }

    @TearDown(Level.Trial)
    public void close() {
        pytorch.close();
    }
}
