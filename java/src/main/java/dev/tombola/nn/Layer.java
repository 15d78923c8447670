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
    long activations(Plan plan, int size, boolean training);

    /// The layer at work on one input batch.
    ///
    /// @param input the batch before it, and its gradient
    Stage bind(Pass pass, Signal input);

    /// A batch and its gradient.
    ///
    /// @param gradient null where nobody needs it (evaluation; the images)
    /// @param rectified whether a ReLU made the value and leaves it to the reader to let no gradient through at 0
    record Signal(Batch value, Batch gradient, boolean rectified) {}

    /// A bound layer.
    interface Stage {
        /// Where [#forward] writes.
        Signal output();

        void forward();

        /// Reads the output's gradient; writes the input's, where wanted, and takes iteration 0, 1, …'s step with the
        /// parameters, or leaves their gradients for it.
        void backward(int iteration);
    }
}
