package dev.tombola.train;

import dev.tombola.kernel.Kernels;
import dev.tombola.nn.Parameters;
import dev.tombola.nn.Pass;
import dev.tombola.nn.Plan;
import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.Map;

/// The passes that evaluate one copy of a network's weights, one for each batch size: sets that are evaluated in turn
/// share their memory.
final class Passes {
    private final Arena arena;
    private final Plan plan;
    private final Parameters parameters;
    private final Kernels kernels;
    private final Map<Integer, Pass> bySize = new HashMap<>();

    Passes(Arena arena, Plan plan, Parameters parameters, Kernels kernels) {
        this.arena = arena;
        this.plan = plan;
        this.parameters = parameters;
        this.kernels = kernels;
    }

    Pass of(int size) {
        return bySize.computeIfAbsent(size, n -> Pass.forInference(arena, plan, parameters, kernels, n));
    }

    Kernels kernels() {
        return kernels;
    }

    Arena arena() {
        return arena;
    }
}
