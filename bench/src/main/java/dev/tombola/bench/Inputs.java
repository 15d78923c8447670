package dev.tombola.bench;

import dev.tombola.nn.Layer;
import dev.tombola.nn.Network;
import dev.tombola.nn.Residual;
import dev.tombola.nn.Shape;
import dev.tombola.nn.Weighted;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// What goes into the layers of a network.
final class Inputs {
    private Inputs() {}

    /// The shape that goes into each layer that has weights, in the network's order.
    static SequencedMap<Weighted, Shape> of(Network network) {
        SequencedMap<Weighted, Shape> inputs = new LinkedHashMap<>();
        add(network.layers(), network.input(), inputs);
        return inputs;
    }

    private static void add(List<Layer> layers, Shape input, SequencedMap<Weighted, Shape> inputs) {
        Shape shape = input;
        for (Layer layer : layers) {
            if (layer instanceof Residual block) {
                add(block.branch(), shape, inputs);
                add(block.shortcut(), shape, inputs);
            } else if (layer instanceof Weighted weighted) {
                inputs.put(weighted, shape);
            }
            shape = layer.output(shape);
        }
    }
}
