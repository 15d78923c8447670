package dev.tombola.nn;

import java.util.List;

/// A network as a value: layers one after another, from images to logits. Holds no numbers.
///
/// @param name as on the command line
/// @param channels, height, width of an input image
/// @param layers in order; the last one's outputs are the logits
public record Network(String name, int channels, int height, int width, List<Layer> layers) {
    public Network {
        layers = List.copyOf(layers);
        int features = channels * height * width;
        for (Layer layer : layers) {
            features = layer.outputs(features);
        }
    }

    /// Input features K of the first layer.
    public int inputs() {
        return channels * height * width;
    }

    /// Logits.
    public int classes() {
        int features = inputs();
        for (Layer layer : layers) {
            features = layer.outputs(features);
        }
        return features;
    }

    /// Every trained tensor, layer by layer.
    public List<Parameter> parameters() {
        return layers.stream().flatMap(layer -> layer.parameters().stream()).toList();
    }

    /// The layers that hold weights, in order.
    public List<Linear> linears() {
        return layers.stream()
                .filter(Linear.class::isInstance)
                .map(Linear.class::cast)
                .toList();
    }

    /// The parameters that pruning may touch.
    public List<Parameter> prunable() {
        return parameters().stream().filter(Parameter::prunable).toList();
    }

    /// All weights, without biases: what percentages refer to.
    public long weights() {
        return prunable().stream().mapToLong(Parameter::count).sum();
    }
}
