package dev.tombola.nn;

import dev.tombola.kernel.Kernels;
import dev.tombola.tensor.Activation;
import java.util.List;

/// The mean over all positions of each channel.
public record AveragePool() implements Layer {
    @Override
    public Shape output(Shape input) {
        return Shape.vector(input.channels());
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
        return new Bound(pass.kernels(), x, pass.output(output(x.shape()), false, place));
    }

    private record Bound(Kernels kernels, Signal x, Signal output) implements Stage {
        @Override
        public void forward(int iteration) {
            kernels.averagePoolForward(x.value(), output.value());
        }

        @Override
        public void backward(int iteration) {
            if (x.gradient() != null) {
                kernels.averagePoolBackward(output.gradient(), x.gate(), x.gradient());
            }
        }
    }
}
