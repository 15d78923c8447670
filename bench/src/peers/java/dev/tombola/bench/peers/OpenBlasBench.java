package dev.tombola.bench.peers;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// OpenBLAS's `cblas_sgemm` on one thread, called as our own kernels are. GFLOP/s are the megaflops named at each
/// product, times 1,000, by its microseconds. Releases before 0.3.22 take a Zen 4 for a Zen;
/// `OPENBLAS_CORETYPE=SkylakeX` in the environment gives them its wide registers.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 7, time = 1)
public class OpenBlasBench {
    private OpenBlas blas;
    private MemorySegment weights;
    private MemorySegment inputs;
    private MemorySegment outputs;
    private MemorySegment left;
    private MemorySegment right;
    private MemorySegment product;

    @Setup(Level.Trial)
    public void prepare() {
        Arena arena = Arena.ofAuto();
        blas = new OpenBlas();
        weights = random(arena, 300 * 784);
        inputs = random(arena, 784 * 64);
        outputs = random(arena, 300 * 64);
        left = random(arena, 1024 * 1024);
        right = random(arena, 1024 * 1024);
        product = random(arena, 1024 * 1024);
    }

    /// The first layer of LeNet, forward: 300x784 by 784x64, 30.1 MFLOP.
    @Benchmark
    public void forward() {
        blas.multiply(300, 64, 784, weights, inputs, false, outputs);
    }

    /// Its weight gradient: 300x64 by the transpose of 784x64, 30.1 MFLOP.
    @Benchmark
    public void weightGradient() {
        blas.multiply(300, 784, 64, outputs, inputs, true, weights);
    }

    /// 1024x1024 by 1024x1024, 2,147.5 MFLOP.
    @Benchmark
    public void square() {
        blas.multiply(1024, 1024, 1024, left, right, false, product);
    }

    private static MemorySegment random(Arena arena, int size) {
        SplittableRandom random = new SplittableRandom(size);
        MemorySegment values = arena.allocate(size * 4L, 64);
        for (int i = 0; i < size; i++) {
            values.setAtIndex(ValueLayout.JAVA_FLOAT, i, random.nextFloat() - 0.5f);
        }
        return values;
    }
}
