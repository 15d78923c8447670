package dev.tombola.nn;

import java.util.List;

/// A layer that multiplies by weights: `[outputs, inputs]`, or `[outputs, inputs, kernel, kernel]`.
public sealed interface Weighted extends Layer permits Linear, Conv {
    String name();

    Role role();

    /// Features, or channels, that go in.
    int inputs();

    /// Features, or channels, that come out.
    int outputs();

    /// Places of a kernel: 1 for a linear layer.
    int taps();

    /// Whether a bias is added to every output.
    boolean biased();

    Parameter weight();

    default Parameter bias() {
        return new Parameter(name() + ".bias", Role.BIAS, List.of(outputs()));
    }

    @Override
    default List<Parameter> parameters() {
        return biased() ? List.of(weight(), bias()) : List.of(weight());
    }

    @Override
    default boolean rectifies() {
        return true;
    }
}
