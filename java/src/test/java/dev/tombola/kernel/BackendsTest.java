package dev.tombola.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.tombola.base.UserError;
import dev.tombola.kernel.reference.ReferenceKernels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackendsTest {
    @Test
    void autoTakesTheWidestInstructionSetAndSaysWhy() {
        Backends.Choice choice = Backends.open("auto", Backends.BEST);
        assertThat(choice.kernels()).isInstanceOf(NativeKernels.class);
        assertThat(choice.kernels().name()).isEqualTo("cpu, " + widest());
        assertThat(choice.reason())
                .startsWith("Backend cpu, " + widest() + ": " + Backends.gpu())
                .endsWith("; the widest instruction set that this machine runs.");
    }

    @Test
    void aNamedInstructionSetIsTheOneThatRuns() {
        for (InstructionSet isa : Backends.instructionSets()) {
            if (isa.runs()) {
                Backends.Choice choice = Backends.open("cpu", isa.name());
                assertThat(choice.kernels().name()).isEqualTo("cpu, " + isa.name());
                assertThat(choice.reason()).contains("asked for by name");
                assertThat(Backends.isScalar(choice.kernels()))
                        .isEqualTo(isa.name().equals("scalar"));
            } else {
                assertThatThrownBy(() -> Backends.open("cpu", isa.name()))
                        .isInstanceOf(UserError.class)
                        .hasMessageContaining("'" + isa.name() + "'")
                        .hasMessageContaining("this machine runs " + widest());
            }
        }
    }

    @Test
    void referenceIsPlainJavaAndHasNoInstructionSets() {
        assertThat(Backends.open("reference", Backends.BEST).kernels()).isInstanceOf(ReferenceKernels.class);
        assertThatThrownBy(() -> Backends.open("reference", "avx2"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("--isa avx2")
                .hasMessageContaining("--backend cpu");
    }

    /// Whatever this machine has: a GPU that is used, or one sentence that says what is missing.
    @Test
    void cudaIsUsedOrRefusedInOneSentence() {
        String gpu = Backends.gpu();
        if (!gpu.startsWith("no GPU, for ")) {
            Backends.Choice choice = Backends.open("cuda", Backends.BEST);
            assertThat(choice.name()).isEqualTo("cuda");
            assertThat(choice.reason()).isEqualTo("Backend cuda: asked for by name; on " + gpu + ".");
            return;
        }
        String why = gpu.substring("no GPU, for ".length());
        for (int i = 0; i < 2; i++) { // the driver's library fails in another way the second time
            assertThatThrownBy(() -> Backends.open("cuda", Backends.BEST))
                    .isInstanceOf(UserError.class)
                    .hasMessage("The backend 'cuda' was asked for, but " + why + ". Use cpu or reference.");
        }
        assertThat(why)
                .matches("this build has no CUDA kernels: .*|no NVIDIA driver was found .*|The NVIDIA driver was .*");
        assertThat(Backends.open("auto", Backends.BEST).reason()).contains(gpu);
    }

    @Test
    void whatIsNotToBeHadIsRefusedInOneSentence() {
        assertThatThrownBy(() -> Backends.open("cuda", "avx2"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("the backend cuda has no instruction sets");
        assertThatThrownBy(() -> Backends.open("gpu", Backends.BEST))
                .isInstanceOf(UserError.class)
                .hasMessage("There is no backend 'gpu': it must be auto, reference, cpu or cuda.");
        assertThatThrownBy(() -> Backends.open("cpu", "avx1024"))
                .isInstanceOf(UserError.class)
                .hasMessage("The instruction set 'avx1024' was asked for, but the library has no instruction set of"
                        + " that name; this machine runs " + String.join(", ", running()) + " (or best, the first of"
                        + " them).");
    }

    @Test
    void everyInstructionSetIsListedWithAReason() {
        assertThat(Backends.instructionSets())
                .extracting(InstructionSet::name)
                .containsExactly("avx512", "avx2", "neon", "scalar");
        assertThat(Backends.instructionSets())
                .allSatisfy(isa -> assertThat(isa.reason()).isNotBlank())
                .filteredOn(isa -> isa.name().equals("scalar"))
                .allMatch(InstructionSet::runs);
    }

    @Test
    void theProcessorIsNamedAsTheSystemNamesIt(@TempDir Path folder) throws IOException {
        Path cpuinfo = folder.resolve("cpuinfo");
        Files.writeString(
                cpuinfo, "processor\t: 0\nmodel\t: 85\nmodel name\t: Some CPU @ 2.00GHz\nmodel name\t: Other\n");
        assertThat(Backends.processor(cpuinfo)).isEqualTo("Some CPU @ 2.00GHz");
        Files.writeString(cpuinfo, "processor\t: 0\n");
        assertThat(Backends.processor(cpuinfo)).isEqualTo(System.getProperty("os.arch"));
        assertThat(Backends.processor(folder.resolve("none"))).isEqualTo(System.getProperty("os.arch"));
        assumeThat(Path.of("/proc/cpuinfo")).as("only Linux tells").exists();
        assertThat(Backends.processor()).isNotBlank();
    }

    @Test
    void nativeAccessIsAskedForByTheModuleThatNeedsIt() {
        assertThat(Backends.nativeAccess(Backends.class.getModule())).isEqualTo("--enable-native-access=ALL-UNNAMED");
        assertThat(Backends.nativeAccess(Object.class.getModule())).isEqualTo("--enable-native-access=java.base");
    }

    private static String widest() {
        return running().getFirst();
    }

    private static List<String> running() {
        return Backends.instructionSets().stream()
                .filter(InstructionSet::runs)
                .map(InstructionSet::name)
                .toList();
    }
}
