package dev.tombola.nn;

import dev.tombola.kernel.Kernels;
import dev.tombola.tensor.Activation;
import java.util.List;

/// Drops each unit of each example with probability `rate` and scales the others by 1 / (1 − rate) (Srivastava et al.,
/// 2014; paper, Figure 6); in evaluation it is not there.
///
/// @param number of the dropout in its network, from 0: which draws are its own
public record Dropout(int number, double rate) implements Layer {
    public Dropout {
        if (!(rate >= 0 && rate < 1)) {
            throw new IllegalArgumentException("a dropout rate must be 0 to below 1, but is " + rate);
        }
    }

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
        return new Bound(pass.kernels(), pass.dropout(this), x, pass.output(x.shape(), x.rectified(), place));
    }

    private record Bound(Kernels kernels, dev.tombola.tensor.Dropout dropout, Signal x, Signal output)
            implements Stage {
        @Override
        public void forward(int iteration) {
            kernels.dropout(dropout, iteration, x.value(), output.value());
        }

        @Override
        public void backward(int iteration) {
            if (x.gradient() != null) {
                kernels.dropout(dropout, iteration, output.gradient(), x.gradient());
            }
        }
    }
}
