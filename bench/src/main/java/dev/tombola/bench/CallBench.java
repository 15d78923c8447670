package dev.tombola.bench;

import dev.tombola.kernel.Backends;
import dev.tombola.kernel.Kernels;
import dev.tombola.tensor.Batch;
import dev.tombola.tensor.Ints;
import dev.tombola.tensor.Score;
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
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// What one call from Java into C costs, checks and status included: the smallest operations on one row of
/// sixteen lanes, where the arithmetic is next to nothing.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CallBench {
    private Kernels kernels;
    private Batch row;
    private Batch gradient;
    private Span bias;
    private Ints labels;
    private Score score;

    @Setup(Level.Trial)
    public void prepare() {
        Arena arena = Arena.ofAuto();
        kernels = Backends.open("cpu", Backends.BEST).kernels();
        row = Batch.allocate(arena, 1, 16);
        gradient = Batch.allocate(arena, 1, 16);
        bias = Span.allocate(arena, 1);
        labels = Ints.allocate(arena, 16);
        score = new Score(arena);
    }

    /// Three pointers.
    @Benchmark
    public void relu() {
        kernels.reluForward(row, row);
    }

    /// Three pointers, one small reduction.
    @Benchmark
    public void bias() {
        kernels.biasBackward(gradient, bias);
    }

    /// Five pointers, sixteen exponentials and logarithms.
    @Benchmark
    public void loss() {
        kernels.softmaxCrossEntropy(row, labels, gradient, score);
    }
}
