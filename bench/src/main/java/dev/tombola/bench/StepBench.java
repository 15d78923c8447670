package dev.tombola.bench;

import dev.tombola.kernel.Kernels;
import dev.tombola.tensor.Score;
import dev.tombola.train.Stepper;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// One training step (gather, forward, loss, backward, optimiser) on one core, or with helpers on more, with the
/// recipe's batch and at every density of its ladder, under [Tickets]' masks.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
public class StepBench {
    private static final int ITERATIONS = 1 << 16;

    /// A network by its recipe's name, such as `vgg-19`.
    @Param("lenet-300-100")
    public String network;

    /// Prunings before the step: 0 is dense; of LeNet-300-100, 7 leave 21 %, 15 leave 3.6 %, 21 leave 1 %.
    @Param({
        "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19",
        "20", "21"
    })
    public int level;

    /// Backend and form: `reference`, `cpu-dense`, `cpu-compressed` or `cpu-auto`.
    @Param({"cpu-dense", "cpu-compressed", "cpu-auto", "reference"})
    public String kernels;

    /// The recipe's, `found` as `tombola run` finds them, or `random` bytes, which leave every pixel lit.
    @Param("found")
    public String images;

    /// Threads that help the one that steps.
    @Param("0")
    public int helpers;

    private Kernels helped;
    private Stepper stepper;
    private Score score;
    private int iteration;

    @Setup(Level.Trial)
    public void prepare() {
        Arena arena = Arena.ofAuto();
        Bound bound = Bound.of(arena, network, kernels, images, level, ITERATIONS);
        stepper = new Stepper(arena, bound.task(), bound.plan(), bound.data(), bound.kernels(), bound.parameters());
        score = new Score(arena);
        helped = bound.kernels();
        if (!helped.help(helpers)) {
            throw new IllegalStateException(kernels + " has no " + helpers + " helpers here");
        }
    }

    @TearDown(Level.Trial)
    public void dismiss() {
        helped.help(-helpers);
    }

    @Benchmark
    public Score step() {
        stepper.step(iteration, score);
        iteration = (iteration + 1) % ITERATIONS;
        return score;
    }
}
