package dev.tombola.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tombola.tensor.Batch;
import dev.tombola.tensor.Form;
import dev.tombola.tensor.Span;
import dev.tombola.tensor.Weights;
import dev.tombola.tensor.Window;
import java.lang.foreign.Arena;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// A layer gives the same bits dense, with +0 at its pruned weights, and compressed: the form is a matter
/// of speed alone.
class FormsTest {
    /// A weight gradient, and the weights that it is laid out as.
    private record Gradient(Weights weights, Span dw) {}

    private interface Backward {
        Gradient of(Form form, Operands operands);
    }

    @TestFactory
    Stream<DynamicTest> denseEqualsCompressed() {
        return AllKernels.each(kernels -> {
            for (Shape shape : Shape.all()) {
                same(kernels, shape, LinearOperation.LINEAR_FORWARD_DENSE, LinearOperation.LINEAR_FORWARD_COMPRESSED);
                same(
                        kernels,
                        shape,
                        LinearOperation.LINEAR_BACKWARD_INPUT_DENSE,
                        LinearOperation.LINEAR_BACKWARD_INPUT_COMPRESSED);
                sameGradient(shape, (form, operands) -> linear(kernels, shape, form, operands));
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> denseConvolutionEqualsCompressed() {
        return AllKernels.each(kernels -> {
            for (ImageShape shape : ImageShape.all()) {
                same(kernels, shape, ConvOperation.CONV_FORWARD_DENSE, ConvOperation.CONV_FORWARD_COMPRESSED);
                same(
                        kernels,
                        shape,
                        ConvOperation.CONV_BACKWARD_INPUT_DENSE,
                        ConvOperation.CONV_BACKWARD_INPUT_COMPRESSED);
                sameGradient(shape, (form, operands) -> conv(kernels, shape, form, operands));
            }
        });
    }

    private static <C extends Case> void same(Kernels kernels, C shape, Operation<C> dense, Operation<C> compressed) {
        assertThat(compressed.bits(kernels, shape))
                .as("%s of %s", compressed, shape)
                .isEqualTo(dense.bits(kernels, shape));
    }

    private static void sameGradient(Case shape, Backward backward) {
        try (Arena arena = Arena.ofConfined()) {
            int[] dense = spread(shape, Form.DENSE, backward, arena);
            int[] compressed = spread(shape, Form.COMPRESSED, backward, arena);
            assertThat(compressed).as("weight gradient of %s", shape).isEqualTo(dense);
        }
    }

    /// Bits spread over the dense tensor. A pruned position of the dense form keeps what the kernel stored.
    private static int[] spread(Case shape, Form form, Backward backward, Arena arena) {
        Gradient gradient = backward.of(form, new Operands(arena, shape.seed()));
        int[] bits = new int[gradient.weights().mask().length()];
        for (int i = 0; i < gradient.dw().length(); i++) {
            int found = Float.floatToRawIntBits(gradient.dw().get(i));
            int place = gradient.weights().place(i);
            if (place >= 0) {
                bits[place] = found;
            } else {
                assertThat(found).as("past the row").isZero();
            }
        }
        return bits;
    }

    private static Gradient linear(Kernels kernels, Shape shape, Form form, Operands operands) {
        Weights weights = LinearOperation.weights(shape, operands, form);
        Batch x = operands.input(shape.inputs(), shape.size(), shape.values());
        Batch dy = operands.gradient(shape.outputs(), shape.size(), shape.values());
        Span dw = operands.output(weights.values().length());
        kernels.linearBackwardWeight(weights, x, dy, dw);
        return new Gradient(weights, dw);
    }

    private static Gradient conv(Kernels kernels, ImageShape shape, Form form, Operands operands) {
        Window window = shape.window(operands.arena());
        Weights weights = ConvOperation.weights(shape, operands, form);
        Batch x = operands.input(window.features(), shape.size(), shape.values());
        Batch dy = operands.gradient(shape.outputs() * window.positions(), shape.size(), shape.values());
        Span dw = operands.output(weights.values().length());
        kernels.convBackwardWeight(window, weights, x, dy, dw);
        return new Gradient(weights, dw);
    }
}
