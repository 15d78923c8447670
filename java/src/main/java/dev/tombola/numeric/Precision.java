package dev.tombola.numeric;

/// What dense linear layers and convolutions multiply in.
public enum Precision {
    /// binary32, in the canonical order: the same bits everywhere.
    FP32,
    /// On a GPU's tensor cores: factors rounded to TF32, sums in binary32 in the device's own order. The same bits from
    /// one kind of GPU, but not those of [#FP32].
    TF32
}
