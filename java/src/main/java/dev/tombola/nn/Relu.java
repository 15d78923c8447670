package dev.tombola.nn;

import dev.tombola.kernel.Kernels;
import java.util.List;

/// y = max(x, 0), in place: the layer before it never reads its own output again. Right after a [Linear] it costs
/// nothing of its own: the two are one stage.
public record Relu() implements Layer {
    @Override
    public int outputs(int inputs) {
        return inputs;
    }

    @Override
    public List<Parameter> parameters() {
        return List.of();
    }

    @Override
    public long activations(Plan plan, int size, boolean training) {
        return 0;
    }

    @Override
    public Stage bind(Pass pass, Signal signal) {
        return new Bound(pass.kernels(), signal);
    }

    private record Bound(Kernels kernels, Signal output) implements Stage {
        @Override
        public void forward() {
            kernels.reluForward(output.value(), output.value());
        }

        @Override
        public void backward(int iteration) {
            if (output.gradient() != null) {
                kernels.reluBackward(output.value(), output.gradient(), output.gradient());
            }
        }
    }
}
