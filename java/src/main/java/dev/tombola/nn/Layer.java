package dev.tombola.nn;

import dev.tombola.tensor.Activation;
import dev.tombola.tensor.Batch;
import java.io.Serializable;
import java.util.List;

/// One layer of a network: its shape, parameters, forward and backward together. A value without state;
/// [#bind] ties it to the parameters and activations of a [Pass].
public sealed interface Layer extends Serializable
        permits Weighted, Relu, MaxPool, AveragePool, BatchNorm, Dropout, Residual {
    /// What comes out where `input` goes in; an IllegalArgumentException that names the layer where it does not fit.
    Shape output(Shape input);

    /// Trained tensors and statistics, weight before bias.
    List<Parameter> parameters();

    /// Whether a ReLU that follows costs nothing of its own: the two are then one stage.
    boolean rectifies();

    /// The layer at work on one input batch.
    ///
    /// @param input the batch before it, and its gradient
    /// @param activation what follows the layer as part of the same stage; identity unless it [#rectifies]
    Stage bind(Pass pass, Signal input, Activation activation, Place place);

    /// A batch and its gradient.
    ///
    /// @param gradient null where nobody needs it (evaluation; the images)
    /// @param rectified whether a ReLU made the value and leaves it to the reader to let no gradient through at 0
    /// @param shape of an example, in channels at work
    record Signal(Batch value, Batch gradient, boolean rectified, Shape shape) {
        /// What a backward operation masks this signal's gradient with, or null.
        Batch gate() {
            return rectified ? value : null;
        }
    }

    /// Where an output lives.
    ///
    /// @param kept it outlasts the next stage: memory of its own; else memory that later stages use again
    /// @param gradient where its gradient is, or null to choose
    record Place(boolean kept, Batch gradient) {}

    /// A bound layer.
    interface Stage {
        /// Where [#forward] writes.
        Signal output();

        /// @param iteration of the training, from 0; any in evaluation
        void forward(int iteration);

        /// Reads the output's gradient; writes the input's, where wanted, and takes iteration 0, 1, …'s step with the
        /// parameters, or leaves their gradients for it.
        void backward(int iteration);
    }
}
