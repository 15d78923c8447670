package dev.tombola.nn;

import dev.tombola.tensor.Batch;
import java.util.List;

/// One layer of a network: its shape, parameters, forward and backward together. A value without state;
/// [#bind] ties it to the parameters and activations of a [Pass].
public sealed interface Layer permits Linear, Relu {
    /// Features out for `inputs` features in; an IllegalArgumentException where they do not fit.
    int outputs(int inputs);

    /// Trained tensors, weight before bias.
    List<Parameter> parameters();

    /// Floats of activations that the layer needs in the pass's slab.
    long activations(int inputs, int size, boolean training);

    /// The layer at work on one input batch.
    ///
    /// @param input the batch before it, and its gradient
    Stage bind(Pass pass, Signal input);

    /// A batch and its gradient; the gradient is null where nobody needs it (evaluation; the images).
    record Signal(Batch value, Batch gradient) {}

    /// A bound layer.
    interface Stage {
        /// Where [#forward] writes.
        Signal output();

        void forward();

        /// Reads the output's gradient; writes the parameters' gradients and the input's, where wanted.
        void backward();
    }
}
