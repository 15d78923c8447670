package dev.tombola.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tombola.kernel.EmulatedDriver;
import dev.tombola.lottery.FolderBytes;
import dev.tombola.lottery.Ticket;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Runs with `--backend cuda` in processes of their own, under a driver that stands in for NVIDIA's
/// (native/test/emulated): all of it but the GPU itself, JCuda with it.
@Timeout(180)
class EmulatedDriverTest {
    private static final String RECIPE = """
            network: {name: tiny, input: 1x14x14, layers: [linear 12, relu, dropout 0.2, output 10]}
            data: {name: synthetic-digits, train: 100, test: 20, validation: 20}
            train: {iterations: 6, batch: 30, evaluate_every: 3, optimizer: {name: adam, lr: 0.003}}
            prune: {rates: {fc: 0.5, output: 0.25}}
            run: {seed: 3, trials: 2, levels: 2, draws: 1}
            """;
    private static final String FAILED = "emulated driver:";

    @TempDir
    Path temp;

    private Path recipe;

    @BeforeEach
    void write() throws IOException {
        recipe = Files.writeString(temp.resolve("tiny.yaml"), RECIPE);
    }

    /// What a process came to.
    private record Ended(int code, String said) {}

    private Ended run(Path out, Map<String, String> settings, String... more) throws Exception {
        List<String> command = new ArrayList<>(List.of("run", recipe.toString(), "--out", out.toString()));
        command.addAll(List.of(more));
        return tombola(settings, command);
    }

    private Ended sweep(Map<String, String> settings, String yaml) throws Exception {
        Path file = Files.writeString(temp.resolve("sweep.yaml"), yaml);
        return tombola(
                settings,
                List.of("sweep", file.toString(), "--out", temp.resolve("runs").toString()));
    }

    private Ended tombola(Map<String, String> settings, List<String> more) throws Exception {
        List<String> words = new ArrayList<>(more);
        words.addAll(List.of("--backend", "cuda"));
        return tombola(settings, System.getProperty("java.class.path"), words);
    }

