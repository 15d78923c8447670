package dev.tombola.nn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tombola.kernel.Backends;
import dev.tombola.tensor.ReplicaArena;
import org.junit.jupiter.api.Test;

class PassTest {
    /// Hundreds of networks share a GPU's memory: what takes turns is as large as a layer's output, not as an image's.
    @Test
    void anEvaluationTakesMemoryForItsImagesOnce() {
        Network network = Networks.named("lenet-300-100");
        Plan plan = Plan.complete(network, Masks.full(network));
        try (ReplicaArena arena = new ReplicaArena()) {
            Parameters parameters = Parameters.forInference(
                    arena, plan, FormChoice.DENSE.forms(plan, CostModel.constant(0.5, "a test")));
            long before = arena.used();
            Pass.forInference(
                    arena,
                    plan,
                    parameters,
                    Backends.open("reference", Backends.BEST).kernels(),
                    32);
            long lanes = 32 * Float.BYTES;
            long images = 784 * lanes + 784 * Integer.BYTES + 32 * Integer.BYTES;
            assertThat(arena.used() - before).isEqualTo(images + 2 * 300 * lanes + 10 * lanes);
        }
    }
}
