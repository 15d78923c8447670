package dev.tombola.sweep;

import dev.tombola.nn.CostModel;
import dev.tombola.nn.Dropout;
import dev.tombola.nn.Layer;
import dev.tombola.nn.Network;
import dev.tombola.nn.Parameter;
import dev.tombola.nn.Relu;
import dev.tombola.nn.Residual;
import dev.tombola.nn.Shape;
import dev.tombola.nn.Weighted;
import java.util.ArrayList;
import java.util.List;

/// What there is to do in a network for an example, while nothing is pruned.
final class NetworkWork {
    private final List<Product> products = new ArrayList<>();
    private long passing;
    private long kept;
    private long largest;

    /// A layer that multiplies.
    record Product(Parameter weight, CostModel.Size size) {}

    NetworkWork(Network network) {
        kept = network.inputs();
        passing = network.inputs();
        visit(network.layers(), network.input());
    }

    List<Product> products() {
        return products;
    }

    /// Values that go into or come out of layers without weights, the gathered pixels included.
    long passing() {
        return passing;
    }

    /// Values that a training keeps for the way back.
    long kept() {
        return kept;
    }

    /// The most values that a layer puts out.
    long largest() {
        return largest;
    }

    /// A ReLU is part of the layer before it.
    private Shape visit(List<Layer> layers, Shape input) {
        Shape shape = input;
        for (Layer layer : layers) {
            Shape output = layer.output(shape);
            largest = Math.max(largest, output.features());
            switch (layer) {
                case Weighted weighted -> products.add(product(weighted, output));
                case Relu _, Dropout _ -> {}
                case Residual block -> {
                    visit(block.branch(), shape);
                    visit(block.shortcut(), shape);
                    passing += 2L * output.features();
                }
                default -> passing += shape.features() + output.features();
            }
            kept += layer instanceof Relu ? 0 : output.features();
            shape = output;
        }
        return shape;
    }

    private static Product product(Weighted layer, Shape output) {
        return new Product(
                layer.weight(),
                new CostModel.Size(
                        CostModel.Kind.of(layer), layer.outputs(), layer.inputs() * layer.taps(), output.positions()));
    }
}
