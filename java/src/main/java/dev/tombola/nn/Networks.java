package dev.tombola.nn;

import dev.tombola.base.UserError;
import java.util.List;

/// The networks by name (paper, Figure 2 and Appendices G to I).
public final class Networks {
    private static final Shape CIFAR = new Shape(3, 32, 32);

    private static final List<Network> ALL = List.of(
            perceptron("lenet-300-100", 28, 300, 100),
            perceptron("demo", 14, 100, 50),
            conv("conv-2", 0, 64),
            conv("conv-4", 0, 64, 128),
            conv("conv-6", 0, 64, 128, 256),
            conv("conv-2-dropout", 0.5, 64),
            conv("conv-4-dropout", 0.5, 64, 128),
            conv("conv-6-dropout", 0.5, 64, 128, 256),
            resnet18(),
            vgg19());

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
        LayerList layers = new LayerList(new Shape(1, side, side));
        for (int width : widths) {
            layers.linear(width).relu();
        }
        return layers.output(10).network(name);
    }

    /// Pairs of 3×3 convolutions, each pair followed by max-pooling, then 256, 256 and 10 units.
    ///
    /// @param dropout rate before each fully connected layer, 0 for none
    private static Network conv(String name, double dropout, int... widths) {
        LayerList layers = new LayerList(CIFAR);
        for (int width : widths) {
            layers.conv(width, 3, 1, 1, true).relu();
            layers.conv(width, 3, 1, 1, true).relu().maxPool(2);
        }
        for (int i = 0; i < 2; i++) {
            layers.dropout(dropout).linear(256).relu();
        }
        return layers.dropout(dropout).output(10).network(name);
    }

    /// The residual network of 20 layers for CIFAR-10 that the paper calls Resnet-18: one convolution, then three
    /// blocks each of 16, 32 and 64 channels.
    private static Network resnet18() {
        LayerList layers = new LayerList(CIFAR);
        layers.conv(16, 3, 1, 1, false).batchNorm().relu();
        for (int width : new int[] {16, 32, 64}) {
            for (int block = 0; block < 3; block++) {
                layers.residual(width, block == 0 && width > 16 ? 2 : 1).relu();
            }
        }
        return layers.averagePool().output(10).network("resnet-18");
    }

    /// VGG-19 for CIFAR-10: sixteen 3×3 convolutions with batch normalisation, one fully connected layer.
    private static Network vgg19() {
        LayerList layers = new LayerList(CIFAR);
        int[] widths = {64, 128, 256, 512, 512};
        int[] depths = {2, 2, 4, 4, 4};
        for (int i = 0; i < widths.length; i++) {
            for (int depth = 0; depth < depths[i]; depth++) {
                layers.conv(widths[i], 3, 1, 1, false).batchNorm().relu();
            }
            if (i + 1 < widths.length) {
                layers.maxPool(2);
            }
        }
        return layers.averagePool().output(10).network("vgg-19");
    }
}
