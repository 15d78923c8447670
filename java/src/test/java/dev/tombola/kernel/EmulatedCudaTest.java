package dev.tombola.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tombola.kernel.reference.ReferenceKernels;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// The CUDA kernels, called as on a GPU but run by a processor that stands in for it (native/test/emulated), give the
/// bits of the reference.
class EmulatedCudaTest {
    /// Cases of an operation: emulation is slow.
    private static final int CASES = 6;

    @TestFactory
    Stream<DynamicTest> emulatedKernelsGiveTheBitsOfTheReference() {
        return Operation.all().map(o -> DynamicTest.dynamicTest(o.toString(), () -> compare(o)));
    }

    @Test
    void networksSideBySideTakeNineTenthsOfWhatIsFree() {
        long part = 640;
        long each = part + Group.ALIGNMENT;
        assertThat(new EmulatedDevice(10 * each).most(part)).isEqualTo(9);
        assertThat(new EmulatedDevice(10 * each - 10).most(part)).isEqualTo(8);
        assertThat(new EmulatedDevice(each).most(part)).isZero();
        assertThat(new EmulatedDevice(Long.MAX_VALUE).most(part)).isEqualTo(Device.MOST_REPLICAS);
    }

    private static <C extends Case> void compare(Operation<C> operation) {
        Kernels emulated = NativeKernels.open(EmulatedDevice.library(), "cuda");
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
