package dev.tombola.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tombola.kernel.reference.ReferenceKernels;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// The CUDA kernels, called as on a GPU but run by a processor that stands in for it (native/test/emulated), give the
/// bits of the reference.
class EmulatedCudaTest {
    private static final String FILE = "libtombola_cuda_emulated.so";

    /// Cases of an operation: emulation is slow.
    private static final int CASES = 6;

    @TestFactory
    Stream<DynamicTest> emulatedKernelsGiveTheBitsOfTheReference() {
        return Operation.all().map(o -> DynamicTest.dynamicTest(o.toString(), () -> compare(o)));
    }

    private static <C extends Case> void compare(Operation<C> operation) {
        String platform = NativeLibrary.platform(System.getProperty("os.name"), System.getProperty("os.arch"));
        assumeTrue(
                EmulatedCudaTest.class.getResource("/dev/tombola/native/" + platform + "/" + FILE) != null,
                "the CUDA kernels are not tested here: they are emulated where there is a C++ compiler");
        Kernels emulated = NativeKernels.open(NativeLibrary.load(FILE, platform), "cuda");
        assertThat(emulated.name()).isEqualTo("cuda");
        ReferenceKernels reference = new ReferenceKernels();
        for (C one : few(operation)) {
            assertThat(operation.bits(emulated, one))
                    .as("%s on %s", operation, one)
                    .isEqualTo(operation.bits(reference, one));
        }
    }

    /// Some of all cases, the typical one among them.
    private static <C extends Case> List<C> few(Operation<C> operation) {
        List<C> cases = operation.cases();
        int step = Math.max(1, cases.size() / CASES);
        return Stream.concat(
                        Stream.of(operation.typical()),
                        Stream.iterate(step / 2, i -> i < cases.size(), i -> i + step)
                                .map(cases::get))
                .toList();
    }
}
