package dev.tombola.bench;

import dev.tombola.kernel.Backends;
import dev.tombola.kernel.Kernels;
import dev.tombola.lottery.Recipe;
import dev.tombola.tensor.Activation;
import dev.tombola.tensor.Batch;
import dev.tombola.tensor.Rule;
import dev.tombola.tensor.Span;
import dev.tombola.tensor.Window;
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

/// The operations of one convolution, each alone, on one core, with survivors at random places. [ConvTable] runs these
/// for every convolution of the paper's networks and prints GFLOP/s and shares of the peak as well.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 200, timeUnit = TimeUnit.MILLISECONDS)
public class ConvBench {
    /// Outputs x channels x side of the images, then `k` and the kernel's size if that is not 3, `s` and the stride if
    /// that is not 1, such as `32x16x32k1s2`; these are Conv-6's.
    @Param({"64x3x32", "64x64x32", "128x64x16", "128x128x16", "256x128x8", "256x256x8"})
    public String shape;

    /// Weights left, as a fraction.
    @Param({"1", "0.5", "0.3", "0.2", "0.1", "0.05", "0.02"})
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

    /// The network whose recipe's optimiser updates: `conv-6` has Adam, `vgg-19` SGD with momentum and weight decay.
    @Param("conv-6")
    public String recipe;

    private Kernels kernels;
    private Rule rule;
    private Operands layer;
    private Window window;

    @Setup(Level.Trial)
    public void prepare() {
        Arena arena = Arena.ofAuto();
        kernels = Backends.open("cpu", isa).kernels();
        rule = Recipe.preset(recipe).train().optimizer().rule(arena, 1);
        ConvWork work = ConvWork.of(shape, batch, density, form);
        window = work.window(arena);
        layer = Operands.of(arena, work);
    }

    /// The sums from the bias on, ReLU included.
    @Benchmark
    public Batch forward() {
        kernels.convForward(window, layer.weights(), layer.bias(), layer.x(), Activation.RELU, layer.y());
        return layer.y();
    }

    /// The gradient of the input, through the ReLU that made it.
    @Benchmark
    public Batch backwardInput() {
        kernels.convBackwardInput(window, layer.weights(), layer.dy(), layer.x(), layer.dx());
        return layer.dx();
    }

    /// The gradient of the weights and the optimiser's step with it in one pass: what a training does.
    @Benchmark
    public Span update() {
        kernels.convUpdate(rule, 0, window, layer.weights(), layer.x(), layer.dy(), layer.m(), layer.v(), null);
        return layer.m();
    }
}
