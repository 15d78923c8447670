package dev.tombola.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tombola.kernel.reference.ReferenceKernels;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Every operation on every instruction set of this machine equals the reference to the bit, whole padded
/// blocks, around the edges of tiles.
class SameBitsTest {
    private final Kernels reference = new ReferenceKernels();
    private final List<Shape> shapes = Shape.all();

    @TestFactory
    Stream<DynamicContainer> everyInstructionSetGivesTheBitsOfTheReference() {
        return Arrays.stream(Operation.values()).map(operation -> {
            Map<Shape, int[]> expected = new HashMap<>();
            return DynamicContainer.dynamicContainer(
                    operation.name(),
                    Backends.instructionSets().stream()
                            .map(isa -> DynamicTest.dynamicTest(isa.name(), () -> {
                                assumeTrue(isa.runs(), () -> isa.name() + " is not tested: " + isa.reason());
                                compare(operation, NativeKernels.open(isa.name()), expected);
                            })));
        });
    }

    @Test
    void everyMethodOfKernelsIsCompared() {
        assertThat(Arrays.stream(Kernels.class.getMethods()).map(Method::getName))
                .filteredOn(method -> !method.equals("name"))
                .hasSizeGreaterThan(10)
                .allMatch(Operation::covers);
    }

    @Test
    void severalThreadsMayShareKernels() {
        Shape shape = new Shape(33, 100, 60, Pattern.HALF, Values.PLAIN);
        for (Kernels kernels : AllKernels.runnable()) {
            for (Operation operation : Operation.values()) {
                int[] expected = operation.bits(reference, shape);
                assertThat(Stream.generate(() -> shape).limit(16).parallel().map(s -> operation.bits(kernels, s)))
                        .allSatisfy(bits -> assertThat(bits).isEqualTo(expected));
            }
        }
    }

    private void compare(Operation operation, Kernels kernels, Map<Shape, int[]> expected) {
        long compared = 0;
        for (Shape shape : shapes) {
            int[] wanted = expected.computeIfAbsent(shape, s -> operation.bits(reference, s));
            int[] found = operation.bits(kernels, shape);
            int first = Arrays.mismatch(wanted, found);
            assertThat(first)
                    .withFailMessage(() -> "%s of %s on %s: value %d of %d is %x but the reference says %x"
                            .formatted(
                                    operation, shape, kernels.name(), first, wanted.length, found[first],
                                    wanted[first]))
                    .isEqualTo(-1);
            compared += wanted.length;
        }
        assertThat(compared).as("values compared").isGreaterThan(1000);
    }
}
