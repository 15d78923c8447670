package dev.tombola.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.tombola.kernel.reference.ReferenceKernels;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Every operation on every instruction set of this machine equals the reference to the bit, whole padded
/// blocks, around the edges of tiles.
class SameBitsTest {
    private final Kernels reference = new ReferenceKernels();

    @TestFactory
    Stream<DynamicTest> everyInstructionSetGivesTheBitsOfTheReference() {
        List<Kernels> natives =
                AllKernels.runnable().subList(1, AllKernels.runnable().size());
        return Operation.all()
                .map(operation -> DynamicTest.dynamicTest(operation.toString(), () -> {
                    assumeFalse(natives.isEmpty(), "no C kernels run on this machine: nothing is compared");
                    compare(operation, natives);
                }));
    }

    /// Names those that are compared here, and skips the others aloud.
    @TestFactory
    Stream<DynamicTest> theInstructionSets() {
        return AllKernels.eachNative(kernels ->
                assertThat(AllKernels.runnable()).extracting(Kernels::name).contains(kernels.name()));
    }

    @Test
    void everyMethodOfKernelsIsCompared() {
        assertThat(Arrays.stream(Kernels.class.getMethods()).map(Method::getName))
                .filteredOn(method ->
                        !Set.of("name", "help", "alone", "helpedNanos").contains(method)) // which compute nothing
                .hasSizeGreaterThan(10)
                .allMatch(Operation::covers);
    }

    @Test
    void severalThreadsMayShareKernels() {
        for (Kernels kernels : AllKernels.runnable()) {
            Operation.all().forEach(operation -> share(operation, kernels, 16));
        }
    }

    @Test
    void aSmallStackIsEnough() throws InterruptedException {
        for (Kernels kernels : AllKernels.runnable()) {
            List<Throwable> thrown = new CopyOnWriteArrayList<>();
            Thread small =
                    new Thread(null, () -> Operation.all().forEach(o -> share(o, kernels, 1)), "small", 512 << 10);
            small.setUncaughtExceptionHandler((_, e) -> thrown.add(e));
            small.start();
            small.join();
            assertThat(thrown).as(kernels.name()).isEmpty();
        }
    }

    private <C extends Case> void share(Operation<C> operation, Kernels kernels, int times) {
        C one = operation.typical();
        int[] expected = operation.bits(reference, one);
        assertThat(Stream.generate(() -> one).limit(times).parallel().map(same -> operation.bits(kernels, same)))
                .as("%s on %s", operation, kernels.name())
                .allSatisfy(bits -> assertThat(bits).isEqualTo(expected));
    }

    private <C extends Case> void compare(Operation<C> operation, List<Kernels> natives) {
        long compared = 0;
        for (C one : operation.cases()) {
            int[] wanted = operation.bits(reference, one);
            for (Kernels kernels : natives) {
                int[] found = operation.bits(kernels, one);
                int first = Arrays.mismatch(wanted, found);
                assertThat(first)
                        .withFailMessage(() -> "%s of %s on %s: value %d of %d is %x but the reference says %x"
                                .formatted(
                                        operation,
                                        one,
                                        kernels.name(),
                                        first,
                                        wanted.length,
                                        found[first],
                                        wanted[first]))
                        .isEqualTo(-1);
            }
            compared += wanted.length;
        }
        assertThat(compared).as("values compared").isGreaterThan(500);
    }
}
