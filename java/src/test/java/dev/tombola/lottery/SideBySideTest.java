package dev.tombola.lottery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tombola.kernel.Backends;
import dev.tombola.kernel.EmulatedDevice;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A run whose trainings are done side by side on a device, which a processor stands in for, leaves the files of one
/// that trains them one by one.
class SideBySideTest {
    private static final Recipe RECIPE = recipe("fp32");
    private static final int TRAININGS = 2 * (1 + 4);

    @TempDir
    Path temp;

    private static Recipe recipe(String precision) {
        return Recipe.preset(
                "demo",
                "data.train=330", // few, and no whole batches: most of the time is evaluation
                "data.validation=110",
                "data.test=130",
                "train.iterations=4",
                "train.evaluate_every=3",
                "run.trials=2",
                "run.levels=1",
                "run.draws=1",
                "run.controls=ticket,resample,initial_magnitude,noise_1",
                "numerics.precision=" + precision);
    }

    @Test
    void aRunOnADeviceLeavesTheSameFiles() {
        Path one = temp.resolve("one");
        Path together = temp.resolve("together");
        Lottery.run(RECIPE, Options.defaults().withBackend("cpu", Backends.BEST).withOut(one), LotteryListener.SILENT);
        assertThat(run(RECIPE, together, Integer.MAX_VALUE).levels()).hasSize(TRAININGS);
        assertThat(FolderBytes.of(together)).isEqualTo(FolderBytes.of(one));
    }

    /// Skipped where there is no GPU, unless `-Dtombola.require=cuda` makes that a failure.
    @Test
    void aRunOnTheGpuLeavesTheSameFiles() {
        String gpu = Backends.gpu();
        boolean required = "cuda".equals(System.getProperty("tombola.require"));
        assumeTrue(required || !gpu.startsWith("no GPU"), "runs on a GPU are not tested: " + gpu);
        Path one = temp.resolve("one");
        Path together = temp.resolve("together");
        Options cpu = Options.defaults().withBackend("cpu", Backends.BEST).withOut(one);
        Options cuda = Options.defaults().withBackend("cuda", Backends.BEST).withOut(together);
        Lottery.run(RECIPE, cuda, LotteryListener.SILENT);
        Lottery.run(RECIPE, cpu, LotteryListener.SILENT);
        assertThat(FolderBytes.of(together)).isEqualTo(FolderBytes.of(one));
    }

    /// Asked to stop after the first group, the run keeps it, and goes on from there.
    @ParameterizedTest
    @ValueSource(strings = {"fp32", "tf32"})
    void aRunOnADeviceGoesOn(String precision) {
        Recipe recipe = recipe(precision);
        Path broken = temp.resolve("broken");
        Path whole = temp.resolve("whole");
        Lottery.Outcome first = run(recipe, broken, 2);
        assertThat(first.interrupted()).isTrue();
        assertThat(first.levels()).hasSize(2);
        assertThat(run(recipe, broken, Integer.MAX_VALUE).interrupted()).isFalse();
        run(recipe, whole, Integer.MAX_VALUE);
        assertThat(FolderBytes.of(broken)).isEqualTo(FolderBytes.of(whole));
    }

    /// @param most trainings to finish before the run is stopped
    private static Lottery.Outcome run(Recipe recipe, Path out, int most) {
        AtomicInteger finished = new AtomicInteger();
        List<String> facts = new ArrayList<>();
        Backends.Choice choice = new Backends.Choice(
                Backends.open("cpu", Backends.BEST).kernels(), new EmulatedDevice(), "Backend cuda, emulated.");
        Lottery.Outcome outcome = Lottery.run(
                recipe,
                Options.defaults().withOut(out),
                choice,
                new LotteryListener() {
                    @Override
                    public void begun(List<String> sentences) {
                        facts.addAll(sentences);
                    }

                    @Override
                    public void finished(Progress progress, LevelRow row) {
                        finished.incrementAndGet();
                    }

                    @Override
                    public boolean stopping() {
                        return finished.get() >= most;
                    }
                },
                System::nanoTime);
        assertThat(facts)
                .contains("Backend cuda, emulated.")
                .containsAll(recipe.numerics().sentence().stream().toList());
        return outcome;
    }
}
