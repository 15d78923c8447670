package dev.tombola.nn;

import dev.tombola.tensor.Form;
import dev.tombola.tensor.Mask;
import dev.tombola.tensor.Weights;
import java.util.LinkedHashMap;
import java.util.Map;

/// How the form of each layer is chosen at a level boundary. The choice never changes a bit of the result.
public enum FormChoice {
    /// Compressed where fewer weights survive than [#BREAK_EVEN].
    AUTO,
    /// Every layer dense.
    DENSE,
    /// Every layer compressed, even a full one.
    COMPRESSED;

    /// The fraction of survivors under which the compressed step is the faster one; figures in
    /// bench/RESULTS.md.
    public static final double BREAK_EVEN = 0.55;

    /// The form of one layer of `outputs` × `inputs` weights.
    public Form form(Mask mask, int outputs, int inputs) {
        return switch (this) {
            case AUTO ->
                mask.density() < BREAK_EVEN && Math.max(outputs, inputs) <= Weights.MAX_COMPRESSED_SIDE
                        ? Form.COMPRESSED
                        : Form.DENSE;
            case DENSE -> Form.DENSE;
            case COMPRESSED -> Form.COMPRESSED;
        };
    }

    /// The choice in one sentence.
    public String sentence() {
        return switch (this) {
            case AUTO ->
                "Form auto: a layer is compressed where less than %.0f %% of its weights are left."
                        .formatted(100 * BREAK_EVEN);
            case DENSE -> "Form dense: asked for by name.";
            case COMPRESSED -> "Form compressed: asked for by name.";
        };
    }

    /// The form of every weight tensor by name.
    public Map<String, Form> forms(Plan plan) {
        Map<String, Form> forms = new LinkedHashMap<>();
        for (Linear layer : plan.network().linears()) {
            forms.put(layer.weight().name(), form(plan.mask(layer), plan.outputs(layer), plan.inputs(layer)));
        }
        return forms;
    }
}
