package dev.tombola.lottery;

import dev.tombola.kernel.Kernels;
import dev.tombola.nn.CostModel;
import dev.tombola.nn.FormChoice;
import dev.tombola.nn.Masks;
import dev.tombola.nn.Network;
import dev.tombola.nn.Parameters;
import dev.tombola.nn.Pass;
import dev.tombola.nn.Plan;
import dev.tombola.nn.State;
import java.lang.foreign.Arena;

/// A trained network that answers one image at a time, through the same kernels as training and so to the same bits; in
/// FP32, whatever it was trained in.
final class Predictor {
    private final Pass pass;

    Predictor(Network network, Masks masks, State weights, Kernels kernels) {
        Arena arena = Arena.ofAuto();
        Plan plan = Plan.of(network, masks);
        Parameters parameters = Parameters.forInference(
                arena, plan, FormChoice.AUTO.forms(plan, CostModel.constant(0.5, "one image at a time")));
        parameters.load(weights);
        pass = Pass.forInference(arena, plan, parameters, kernels, 1);
    }

    /// Logits of a scaled image.
    synchronized float[] logits(float[] image) {
        for (int l = 0; l < pass.features().length(); l++) {
            pass.input().set(l, 0, image[pass.features().get(l)]);
        }
        pass.forward();
        float[] logits = new float[pass.logits().features()];
        for (int m = 0; m < logits.length; m++) {
            logits[m] = pass.logits().get(m, 0);
        }
        return logits;
    }
}
