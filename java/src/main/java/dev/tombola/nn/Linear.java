package dev.tombola.nn;

import dev.tombola.kernel.Kernels;
import dev.tombola.tensor.Activation;
import dev.tombola.tensor.Rule;
import dev.tombola.tensor.Slab;
import dev.tombola.tensor.Span;
import dev.tombola.tensor.Weights;
import java.util.List;

/// Fully connected: y = bias + W x, W is `[outputs, inputs]`.
public record Linear(String name, Role role, int inputs, int outputs) implements Layer {
    @Override
    public int outputs(int features) {
        if (features != inputs) {
            throw new IllegalArgumentException(
                    "layer %s takes %d features but is given %d".formatted(name, inputs, features));
        }
        return outputs;
    }

    public Parameter weight() {
        return new Parameter(name + ".weight", role, List.of(outputs, inputs));
    }

    public Parameter bias() {
        return new Parameter(name + ".bias", Role.BIAS, List.of(outputs));
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(weight(), bias());
    }

    @Override
    public long activations(Plan plan, int size, boolean training) {
        return Slab.batchFloats(plan.outputs(this), size) * (training ? 2 : 1);
    }

    @Override
    public Stage bind(Pass pass, Signal x) {
        return bind(pass, x, Activation.IDENTITY);
    }

    /// The layer and what follows it as one stage.
    Stage bind(Pass pass, Signal x, Activation activation) {
        Parameters parameters = pass.parameters();
        return new Bound(
                pass.kernels(),
                parameters.weights(this),
                parameters.bias(this),
                parameters.biasGradient(this),
                pass.rule(),
                parameters.moment(this, 0),
                parameters.moment(this, 1),
                x,
                activation,
                pass.signal(this, activation == Activation.RELU));
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
        public void forward() {
            kernels.linearForward(weights, bias, x.value(), activation, output.value());
        }

        /// The input's gradient first: it needs the weights as forward saw them.
        @Override
        public void backward(int iteration) {
            if (x.gradient() != null) {
                kernels.linearBackwardInput(weights, output.gradient(), x.rectified() ? x.value() : null, x.gradient());
            }
            kernels.biasBackward(output.gradient(), db);
            kernels.linearUpdate(rule, iteration, weights, x.value(), output.gradient(), m, v);
        }
    }
}
