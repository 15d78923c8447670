package dev.tombola.nn;

import dev.tombola.tensor.Form;
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
            forms.put(layer.weight().name(), form(plan, layer, costs));
        }
        return forms;
    }

    private static boolean isFirst(Plan plan, Weighted layer) {
        return plan.network().weighted().getFirst().equals(layer);
    }

    private Form form(Plan plan, Weighted layer, CostModel costs) {
        return switch (this) {
            case AUTO ->
                plan.compressible(layer)
                                && plan.mask(layer).density()
                                        < costs.breakEven(CostModel.Size.of(plan, layer), isFirst(plan, layer))
                        ? Form.COMPRESSED
                        : Form.DENSE;
            case DENSE -> Form.DENSE;
            case COMPRESSED -> Form.COMPRESSED;
        };
    }
}
