package dev.tombola.lottery;

import dev.tombola.kernel.Kernels;
import dev.tombola.nn.FormChoice;
import dev.tombola.nn.Masks;
import dev.tombola.nn.Network;
import dev.tombola.nn.Parameters;
import dev.tombola.nn.Pass;
import dev.tombola.nn.State;
import java.lang.foreign.Arena;

/// A trained network that answers one image at a time, through the same kernels as training and so to the same bits.
final class Predictor {
    private final Pass pass;

    Predictor(Network network, Masks masks, State weights, Kernels kernels) {
        Arena arena = Arena.ofAuto();
        Parameters parameters = new Parameters(arena, network, masks, FormChoice.AUTO.forms(network, masks));
        parameters.load(weights);
        pass = new Pass(arena, network, parameters, kernels, 1, false);
    }

    /// Logits of a scaled image.
    synchronized float[] logits(float[] image) {
        for (int k = 0; k < image.length; k++) {
            pass.input().set(k, 0, image[k]);
        }
        pass.forward();
        float[] logits = new float[pass.logits().features()];
        for (int m = 0; m < logits.length; m++) {
            logits[m] = pass.logits().get(m, 0);
        }
        return logits;
    }
}
