package dev.tombola.bench;

import dev.tombola.tensor.Score;
import dev.tombola.train.Evaluator;
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
import org.openjdk.jmh.infra.Blackhole;

/// What a training does between its steps, on one core: mean loss and accuracy of 5,000 validation images and of 10,000
/// test images.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
public class EvaluationBench {
    /// As in StepBench.
    @Param("lenet-300-100")
    public String network;

    /// Prunings before it, as in StepBench.
    @Param({"0", "7", "15", "21"})
    public int level;

    /// Backend and form, as in StepBench.
    @Param("cpu-auto")
    public String kernels;

    /// As in StepBench.
    @Param("found")
    public String images;

    private Evaluator validation;
    private Evaluator test;

    @Setup(Level.Trial)
    public void prepare() {
        Arena arena = Arena.ofAuto();
        Bound bound = Bound.of(arena, network, kernels, images, level, 1);
        validation = Evaluator.ofValidation(arena, bound.plan(), bound.parameters(), bound.kernels(), bound.data());
        test = Evaluator.ofTest(arena, bound.plan(), bound.parameters(), bound.kernels(), bound.data());
    }

    @Benchmark
    public void evaluate(Blackhole results) {
        Score score = validation.evaluate();
        results.consume(score.meanLoss());
        results.consume(score.accuracy());
        results.consume(test.evaluate().accuracy());
    }
}
