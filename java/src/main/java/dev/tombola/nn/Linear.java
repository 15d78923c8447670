package dev.tombola.nn;

import dev.tombola.kernel.Kernels;
import dev.tombola.tensor.Activation;
import dev.tombola.tensor.Rule;
import dev.tombola.tensor.Span;
import dev.tombola.tensor.Weights;
import java.util.List;

/// Fully connected: y = bias + W x, W is `[outputs, inputs]`; images are taken as vectors, channel by channel.
public record Linear(String name, Role role, int inputs, int outputs) implements Weighted {
    @Override
    public int taps() {
        return 1;
    }

    @Override
    public boolean biased() {
        return true;
    }

    @Override
    public Parameter weight() {
        return new Parameter(name + ".weight", role, List.of(outputs, inputs));
    }

    @Override
    public Shape output(Shape input) {
        if (input.features() != inputs) {
            throw new IllegalArgumentException(
                    "layer %s takes %d features but is given %s".formatted(name, inputs, input));
        }
        return Shape.vector(outputs);
    }

    @Override
    public Stage bind(Pass pass, Signal x, Activation activation, Place place) {
        Parameters parameters = pass.parameters();
        Weights weights = parameters.weights(this);
        return new Bound(
                pass.kernels(),
                weights,
                parameters.vector(bias()),
                parameters.gradient(bias()),
                pass.rule(),
                parameters.moment(this, 0),
                parameters.moment(this, 1),
                x,
                activation,
                pass.output(Shape.vector(weights.outputs()), activation == Activation.RELU, place));
    }

    private record Bound(
            Kernels kernels,
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
            kernels.linearForward(weights, bias, x.value(), activation, output.value());
        }

        /// The input's gradient first: it needs the weights as forward saw them.
        @Override
        public void backward(int iteration) {
            if (x.gradient() != null) {
                kernels.linearBackwardInput(weights, output.gradient(), x.gate(), x.gradient());
            }
            kernels.linearUpdate(rule, iteration, weights, x.value(), output.gradient(), m, v, db);
        }
    }
}
