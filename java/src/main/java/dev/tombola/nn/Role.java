package dev.tombola.nn;

/// What a parameter is to pruning: each prunable role has its own rate (paper, section 2 and Figure 2).
public enum Role {
    /// Convolution weights.
    CONV,
    /// Weights of a fully connected layer that is not the last.
    FC,
    /// Weights of the last layer.
    OUTPUT,
    /// Biases: trained, never pruned.
    BIAS;

    public boolean prunable() {
        return this != BIAS;
    }
}
