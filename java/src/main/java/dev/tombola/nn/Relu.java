package dev.tombola.nn;

import dev.tombola.kernel.Kernels;
import dev.tombola.tensor.Activation;
import java.util.List;

/// y = max(x, 0). Right after a layer that [Layer#rectifies] it costs nothing of its own.
public record Relu() implements Layer {
    @Override
    public Shape output(Shape input) {
        return input;
    }

    @Override
    public List<Parameter> parameters() {
        return List.of();
    }

    @Override
    public boolean rectifies() {
        return false;
    }

    @Override
    public Stage bind(Pass pass, Signal x, Activation activation, Place place) {
        return new Bound(pass.kernels(), x, pass.output(x.shape(), false, place));
    }

    private record Bound(Kernels kernels, Signal x, Signal output) implements Stage {
        @Override
        public void forward(int iteration) {
            kernels.reluForward(x.value(), output.value());
        }

        @Override
        public void backward(int iteration) {
            if (x.gradient() != null) {
                kernels.reluBackward(output.value(), output.gradient(), x.gradient());
            }
        }
    }
}
