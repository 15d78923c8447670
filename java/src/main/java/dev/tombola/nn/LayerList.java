package dev.tombola.nn;

import java.util.ArrayList;
import java.util.List;

/// Puts a network together layer by layer: each is given what the one before puts out, and a name by its kind and
/// number (`conv1`, `fc2`, `bn3`, `block4.conv1`).
public final class LayerList {
    /// Values of an example between two layers, at most: a batch of 64 of them has 8 GiB.
    static final long MOST_VALUES = 1L << 25;

    private final Shape input;
    private final String prefix;
    private final List<Layer> layers = new ArrayList<>();
    private Shape shape;
    private int convs;
    private int linears;
    private int norms;
    private int dropouts;
    private int blocks;
    private long weights;

    /// @throws IllegalArgumentException if the image is too large, as every layer that does not fit
    public LayerList(Shape input) {
        this(requireFit("an image", input), "");
    }

    private LayerList(Shape input, String prefix) {
        this.input = input;
        this.prefix = prefix;
        this.shape = input;
    }

    /// What the layers so far put out.
    public Shape shape() {
        return shape;
    }

    /// A fully connected layer that is not the last.
    public LayerList linear(int outputs) {
        return add(new Linear(prefix + "fc" + ++linears, Role.FC, shape.features(), outputs));
    }

    /// The last layer.
    public LayerList output(int classes) {
        return add(new Linear(prefix + "output", Role.OUTPUT, shape.features(), classes));
    }

    /// @param kernel rows and columns of the kernel
    public LayerList conv(int outputs, int kernel, int stride, int padding, boolean biased) {
        String name = prefix + "conv" + ++convs;
        return add(new Conv(name, Role.CONV, shape.channels(), outputs, kernel, stride, padding, biased));
    }

    public LayerList batchNorm() {
        return add(new BatchNorm(prefix + "bn" + ++norms, shape.channels()));
    }

    public LayerList relu() {
        return add(new Relu());
    }

    public LayerList maxPool(int size) {
        return add(new MaxPool(size));
    }

    public LayerList averagePool() {
        return add(new AveragePool());
    }

    /// @param rate 0 for no dropout at all
    public LayerList dropout(double rate) {
        return rate == 0 ? this : add(new Dropout(dropouts++, rate));
    }

    /// A basic residual block: two 3×3 convolutions with batch normalisation beside the identity or, where the shape
    /// changes, beside a 1×1 convolution with batch normalisation.
    public LayerList residual(int outputs, int stride) {
        String name = prefix + "block" + ++blocks;
        LayerList branch = new LayerList(shape, name + ".");
        branch.conv(outputs, 3, stride, 1, false).batchNorm().relu();
        branch.conv(outputs, 3, 1, 1, false).batchNorm();
        LayerList shortcut = new LayerList(shape, name + ".shortcut.");
        if (stride != 1 || outputs != shape.channels()) {
            int channels = shape.channels();
            shortcut.add(new Conv(name + ".shortcut", Role.SHORTCUT, channels, outputs, 1, stride, 0, false));
            shortcut.batchNorm();
        }
        return add(new Residual(name, branch.layers, shortcut.layers));
    }

    public Network network(String name) {
        return new Network(name, input, layers);
    }

    private LayerList add(Layer layer) {
        shape = requireFit("it", layer.output(shape));
        for (Parameter parameter : layer.parameters()) {
            weights += parameter.shape().stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
        }
        if (weights > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "with it the network has %,d weights; it may have %,d".formatted(weights, Integer.MAX_VALUE));
        }
        layers.add(layer);
        return this;
    }

    private static Shape requireFit(String who, Shape shape) {
        double values = (double) shape.channels() * shape.height() * shape.width();
        if (values > MOST_VALUES) {
            throw new IllegalArgumentException("%s has %d×%d×%d = %,.0f values for each example; at most %,d fit"
                    .formatted(who, shape.channels(), shape.height(), shape.width(), values, MOST_VALUES));
        }
        return shape;
    }
}
