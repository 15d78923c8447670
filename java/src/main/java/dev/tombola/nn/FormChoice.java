package dev.tombola.nn;

import dev.tombola.tensor.Form;
import dev.tombola.tensor.Weights;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// How the form of each layer is chosen at a level boundary. The choice never changes a bit of the result.
public enum FormChoice {
    /// Compressed where fewer weights survive than the [CostModel] says is worth it.
    AUTO,
    /// Every layer dense.
    DENSE,
    /// Every layer compressed, even a full one.
    COMPRESSED;

    /// The choice in one sentence.
    public String sentence(CostModel costs) {
        return switch (this) {
            case AUTO ->
                "Form auto: a layer is compressed where fewer of its weights are left than " + costs.range() + ".";
            case DENSE -> "Form dense: asked for by name.";
            case COMPRESSED -> "Form compressed: asked for by name.";
        };
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
            case COMPRESSED -> Form.COMPRESSED;
        };
    }
}
