package dev.tombola.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tombola.tensor.Batch;
import dev.tombola.tensor.Form;
import dev.tombola.tensor.Mask;
import dev.tombola.tensor.Span;
import dev.tombola.tensor.Weights;
import java.lang.foreign.Arena;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// A layer gives the same bits dense, with +0 at its pruned weights, and compressed: the form is a matter
/// of speed alone.
class FormsTest {
    @TestFactory
    Stream<DynamicTest> denseEqualsCompressed() {
        return AllKernels.each(kernels -> {
            for (Shape shape : Shape.all()) {
                assertThat(Operation.LINEAR_FORWARD_COMPRESSED.bits(kernels, shape))
                        .as("forward of %s", shape)
                        .isEqualTo(Operation.LINEAR_FORWARD_DENSE.bits(kernels, shape));
                assertThat(Operation.LINEAR_BACKWARD_INPUT_COMPRESSED.bits(kernels, shape))
                        .as("input gradient of %s", shape)
                        .isEqualTo(Operation.LINEAR_BACKWARD_INPUT_DENSE.bits(kernels, shape));
                weightGradients(kernels, shape);
            }
        });
    }

    private static void weightGradients(Kernels kernels, Shape shape) {
        Mask mask = shape.pattern().mask(shape.outputs(), shape.inputs(), shape.seed());
        try (Arena arena = Arena.ofConfined()) {
            int[] dense = bits(weightGradient(kernels, shape, mask, Form.DENSE, arena));
            int[] compressed = bits(weightGradient(kernels, shape, mask, Form.COMPRESSED, arena));
            assertThat(compressed).as("weight gradient of %s", shape).isEqualTo(dense);
        }
    }

    /// Spread over the dense tensor. A pruned position of the dense form keeps what the kernel stored.
    private static float[] weightGradient(Kernels kernels, Shape shape, Mask mask, Form form, Arena arena) {
        Operands operands = new Operands(arena, shape.seed());
        Weights weights = operands.weights(form, shape.outputs(), shape.inputs(), mask, shape.values());
        Batch x = operands.input(shape.inputs(), shape.size(), shape.values());
        Batch dy = operands.gradient(shape.outputs(), shape.size(), shape.values());
        Span dw = operands.output(weights.values().length());
        kernels.linearBackwardWeight(weights, x, dy, dw);
        float[] spread = new float[mask.length()];
        for (int i = 0; i < dw.length(); i++) {
            if (weights.place(i) >= 0) {
                spread[weights.place(i)] = dw.get(i);
            } else {
                assertThat(Float.floatToRawIntBits(dw.get(i)))
                        .as("past the row")
                        .isZero();
            }
        }
        return spread;
    }

    private static int[] bits(float[] values) {
        int[] bits = new int[values.length];
        for (int i = 0; i < values.length; i++) {
            bits[i] = Float.floatToRawIntBits(values[i]);
        }
        return bits;
    }
}
