package dev.tombola.nn;

import dev.tombola.kernel.Kernels;
import dev.tombola.tensor.Activation;
import dev.tombola.tensor.Batch;
import dev.tombola.tensor.Norm;
import dev.tombola.tensor.Span;
import java.util.List;

/// Batch normalisation (Ioffe & Szegedy): each channel to mean 0 and variance 1 over the batch and all positions, then
/// scaled and shifted; evaluation takes running statistics, which training moves by a tenth per step.
public record BatchNorm(String name, int channels) implements Layer {
    public Parameter scale() {
        return new Parameter(name + ".weight", Role.SCALE, List.of(channels));
    }

    public Parameter shift() {
        return new Parameter(name + ".bias", Role.BIAS, List.of(channels));
    }

    public Parameter runningMean() {
        return new Parameter(name + ".running_mean", Role.MEAN, List.of(channels));
    }

    public Parameter runningVariance() {
        return new Parameter(name + ".running_var", Role.VARIANCE, List.of(channels));
    }

    @Override
    public Shape output(Shape input) {
        if (input.channels() != channels) {
            throw new IllegalArgumentException(
                    "layer %s takes %d channels but is given %s".formatted(name, channels, input));
        }
        return input;
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(scale(), shift(), runningMean(), runningVariance());
    }

    @Override
    public boolean rectifies() {
        return true;
    }

    /// The gradient is taken in place where nobody else reads the output's: half of its time is memory.
    @Override
    public Stage bind(Pass pass, Signal x, Activation activation, Place place) {
        Parameters parameters = pass.parameters();
        boolean inPlace = !place.kept() && place.gradient() == null && x.gradient() != null;
        Place there = inPlace ? new Place(false, x.gradient()) : place;
        Signal output = pass.output(x.shape(), activation == Activation.RELU, there);
        Norm norm = parameters.norm(this);
        if (!pass.trains()) {
            return new Inferring(pass.kernels(), norm, x, activation, output);
        }
        Batch dx = x.gradient() == null ? pass.gradient(x.shape()) : x.gradient();
        return new Training(
                pass.kernels(),
                norm,
                parameters.gradient(scale()),
                parameters.gradient(shift()),
                x,
                activation,
                dx,
                output);
    }

    private record Training(
            Kernels kernels,
            Norm norm,
            Span dscale,
            Span dshift,
            Signal x,
            Activation activation,
            Batch dx,
            Signal output)
            implements Stage {
        @Override
        public void forward(int iteration) {
            kernels.batchNormForward(norm, x.value(), activation, output.value());
        }

        @Override
        public void backward(int iteration) {
            kernels.batchNormBackward(norm, x.value(), output.gradient(), x.gate(), dscale, dshift, dx);
        }
    }

    private record Inferring(Kernels kernels, Norm norm, Signal x, Activation activation, Signal output)
            implements Stage {
        @Override
        public void forward(int iteration) {
            kernels.batchNormInfer(norm, x.value(), activation, output.value());
        }

        @Override
        public void backward(int iteration) {
            throw new IllegalStateException("an evaluation has no backward");
        }
    }
}
