package dev.tombola.nn;

import dev.tombola.kernel.Kernels;
import java.util.List;

/// y = max(x, 0), in place: the layer before it never reads its own output again.
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
    public long activations(int inputs, int size, boolean training) {
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
        public void backward() {
            if (output.gradient() != null) {
                kernels.reluBackward(output.value(), output.gradient(), output.gradient());
            }
        }
    }
}
