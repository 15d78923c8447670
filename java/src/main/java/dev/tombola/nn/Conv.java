package dev.tombola.nn;

import dev.tombola.kernel.Kernels;
import dev.tombola.tensor.Activation;
import dev.tombola.tensor.Rule;
import dev.tombola.tensor.Span;
import dev.tombola.tensor.Weights;
import dev.tombola.tensor.Window;
import java.util.List;

/// Convolution with a square kernel and a border of zeros; the weight is `[outputs, inputs, kernel, kernel]`.
///
/// @param inputs, outputs channels
/// @param padding zeros on every side, less than the kernel
public record Conv(String name, Role role, int inputs, int outputs, int kernel, int stride, int padding, boolean biased)
        implements Weighted {
    @Override
    public int taps() {
        return kernel * kernel;
    }

    @Override
    public Parameter weight() {
        return new Parameter(name + ".weight", role, List.of(outputs, inputs, kernel, kernel));
    }

    @Override
    public Shape output(Shape input) {
        if (input.channels() != inputs) {
            throw new IllegalArgumentException(
                    "layer %s takes %d channels but is given %s".formatted(name, inputs, input));
        }
        Window.requireImage(input.height(), input.width());
        int height = (input.height() + 2 * padding - kernel) / stride + 1;
        int width = (input.width() + 2 * padding - kernel) / stride + 1;
        if (input.height() + 2 * padding < kernel || input.width() + 2 * padding < kernel) {
            throw new IllegalArgumentException("layer %s has a kernel of %d×%d, too large for %s with a padding of %d"
                    .formatted(name, kernel, kernel, input, padding));
        }
        return new Shape(outputs, height, width);
    }

    @Override
    public Stage bind(Pass pass, Signal x, Activation activation, Place place) {
        Parameters parameters = pass.parameters();
        Weights weights = parameters.weights(this);
        Shape in = x.shape();
        Window window =
                new Window(pass.arena(), in.channels(), in.height(), in.width(), kernel, kernel, stride, padding);
        Shape out = output(in.withChannels(inputs)).withChannels(weights.outputs());
        return new Bound(
                pass.kernels(),
                window,
                weights,
                biased ? parameters.vector(bias()) : null,
                biased ? parameters.gradient(bias()) : null,
                pass.rule(),
                parameters.moment(this, 0),
                parameters.moment(this, 1),
                x,
                activation,
                pass.output(out, activation == Activation.RELU, place));
    }

    private record Bound(
            Kernels kernels,
            Window window,
            Weights weights,
            Span bias,
            Span db,
            Rule rule,
            Span m,
            Span v,
            Signal x,
            Activation activation,
            Signal output)
            implements Stage {
        @Override
        public void forward(int iteration) {
            kernels.convForward(window, weights, bias, x.value(), activation, output.value());
        }

        /// The input's gradient first: it needs the weights as forward saw them.
        @Override
        public void backward(int iteration) {
            if (x.gradient() != null) {
                kernels.convBackwardInput(window, weights, output.gradient(), x.gate(), x.gradient());
            }
            kernels.convUpdate(rule, iteration, window, weights, x.value(), output.gradient(), m, v, db);
        }
    }
}
