package dev.tombola.bench;

import dev.tombola.kernel.Backends;
import dev.tombola.kernel.Kernels;
import dev.tombola.lottery.Recipe;
import dev.tombola.nn.Costs;
import dev.tombola.nn.FormChoice;
import dev.tombola.nn.Masks;
import dev.tombola.nn.Parameters;
import dev.tombola.nn.Plan;
import dev.tombola.tensor.Score;
import dev.tombola.train.Stepper;
import dev.tombola.train.Task;
import dev.tombola.train.TrainingData;
import java.lang.foreign.Arena;
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
import org.openjdk.jmh.annotations.Warmup;

/// One LeNet-300-100 training step (gather, forward, loss, backward, Adam; batch 60) on one core, at every
/// density of the paper's ladder, with the masks of winning tickets on MNIST.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
public class StepBench {
    private static final int ITERATIONS = 1 << 16;

    /// Prunings before the step: 0 is dense, 7 leaves 21 %, 15 leaves 3.6 %, 21 leaves 1 %.
    @Param({
        "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19",
        "20", "21"
    })
    public int level;

    /// Backend and form: `reference`, `cpu-dense`, `cpu-compressed` or `cpu-auto`.
    @Param({"cpu-dense", "cpu-compressed", "cpu-auto", "reference"})
    public String kernels;

    /// `mnist`, as `tombola run` finds it, or `random` bytes, which leave every pixel lit.
    @Param("mnist")
    public String images;

    private Stepper stepper;
    private Score score;
    private int iteration;

    @Setup(Level.Trial)
    public void prepare() {
        Arena arena = Arena.ofAuto();
        boolean reference = kernels.equals("reference");
        Kernels chosen =
                Backends.open(reference ? kernels : "cpu", Backends.BEST).kernels();
        FormChoice forms = reference
                ? FormChoice.AUTO
                : FormChoice.valueOf(kernels.substring("cpu-".length()).toUpperCase(Locale.ROOT));
        Recipe recipe = Recipe.preset("lenet-300-100");
        TrainingData data = BenchImages.named(images);
        Kernels fastest = Backends.open("cpu", Backends.BEST).kernels();
        Masks masks = Tickets.masks(recipe, data, fastest, level);
        Task task = Tickets.task(recipe, masks, ITERATIONS);
        Plan plan = Plan.of(task.network(), masks, data.lit());
        Parameters parameters = Parameters.forTraining(
                arena,
                plan,
                forms.forms(plan, Costs.of(chosen, 60)),
                task.optimizer().kind(),
                task.optimizer().movesIdleWeights());
        parameters.load(task.start());
        stepper = new Stepper(arena, task, plan, data, chosen, parameters);
        score = new Score(arena);
    }

    @Benchmark
    public Score step() {
        stepper.step(iteration, score);
        iteration = (iteration + 1) % ITERATIONS;
        return score;
    }
}