    private Ended tombola(Map<String, String> settings, String classes, List<String> words) throws Exception {
        EmulatedDriver driver = EmulatedDriver.find();
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(Cli.SHORT_LIVED);
        String all = driver.classes() + File.pathSeparator + classes;
        command.addAll(List.of("-cp", all, "--enable-native-access=ALL-UNNAMED", Main.class.getName()));
        command.addAll(words);
        Path said = Files.createTempFile(temp, "said", ".txt");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile());
        builder.environment().put("LD_LIBRARY_PATH", driver.libraries().toString());
        builder.environment().putAll(settings);
        int code = builder.start().waitFor();
        return new Ended(code, Files.readString(said));
    }

    private Path onTheProcessor() {
        Path out = temp.resolve("cpu");
        Cli.run("run", recipe.toString(), "--out", out.toString()).expectDone();
        return out;
    }

    /// All that shows no times.
    private static SortedMap<String, Integer> bytes(Path folder) {
        SortedMap<String, Integer> bytes = FolderBytes.of(folder);
        bytes.keySet().removeIf(name -> name.startsWith("figures/speed") || name.equals("report.html"));
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "compressed"})
    void aRunGivesTheBytesOfTheProcessor(String form) throws Exception {
        Path out = temp.resolve("cuda");
        Ended ended = run(out, Map.of(), "--form", form);
        assertThat(ended.code()).as(ended.said()).isZero();
        assertThat(ended.said())
                .contains("Backend cuda: asked for by name; on a processor in place of a GPU.")
                .doesNotContain(FAILED);
        assertThat(bytes(out)).isEqualTo(bytes(onTheProcessor()));
    }

    @Test
    void aResidentRunDoesToo() throws Exception {
        Path out = temp.resolve("cuda");
        Ended unfit = run(out, Map.of(), "--form", "resident");
        assertThat(unfit.code()).as(unfit.said()).isEqualTo(Main.MISTAKE);
        assertThat(unfit.said())
                .contains(
                        "--form resident takes up to six linear layers",
                        "tiny, 30 images at a time, is something else");
        assertThat(out).doesNotExist();
        Files.writeString(recipe, RECIPE.replace("dropout 0.2, ", "linear 9, relu, "));
        Ended ended = run(out, Map.of(), "--form", "resident");
        assertThat(ended.code()).as(ended.said()).isZero();
        assertThat(ended.said()).contains("Form resident: asked for by name;").doesNotContain(FAILED);
        assertThat(bytes(out)).isEqualTo(bytes(onTheProcessor()));
    }

    /// Two levels in TF32, and one of which too little is left; on level 1 units are dead in some trainings and not in
    /// others. One training at a time comes to what all do, and in TF32 to something else than in FP32.
    @Test
    void aRunInTf32DoesWhatItDoesInAnyGroups() throws Exception {
        Path out = temp.resolve("cuda");
        Ended unfit = run(out, Map.of(), "--precision", "tf32", "--form", "compressed");
        assertThat(unfit.code()).as(unfit.said()).isEqualTo(Main.MISTAKE);
        assertThat(unfit.said())
                .isEqualTo("tombola: numerics.precision is tf32, which multiplies dense layers alone, and --form is"
                        + " compressed: use --form auto or dense, or --set numerics.precision=fp32.\n");
        assertThat(out).doesNotExist();
        Files.writeString(
                recipe,
                RECIPE.replace("linear 12, relu, dropout 0.2,", "linear 40, relu, linear 16, relu,")
                        .replace("fc: 0.5, output: 0.25", "fc: 0.55, output: 0.93")
                        .replace("draws: 1", "draws: 2"));
        String[] tf32 = {"--precision", "tf32", "--set", "numerics.tf32_from=30"};
        Ended ended = run(out, Map.of(), tf32);
        assertThat(ended.code()).as(ended.said()).isZero();
        assertThat(ended.said())
                .contains("Precision tf32: asked for by the recipe;")
                .containsPattern("\n +1 .* ttt\n +2 .* cdc\n")
                .doesNotContain(FAILED);
        assertThat(precision(out, "trial-00/level-01/reinit-1")).isEqualTo("tf32");
        assertThat(precision(out, "trial-00/level-02/reinit-1")).isNull();
        Path apart = temp.resolve("apart");
        Ended again = run(
                apart,
                Map.of(),
                Stream.concat(Stream.of(tf32), Stream.of("--form", "dense", "--replicas", "1"))
                        .toArray(String[]::new));
        assertThat(again.code()).as(again.said()).isZero();
        assertThat(bytes(apart)).isEqualTo(bytes(out));
        Path fp32 = onTheProcessor();
        for (String training :
                List.of("trial-00/level-00/ticket", "trial-01/level-01/ticket", "trial-01/level-01/reinit-2")) {
            assertThat(end(out, training)).as(training).isNotEqualTo(end(fp32, training));
        }
    }

    /// What a training's file says.
    private static String precision(Path folder, String training) {
        return Ticket.open(folder.resolve(training + ".safetensors"))
                .provenance()
                .facts()
                .get("precision");
    }

    /// The weights of the first layer at a training's end.
    private static float[] end(Path folder, String training) {
        return Ticket.open(folder.resolve(training + ".safetensors"))
                .end()
                .values()
                .firstEntry()
                .getValue();
    }

    @Test
    void aSweepSaysWhatTf32IsToo() throws Exception {
        Ended ended = sweep(
                Map.of(),
                "{base: tiny.yaml, set: {run.trials: 1, run.levels: 0}, grid: {numerics.precision: [fp32, tf32]}}");
        assertThat(ended.code()).as(ended.said()).isZero();
        assertThat(ended.said())
                .containsOnlyOnce("Precision tf32: asked for by the recipe;")
                .doesNotContain(FAILED);
    }

    /// When images are brought to it, in the first trainings, and when some are finished.
    @ParameterizedTest
    @ValueSource(ints = {5, 30, 55})
    void aGpuThatFailsLosesNothingThatWasFinished(int wait) throws Exception {
        Path out = temp.resolve("cuda");
        Ended failed = run(out, Map.of("EMULATED_FAULT", Integer.toString(wait)));
        assertThat(failed.code()).as(failed.said()).isEqualTo(Main.FAILED);
        assertThat(failed.said().lines().filter(line -> line.startsWith("tombola: ")))
                .singleElement()
                .asString()
                .contains("the GPU refused a call, or failed in an earlier one: an illegal memory access was"
                        + " encountered (error 700)");
        Ended ended = run(out, Map.of());
        assertThat(ended.code()).as(ended.said()).isZero();
        assertThat(bytes(out)).isEqualTo(bytes(onTheProcessor()));
    }

    /// Trainings are not to blame: none is failed, and all are done next time.
    @Test
    void aGpuThatFailsEndsASweep() throws Exception {
        Path sweep = Files.writeString(
                temp.resolve("sweep.yaml"), "{base: tiny.yaml, set: {run.levels: 1}, grid: {run.seed: [1, 2, 3]}}");
        Path out = temp.resolve("runs");
        List<String> command = List.of("sweep", sweep.toString(), "--out", out.toString(), "--replicas", "2");
        Ended failed = tombola(Map.of("EMULATED_FAULT", "60"), command);
        assertThat(failed.code()).as(failed.said()).isEqualTo(Main.FAILED);
        assertThat(failed.said()).containsOnlyOnce("an illegal memory access was encountered (error 700)");
        Ended ended = tombola(Map.of(), command);
        assertThat(ended.code()).as(ended.said()).isZero();
        assertThat(ended.said()).doesNotContain("failed");
    }

    @Test
    void aDriverThatIsTooOldAndKernelsThatDoNotFitAreMistakes() throws Exception {
        Path out = temp.resolve("cuda");
        Ended old = run(out, Map.of("EMULATED_REFUSAL", "35"));
        assertThat(old.code()).as(old.said()).isEqualTo(Main.MISTAKE);
        assertThat(old.said())
                .isEqualTo("tombola: The backend 'cuda' was asked for, but the CUDA kernels do not start beside the"
                        + " driver of a processor in place of a GPU: an error; build them with a CUDA that is no newer"
                        + " than the driver. Use cpu or reference.\n");
        assertThat(out).doesNotExist();
        Ended other = run(out, Map.of("EMULATED_REFUSAL", "209"));
        assertThat(other.code()).as(other.said()).isEqualTo(Main.MISTAKE);
        assertThat(other.said())
                .isEqualTo("tombola: The backend 'cuda' was asked for, but the CUDA kernels of this build have no code"
                        + " for a processor in place of a GPU: an error; build them where it is, or with"
                        + " -Dtombola.cuda.architectures=all. Use cpu or reference.\n");
        Ended newer = sweep(Map.of("EMULATED_REFUSAL", "222"), "{base: tiny.yaml, grid: {run.seed: [1, 2]}}");
        assertThat(newer.code()).as(newer.said()).isEqualTo(Main.MISTAKE);
        assertThat(newer.said())
                .contains(
                        "tombola: The backend 'cuda' was asked for, but the CUDA kernels of this build do not start on"
                                + " a processor in place of a GPU: its driver is too old for their PTX; a newer driver helps,")
                .doesNotContain(FAILED);
    }

    @Test
    void doctorSaysWhatTheGpuIsAndWhetherThereIsCodeForIt() throws Exception {
        String gpu = "GPU        a processor in place of a GPU, compute capability 9.0, 1.0 GiB, driver for CUDA 13.2";
        String classes = System.getProperty("java.class.path");
        Ended fine = tombola(Map.of(), classes, List.of("doctor"));
        assertThat(fine.code()).as(fine.said()).isZero();
        assertThat(fine.said()).contains(gpu + "\n").doesNotContain(FAILED);
        Ended without = tombola(Map.of("EMULATED_REFUSAL", "209"), classes, List.of("doctor"));
        assertThat(without.code()).as(without.said()).isZero();
        assertThat(without.said())
                .contains(gpu + ", but nothing runs on it: the CUDA kernels of this build have no code for ")
                .doesNotContain(FAILED);
    }

    /// The driver has memory for two networks, or for none, though it says that more is free.
    @Test
    void memoryThatIsRefusedMakesSmallGroupsAndBlamesNoTraining() throws Exception {
        Path out = temp.resolve("cuda");
        Ended ended = run(out, Map.of("EMULATED_LARGEST", "900000"));
        assertThat(ended.code()).as(ended.said()).isZero();
        assertThat(ended.said()).doesNotContain(FAILED);
        assertThat(bytes(out)).isEqualTo(bytes(onTheProcessor()));
        Map<String, String> none = Map.of("EMULATED_LARGEST", "100000");
        String full =
                "not even one network, of \\d+ KB, could be put on a processor in place of a GPU, which says that 1,073,741 KB"
                        + " are free: the NVIDIA driver was asked to give [\\d,]+ bytes and said: out of memory \\(error 2\\);"
                        + " end what else uses it, or make the network or its batch smaller; what was finished is kept, and the"
                        + " same command goes on from there.";
        Ended refused = run(temp.resolve("none"), none);
        assertThat(refused.code()).as(refused.said()).isEqualTo(Main.FAILED);
        assertThat(refused.said()).containsPattern("tombola: The run stopped in [^:]*: " + full);
        Ended all = sweep(none, "{base: tiny.yaml, set: {run.levels: 1}, grid: {run.seed: [1, 2, 3]}}");
        assertThat(all.code()).as(all.said()).isEqualTo(Main.FAILED);
        assertThat(all.said())
                .containsPattern("tombola: The sweep stopped: " + full)
                .doesNotContain("failed");
    }

    /// Room for two networks at once, and for none.
    @Test
    void littleMemoryMakesSmallGroups() throws Exception {
        Path out = temp.resolve("cuda");
        Ended ended = run(out, Map.of("EMULATED_FREE", "900000"));
        assertThat(ended.code()).as(ended.said()).isZero();
        assertThat(bytes(out)).isEqualTo(bytes(onTheProcessor()));
        Map<String, String> none = Map.of("EMULATED_FREE", "1000");
        String taken =
                "not even one network, of \\d+ KB, could be put on a processor in place of a GPU, which says that 1"
                        + " KB are free; end what else uses it, or make the network or its batch smaller; what was finished is"
                        + " kept,";
        Ended refused = run(temp.resolve("none"), none);
        assertThat(refused.code()).as(refused.said()).isEqualTo(Main.FAILED);
        assertThat(refused.said()).containsPattern("tombola: The run stopped in [^:]*: " + taken);
        Ended all = sweep(none, "{base: tiny.yaml, set: {run.levels: 1}, grid: {run.seed: [1, 2, 3]}}");
        assertThat(all.code()).as(all.said()).isEqualTo(Main.FAILED);
        assertThat(all.said())
                .containsPattern("tombola: The sweep stopped: " + taken)
                .doesNotContain("failed");
    }

    /// Kernels are loaded when they are first asked for, and their code wants memory, too: asked for by the group that
    /// finds out whether anything runs, and then by one of several networks.
    @Test
    void aKernelWithoutMemoryForItsCodeMakesSmallerGroups() throws Exception {
        Path out = temp.resolve("cuda");
        Ended ended = run(out, Map.of("EMULATED_FULL", "3"));
        assertThat(ended.code()).as(ended.said()).isZero();
        assertThat(ended.said())
                .contains("1 training at a time, for 2 do not fit into the GPU's memory.")
                .doesNotContain(FAILED);
        assertThat(bytes(out)).isEqualTo(bytes(onTheProcessor()));
        Ended refused = run(temp.resolve("none"), Map.of("EMULATED_FULL", "1"));
        assertThat(refused.code()).as(refused.said()).isEqualTo(Main.MISTAKE);
        assertThat(refused.said())
                .contains(
                        "The backend 'cuda' was asked for, but a processor in place of a GPU has no memory left for the"
                                + " code of the kernels. Use cpu or reference.");
    }

    @Test
    void jcudaLoadsFromWhereTheKernelsDo() throws Exception {
        Path cache = temp.resolve("cache");
        Map<String, String> settings = Map.of(
                "JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + temp.resolve("none"), "XDG_CACHE_HOME", cache.toString());
        Ended ended = run(temp.resolve("cuda"), settings);
        assertThat(ended.code()).as(ended.said()).isZero();
        assertThat(cache.resolve("tombola/native")).isDirectoryNotContaining("glob:**jcuda-*");
    }

    /// As on a processor that JCuda is not built for.
    @Test
    void whereJcudaDoesNotLoadTheProcessorTrains() throws Exception {
        String classes = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("jcuda-natives"))
                .collect(Collectors.joining(File.pathSeparator));
        String reason = "JCuda's library, which calls the NVIDIA driver, does not load on amd64: No resource found with"
                + " name '/lib/libJCudaDriver";
        List<String> run =
                List.of("run", recipe.toString(), "--out", temp.resolve("cpu").toString());
        Ended auto = tombola(Map.of(), classes, run);
        assertThat(auto.code()).as(auto.said()).isZero();
        assertThat(auto.said()).contains("Backend cpu, ", "no GPU, for " + reason);
        Ended doctor = tombola(Map.of(), classes, List.of("doctor"));
        assertThat(doctor.code()).as(doctor.said()).isZero();
        assertThat(doctor.said()).contains("GPU        no GPU, for " + reason);
        Ended asked = tombola(
                Map.of(),
                classes,
                Stream.concat(run.stream(), Stream.of("--backend", "cuda")).toList());
        assertThat(asked.code()).as(asked.said()).isEqualTo(Main.MISTAKE);
        assertThat(asked.said())
                .contains("The backend 'cuda' was asked for, but " + reason)
                .doesNotContain("\tat ");
    }
}
