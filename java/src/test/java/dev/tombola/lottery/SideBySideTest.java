package dev.tombola.lottery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tombola.kernel.Backends;
import dev.tombola.kernel.EmulatedDevice;
import java.io.IOException;
import java.nio.file.Files;
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

    private final List<String> noted = new ArrayList<>();

    @TempDir
    Path temp;

    private static Recipe recipe(String precision, String... more) {
        List<String> settings = new ArrayList<>(List.of(
                "data.train=330", // few, and no whole batches: most of the time is evaluation
                "data.validation=110",
                "data.test=130",
                "train.iterations=4",
                "train.evaluate_every=3",
                "run.trials=2",
                "run.levels=1",
                "run.draws=1",
                "run.controls=ticket,resample,initial_magnitude,noise_1",
                "numerics.precision=" + precision));
        settings.addAll(List.of(more));
        return Recipe.open("demo", settings);
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

    /// Room for one training at a time: asked to stop after the first, the run has it, and goes on from there.
    @Test
    void whatIsFinishedIsKeptBeforeTheOthersOfItsLevel() {
        Path broken = temp.resolve("broken");
        Path whole = temp.resolve("whole");
        String takes = catchThrowable(() -> run(RECIPE, broken, 1, new EmulatedDevice(0)))
                .getMessage();
        assertThat(takes).startsWith("One network takes ");
        long part = 1_000 * Long.parseLong(takes.replaceAll("\\D", ""));
        Lottery.Outcome first = run(RECIPE, broken, 1, new EmulatedDevice(part * 5 / 3));
        assertThat(first.interrupted()).isTrue();
        assertThat(first.levels()).hasSize(1);
        assertThat(noted).containsExactly("1 training at a time, for 2 do not fit into the GPU's memory.");
        run(RECIPE, broken, Integer.MAX_VALUE);
        noted.clear();
        run(RECIPE, whole, Integer.MAX_VALUE);
        assertThat(noted)
                .as("how many go side by side, at each level")
                .containsExactly("2 trainings side by side at a time.", "8 trainings side by side at a time.");
        assertThat(FolderBytes.of(broken)).isEqualTo(FolderBytes.of(whole));
    }

    /// In TF32 another kind of GPU may have other bits.
    @ParameterizedTest
    @ValueSource(strings = {"fp32", "tf32"})
    void aRunThatGoesOnOnAnotherGpuSaysSo(String precision) throws IOException {
        Recipe recipe = recipe(precision, "run.trials=1", "run.levels=0");
        Path out = temp.resolve("run");
        Path machine = out.resolve("machine.json");
        run(recipe, out, Integer.MAX_VALUE);
        assertThat(machine)
                .content()
                .contains("\"gpu\" : \"a processor in place of a GPU\"")
                .doesNotContain("warning");
        Files.writeString(machine, Files.readString(machine).replace("a processor in place of a GPU", "a GPU"));
        noted.clear();
        for (int time = 0; time < 2; time++) { // the second time it is the same, and still said
            run(recipe, out, Integer.MAX_VALUE);
            if (precision.equals("fp32")) {
                assertThat(noted).isEmpty();
                assertThat(machine).content().doesNotContain("warning");
            } else {
                assertThat(noted)
                        .hasSize(time + 1)
                        .containsOnly("The run folder may have trainings in TF32 from another GPU, a GPU; those from a"
                                + " processor in place of a GPU may have other bits.");
                assertThat(machine).content().contains("\"gpu_warning\" : \"" + noted.getLast());
            }
        }
    }

    /// @param most trainings to finish before the run is stopped
    private Lottery.Outcome run(Recipe recipe, Path out, int most) {
        return run(recipe, out, most, new EmulatedDevice());
    }

    private Lottery.Outcome run(Recipe recipe, Path out, int most, EmulatedDevice device) {
        AtomicInteger finished = new AtomicInteger();
        List<String> facts = new ArrayList<>();
        Backends.Choice choice =
                new Backends.Choice(Backends.open("cpu", Backends.BEST).kernels(), device, "Backend cuda, emulated.");
        Lottery.Outcome outcome = Lottery.run(
                recipe,
                () -> recipe.load(null),
                Options.defaults().withOut(out),
                choice,
                new LotteryListener() {
                    @Override
                    public void begun(List<String> sentences) {
                        facts.addAll(sentences);
                    }

                    @Override
                    public void noted(String sentence) {
                        noted.add(sentence);
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
