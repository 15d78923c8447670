package dev.tombola.nn;

import java.util.List;

/// One trained tensor of a network.
///
/// @param name such as `fc1.weight`, unique in its network
/// @param shape `[out, in]`, `[out, in, kh, kw]` or, for a bias, `[out]`
public record Parameter(String name, Role role, List<Integer> shape) {
    public Parameter {
        shape = List.copyOf(shape);
    }

    /// Values in the dense tensor.
    public int count() {
        return Math.toIntExact(shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact));
    }

    public boolean prunable() {
        return role.prunable();
    }

    /// Inputs that reach one output: in × kh × kw.
    public int fanIn() {
        return count() / shape.getFirst();
    }

    /// Outputs that one input reaches: out × kh × kw.
    public int fanOut() {
        return count() / shape.get(1);
    }
}
