package dev.tombola.bench;

import dev.tombola.kernel.Backends;
import dev.tombola.kernel.Kernels;
import dev.tombola.lottery.Recipe;
import dev.tombola.tensor.Activation;
import dev.tombola.tensor.Batch;
import dev.tombola.tensor.Rule;
import dev.tombola.tensor.Span;
import java.lang.foreign.Arena;
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
import org.openjdk.jmh.annotations.Warmup;

/// The operations of one linear layer, each alone, on one core, with survivors at random places. [LinearTable] runs
/// these and prints GFLOP/s and shares of the peak as well.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 200, timeUnit = TimeUnit.MILLISECONDS)
public class LinearBench {
    /// Outputs x inputs; these are LeNet-300-100's. The linear layers of the paper's Conv-2, Conv-4 and Conv-6 are
    /// `256x16384`, `256x8192` and `256x4096`, then `256x256` and `10x256`; `1024x1024` goes well with `-p batch=1024`.
    @Param({"300x784", "100x300", "10x100"})
    public String shape;

    /// Weights left, as a fraction.
    @Param({"1", "0.5", "0.2", "0.1", "0.05", "0.02", "0.01"})
    public String density;

    /// `dense`, `compressed`, or `auto` for compressed under 60 %.
    @Param("auto")
    public String form;

    /// `avx512`, `avx2`, `scalar`, `neon`, or `best` for the widest that this machine runs.
    @Param("best")
    public String isa;

    /// Examples N.
    @Param("60")
    public int batch;

    private Kernels kernels;
    private Rule rule;
    private Operands layer;

    @Setup(Level.Trial)
    public void prepare() {
        Arena arena = Arena.ofAuto();
        kernels = Backends.open("cpu", isa).kernels();
        rule = Recipe.preset("lenet-300-100").train().optimizer().rule(arena, 1);
        layer = Operands.of(arena, LinearWork.of(shape, batch, density, form));
    }

    /// The sums from the bias on, ReLU included.
    @Benchmark
    public Batch forward() {
        kernels.linearForward(layer.weights(), layer.bias(), layer.x(), Activation.RELU, layer.y());
        return layer.y();
    }

    /// The gradient of the input, through the ReLU that made it.
    @Benchmark
    public Batch backwardInput() {
        kernels.linearBackwardInput(layer.weights(), layer.dy(), layer.x(), layer.dx());
        return layer.dx();
    }

    /// The gradient of the weights, stored.
    @Benchmark
    public Span backwardWeight() {
        kernels.linearBackwardWeight(layer.weights(), layer.x(), layer.dy(), layer.dw());
        return layer.dw();
    }

    /// The gradient of the weights and Adam's step with it in one pass: what a training does.
    @Benchmark
    public Span update() {
        kernels.linearUpdate(rule, 0, layer.weights(), layer.x(), layer.dy(), layer.m(), layer.v(), null);
        return layer.m();
    }
}
