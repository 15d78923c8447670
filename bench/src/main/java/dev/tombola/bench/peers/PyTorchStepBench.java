package dev.tombola.bench.peers;

import dev.tombola.lottery.Recipe;
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

/// StepBench's training step (LeNet-300-100, batch 60, Adam) in PyTorch on one thread.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 7, time = 1)
public class PyTorchStepBench {
    /// Steps for one line through the pipe, which then costs nothing.
    private static final int STEPS = 200;

    /// A is masked as usual; B is the best with PyTorch's own gradients, not masked; C has them by hand. For B and C
    /// every level costs the same.
    @Param({"A", "B", "C"})
    public String peer;

    /// Prunings before the step, as in StepBench.
    @Param({"0", "7", "15", "21"})
    public int level;

    private PyTorch pytorch;

    @Setup(Level.Trial)
    public void prepare() {
        double percent = Recipe.preset("lenet-300-100").ladder().percentLeft(level);
        String work = switch (peer) {
            case "A" -> "step-a";
            case "B" -> "step-b";
            case "C" -> "step-c";
            default -> throw new IllegalArgumentException("peer is A, B or C, not " + peer);
        };
        pytorch = new PyTorch(work, percent);
    }

    @Benchmark
    @OperationsPerInvocation(STEPS)
    public void step() {
        pytorch.run(STEPS);
    }

    @TearDown(Level.Trial)
    public void close() {
        pytorch.close();
    }
}
