package dev.tombola.tensor;

/// What follows a layer's sums before they are stored; the ordinal is `tombola_activation`.
public enum Activation {
    IDENTITY,
    /// x ≤ 0 ? +0 : x
    RELU
}
