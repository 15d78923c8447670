package dev.tombola.nn;

import dev.tombola.kernel.Kernels;
import dev.tombola.tensor.Activation;
import dev.tombola.tensor.Window;
import java.util.List;

/// The largest value of every square of `size` × `size`; rows and columns that fill none are left out.
public record MaxPool(int size) implements Layer {
    @Override
    public Shape output(Shape input) {
        Window.requireImage(input.height(), input.width());
        if (input.height() < size || input.width() < size) {
            throw new IllegalArgumentException("max_pool %d is too large for %s".formatted(size, input));
        }
        return new Shape(input.channels(), input.height() / size, input.width() / size);
    }

    @Override
    public List<Parameter> parameters() {
        return List.of();
    }

    @Override
    public boolean rectifies() {
        return false;
    }

    /// The largest of what a ReLU made is above 0 exactly where its output is, so the mask stays with the reader.
    @Override
    public Stage bind(Pass pass, Signal x, Activation activation, Place place) {
        Shape in = x.shape();
        Window window = new Window(pass.arena(), in.channels(), in.height(), in.width(), size, size, size, 0);
        return new Bound(pass.kernels(), window, x, pass.output(output(in), x.rectified(), place));
    }

    private record Bound(Kernels kernels, Window window, Signal x, Signal output) implements Stage {
        @Override
        public void forward(int iteration) {
            kernels.maxPoolForward(window, x.value(), output.value());
        }

        @Override
        public void backward(int iteration) {
            if (x.gradient() != null) {
                kernels.maxPoolBackward(window, x.value(), output.gradient(), null, x.gradient());
            }
        }
    }
}
