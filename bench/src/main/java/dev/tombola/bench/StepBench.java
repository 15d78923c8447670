package dev.tombola.bench;

import dev.tombola.data.Dataset;
import dev.tombola.data.Images;
import dev.tombola.data.Scaling;
import dev.tombola.data.Split;
import dev.tombola.kernel.Backends;
import dev.tombola.kernel.Kernels;
import dev.tombola.lottery.Recipe;
import dev.tombola.nn.FormChoice;
import dev.tombola.nn.Initial;
import dev.tombola.nn.Masks;
import dev.tombola.nn.Parameters;
import dev.tombola.nn.Plan;
import dev.tombola.numeric.Purpose;
import dev.tombola.numeric.Stream;
import dev.tombola.prune.Ladder;
import dev.tombola.prune.Pruning;
import dev.tombola.tensor.Score;
import dev.tombola.train.Stepper;
import dev.tombola.train.Task;
import dev.tombola.train.TrainingData;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.Locale;
import java.util.SplittableRandom;
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
/// density of the paper's ladder. The masks have the ladder's exact counts at random places, the images are
/// random bytes: neither changes what a step costs.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
public class StepBench {
    private static final int IMAGES = 60_000;
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
        Masks masks = masks(recipe);
        Task task = new Task(
                recipe.network(),
                Initial.glorot(recipe.network(), 1, Purpose.INITIAL_VALUES, Stream.trial(0)),
                masks,
                recipe.train().optimizer(),
                ITERATIONS,
                recipe.train().batch(),
                ITERATIONS,
                1,
                Stream.trial(0));
        Dataset dataset = new Dataset("random", true, 1, 28, 28, 10, images(IMAGES), images(64));
        TrainingData data =
                TrainingData.of(dataset, Scaling.uniform(0, 1, 1), Split.of(1, Stream.trial(0), IMAGES, 5_000));
        Plan plan = Plan.of(task.network(), masks, data.lit());
        Parameters parameters = Parameters.forTraining(
                arena,
                plan,
                forms.forms(plan),
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

    /// The counts of the ladder's level at random places: pruned by weights that nobody has trained.
    private Masks masks(Recipe recipe) {
        Ladder ladder = recipe.ladder();
        dev.tombola.nn.State weights = Initial.glorot(recipe.network(), 2, Purpose.INITIAL_VALUES, Stream.trial(0));
        return Pruning.magnitude(ladder.pools(), weights, Masks.full(recipe.network()), ladder.counts(level));
    }

    private static Images images(int count) {
        SplittableRandom random = new SplittableRandom(count);
        byte[] pixels = new byte[count * 784];
        random.nextBytes(pixels);
        byte[] labels = new byte[count];
        for (int i = 0; i < count; i++) {
            labels[i] = (byte) random.nextInt(10);
        }
        Arena arena = Arena.ofAuto();
        return new Images(
                arena.allocateFrom(ValueLayout.JAVA_BYTE, pixels),
                arena.allocateFrom(ValueLayout.JAVA_BYTE, labels),
                count,
                784,
                10);
    }
}
