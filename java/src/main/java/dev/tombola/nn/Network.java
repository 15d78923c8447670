package dev.tombola.nn;

import java.io.Serializable;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// A network as a value: layers one after another, from images to logits. Holds no numbers.
///
/// @param name as on the command line
/// @param input an image
/// @param layers in order; the last one's outputs are the logits
public record Network(String name, Shape input, List<Layer> layers) implements Serializable {
    public Network {
        layers = List.copyOf(layers);
        output(layers, input);
        Set<String> names = new HashSet<>();
        for (Layer layer : layers) {
            for (Parameter parameter : layer.parameters()) {
                if (!names.add(parameter.name())) {
                    throw new IllegalArgumentException("two layers of %s have a %s".formatted(name, parameter.name()));
                }
            }
        }
    }

    /// What comes out of layers one after another.
    static Shape output(List<Layer> layers, Shape input) {
        Shape shape = input;
        for (Layer layer : layers) {
            shape = layer.output(shape);
        }
        return shape;
    }

    public int channels() {
        return input.channels();
    }

    public int height() {
        return input.height();
    }

    public int width() {
        return input.width();
    }

    /// Values of an image.
    public int inputs() {
        return input.features();
    }

    /// Logits.
    public int classes() {
        return output(layers, input).features();
    }

    /// The most values that any layer puts out for an example.
    int largest() {
        return largest(layers, input);
    }

    private static int largest(List<Layer> layers, Shape input) {
        int most = 0;
        Shape shape = input;
        for (Layer layer : layers) {
            if (layer instanceof Residual block) {
                most = Math.max(most, Math.max(largest(block.branch(), shape), largest(block.shortcut(), shape)));
            }
            shape = layer.output(shape);
            most = Math.max(most, shape.features());
        }
        return most;
    }

    /// Every tensor, layer by layer.
    public List<Parameter> parameters() {
        return layers.stream().flatMap(layer -> layer.parameters().stream()).toList();
    }

    /// The layers that hold weights, in order, a block's branch before its shortcut.
    public List<Weighted> weighted() {
        return flat(layers)
                .filter(Weighted.class::isInstance)
                .map(Weighted.class::cast)
                .toList();
    }

    /// The batch normalisations, in order.
    List<BatchNorm> norms() {
        return flat(layers)
                .filter(BatchNorm.class::isInstance)
                .map(BatchNorm.class::cast)
                .toList();
    }

    /// The parameters that have masks.
    public List<Parameter> prunable() {
        return parameters().stream().filter(Parameter::prunable).toList();
    }

    /// All weights, without biases and normalisation: what percentages refer to.
    public long weights() {
        return prunable().stream().mapToLong(Parameter::count).sum();
    }

    private static Stream<Layer> flat(List<Layer> layers) {
        return layers.stream()
                .flatMap(layer -> layer instanceof Residual block
                        ? Stream.concat(flat(block.branch()), flat(block.shortcut()))
                        : Stream.of(layer));
    }
}
