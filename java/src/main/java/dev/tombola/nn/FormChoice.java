package dev.tombola.nn;

import dev.tombola.numeric.Precision;
import dev.tombola.tensor.Form;
import dev.tombola.tensor.Weights;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.IntStream;

/// How the form of each layer is chosen at a level boundary. The choice never changes a bit of the result: of trainings
/// in TF32, where it would, all layers are dense.
public enum FormChoice {
    /// Compressed where fewer weights survive than the [CostModel] says is worth it.
    AUTO,
    /// Every layer dense.
    DENSE,
    /// Every layer compressed, even a full one.
    COMPRESSED,
    /// The same, and a GPU's multiprocessor does a network's steps by itself, one after another: for networks of linear
    /// layers.
    RESIDENT;

    /// Layers whose step is short enough to be noted.
    private static final int MOST_RESIDENT = 6;

    /// Pixels of an image that it tells apart.
    private static final int MOST_PIXELS = Short.MAX_VALUE;

    /// Examples of a batch whose losses have room beside the pixels'.
    private static final int MOST_EXAMPLES = 2048;

    /// The choice in one sentence.
    public String sentence(CostModel costs) {
        return switch (this) {
            case AUTO ->
                "Form auto: a layer is compressed where fewer of its weights are left than " + costs.range() + ".";
            case DENSE -> "Form dense: asked for by name.";
            case COMPRESSED -> "Form compressed: asked for by name.";
            case RESIDENT ->
                "Form resident: asked for by name; every layer is compressed, and each network trains in one"
                        + " multiprocessor.";
        };
    }

    /// Whether trainings of this precision can be had in this form.
    public boolean fits(Precision precision) {
        return precision == Precision.FP32 || this == AUTO || this == DENSE;
    }

    /// What it comes to in trainings of this precision: tensor cores multiply dense layers alone.
    ///
    /// @throws IllegalArgumentException if it does not fit
    public FormChoice in(Precision precision) {
        if (!fits(precision)) {
            throw new IllegalArgumentException("a training in %s is dense, not %s".formatted(precision, this));
        }
        return precision == Precision.TF32 ? DENSE : this;
    }

    /// Whether a network can be trained in this form.
    ///
    /// @param batch examples of a training step
    /// @param whole whether its images are taken as they are, not augmented
    public boolean fits(Network network, int batch, boolean whole) {
        if (this != RESIDENT) {
            return true;
        }
        List<Layer> layers = network.layers();
        long linear = layers.stream().filter(Linear.class::isInstance).count();
        boolean chain = IntStream.range(0, layers.size())
                .allMatch(i -> layers.get(i) instanceof Linear
                        || (layers.get(i) instanceof Relu && i > 0 && layers.get(i - 1) instanceof Linear));
        return whole && chain && linear <= MOST_RESIDENT && network.inputs() <= MOST_PIXELS && batch <= MOST_EXAMPLES;
    }

    /// The form of every weight tensor by name, in the network's order.
    public SequencedMap<String, Form> forms(Plan plan, CostModel costs) {
        SequencedMap<String, Form> forms = new LinkedHashMap<>();
        for (Weighted layer : plan.network().weighted()) {
            forms.put(
                    layer.weight().name(),
                    form(
                            CostModel.Size.of(plan, layer),
                            isFirst(plan, layer),
                            plan.mask(layer).density(),
                            costs));
        }
        return forms;
    }

    private static boolean isFirst(Plan plan, Weighted layer) {
        return plan.network().weighted().getFirst().equals(layer);
    }

    /// The form of a layer of which a share of the weights is left.
    ///
    /// @param first whether it is the network's first layer
    public Form form(CostModel.Size size, boolean first, double density, CostModel costs) {
        return switch (this) {
            case AUTO ->
                Math.max(size.outputs(), size.inputs()) <= Weights.MAX_COMPRESSED_SIDE
                                && density < costs.breakEven(size, first)
                        ? Form.COMPRESSED
                        : Form.DENSE;
            case DENSE -> Form.DENSE;
            case COMPRESSED, RESIDENT -> Form.COMPRESSED;
        };
    }
}
