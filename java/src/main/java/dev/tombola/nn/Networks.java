package dev.tombola.nn;

import dev.tombola.base.UserError;
import java.util.ArrayList;
import java.util.List;

/// The networks by name (paper, Figure 2).
public final class Networks {
    private static final List<Network> ALL =
            List.of(perceptron("lenet-300-100", 28, 300, 100, 10), perceptron("demo", 14, 100, 50, 10));

    private Networks() {}

    public static List<Network> all() {
        return ALL;
    }

    public static Network named(String name) {
        return ALL.stream()
                .filter(network -> network.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new UserError("There is no network %s; the networks are %s."
                        .formatted(
                                name,
                                String.join(
                                        ", ", ALL.stream().map(Network::name).toList()))));
    }

    /// Fully connected layers with ReLU between them, on square one-channel images of `side` pixels.
    private static Network perceptron(String name, int side, int... widths) {
        List<Layer> layers = new ArrayList<>();
        int inputs = side * side;
        for (int i = 0; i < widths.length; i++) {
            boolean last = i == widths.length - 1;
            layers.add(new Linear(last ? "output" : "fc" + (i + 1), last ? Role.OUTPUT : Role.FC, inputs, widths[i]));
            if (!last) {
                layers.add(new Relu());
            }
            inputs = widths[i];
        }
        return new Network(name, 1, side, side, layers);
    }
}
