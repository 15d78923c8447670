package dev.tombola.tensor;

/// How a layer's weights are stored and multiplied. The form never changes a bit of the result: what is
/// multiplied in TF32 has one form alone, dense.
public enum Form {
    /// All M × K values; pruned ones are +0.
    DENSE,
    /// Survivors only, with their positions.
    COMPRESSED
}
