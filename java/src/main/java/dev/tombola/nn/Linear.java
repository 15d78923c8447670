package dev.tombola.nn;

import dev.tombola.kernel.Kernels;
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
    public long activations(int features, int size, boolean training) {
        return Pass.signalFloats(outputs, size, training);
    }

    @Override
    public Stage bind(Pass pass, Signal x) {
        Parameters parameters = pass.parameters();
        return new Bound(
                pass.kernels(),
                parameters.weights(weight().name()),
                parameters.span(bias().name()),
                pass.training() ? parameters.gradient(weight().name()) : null,
                pass.training() ? parameters.gradient(bias().name()) : null,
                x,
                pass.signal(outputs));
    }

    private record Bound(Kernels kernels, Weights weights, Span bias, Span dw, Span db, Signal x, Signal output)
            implements Stage {
        @Override
        public void forward() {
            kernels.linearForward(weights, bias, x.value(), output.value());
        }

        @Override
        public void backward() {
            kernels.linearBackwardWeight(weights, x.value(), output.gradient(), dw);
            kernels.biasBackward(output.gradient(), db);
            if (x.gradient() != null) {
                kernels.linearBackwardInput(weights, output.gradient(), x.gradient());
            }
        }
    }
}
