package dev.tombola.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.tombola.kernel.reference.ReferenceKernels;
import dev.tombola.tensor.Batch;
import dev.tombola.tensor.Form;
import dev.tombola.tensor.Span;
import dev.tombola.tensor.Weights;
import dev.tombola.tensor.Window;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Every operation on images, on every instruction set of this machine, equals the reference to the bit; and a
/// convolution gives the same bits in both forms.
class ImageBitsTest {
    private final Kernels reference = new ReferenceKernels();

    @TestFactory
    Stream<DynamicTest> everyInstructionSetGivesTheBitsOfTheReference() {
        List<Kernels> natives =
                AllKernels.runnable().subList(1, AllKernels.runnable().size());
        return Arrays.stream(ImageOperation.values())
                .map(operation -> DynamicTest.dynamicTest(operation.name(), () -> {
                    assumeFalse(natives.isEmpty(), "no C kernels run on this machine: nothing is compared");
                    compare(operation, natives);
                }));
    }

    @TestFactory
    Stream<DynamicTest> denseEqualsCompressed() {
        return AllKernels.each(kernels -> {
            for (ImageShape shape : ImageShape.all()) {
                assertThat(ImageOperation.CONV_FORWARD_COMPRESSED.bits(kernels, shape))
                        .as("forward of %s", shape)
                        .isEqualTo(ImageOperation.CONV_FORWARD_DENSE.bits(kernels, shape));
                assertThat(ImageOperation.CONV_BACKWARD_INPUT_COMPRESSED.bits(kernels, shape))
                        .as("input gradient of %s", shape)
                        .isEqualTo(ImageOperation.CONV_BACKWARD_INPUT_DENSE.bits(kernels, shape));
                assertThat(weightGradient(kernels, shape, Form.COMPRESSED))
                        .as("weight gradient of %s", shape)
                        .isEqualTo(weightGradient(kernels, shape, Form.DENSE));
            }
        });
    }

    private void compare(ImageOperation operation, List<Kernels> natives) {
        long compared = 0;
        for (ImageShape shape : ImageShape.all()) {
            int[] wanted = operation.bits(reference, shape);
            for (Kernels kernels : natives) {
                int[] found = operation.bits(kernels, shape);
                int first = Arrays.mismatch(wanted, found);
                assertThat(first)
                        .withFailMessage(() -> "%s of %s on %s: value %d of %d is %x but the reference says %x"
                                .formatted(
                                        operation,
                                        shape,
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

    /// Spread over the dense tensor.
    private static int[] weightGradient(Kernels kernels, ImageShape shape, Form form) {
        try (Arena arena = Arena.ofConfined()) {
            Operands operands = new Operands(arena, shape.seed());
            Window window = shape.window(arena);
            Weights weights = operands.weights(
                    form, shape.outputs(), shape.inputs(), window.taps(), shape.mask(), shape.values());
            Batch x = operands.input(window.features(), shape.size(), shape.values());
            Batch dy = operands.gradient(shape.outputs() * window.positions(), shape.size(), shape.values());
            Span dw = operands.output(weights.values().length());
            kernels.convBackwardWeight(window, weights, x, dy, dw);
            int[] spread = new int[shape.outputs() * shape.inputs()];
            for (int i = 0; i < dw.length(); i++) {
                if (weights.place(i) >= 0) {
                    spread[weights.place(i)] = Float.floatToRawIntBits(dw.get(i));
                }
            }
            return spread;
        }
    }
}
