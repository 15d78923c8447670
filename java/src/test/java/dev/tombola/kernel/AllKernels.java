package dev.tombola.kernel;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tombola.kernel.reference.ReferenceKernels;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/// Every implementation of [Kernels]; instruction sets that this machine lacks are skipped aloud.
final class AllKernels {
    private AllKernels() {}

    /// A test for each instruction set.
    static Stream<DynamicTest> eachNative(Consumer<Kernels> test) {
        return Backends.instructionSets().stream()
                .map(isa -> DynamicTest.dynamicTest(isa.name(), () -> {
                    assumeTrue(isa.runs(), () -> isa.name() + " is not tested: " + isa.reason());
                    test.accept(NativeKernels.open(isa.name()));
                }));
    }

    /// A test for the reference and one for each instruction set.
    static Stream<DynamicTest> each(Consumer<Kernels> test) {
        return Stream.concat(
                Stream.of(DynamicTest.dynamicTest("reference", () -> test.accept(new ReferenceKernels()))),
                eachNative(test));
    }

    /// Those that run here.
    static List<Kernels> runnable() {
        List<Kernels> kernels = new ArrayList<>();
        kernels.add(new ReferenceKernels());
        for (InstructionSet isa : Backends.instructionSets()) {
            if (isa.runs()) {
                kernels.add(NativeKernels.open(isa.name()));
            }
        }
        return kernels;
    }
}
