package dev.tombola.nn;

/// What a parameter is to pruning and to the optimiser: each role of a weight has its own pruning rate (paper,
/// section 2 and Figure 2).
public enum Role {
    /// Convolution weights.
    CONV,
    /// Weights of a fully connected layer that is not the last.
    FC,
    /// Weights of the last layer.
    OUTPUT,
    /// Weights of a 1×1 convolution beside a residual branch: counted, never pruned (paper, Appendix I).
    SHORTCUT,
    /// Biases, and the shifts of batch normalisation: trained, never pruned.
    BIAS,
    /// Scales of batch normalisation: trained, never pruned.
    SCALE,
    /// Running means: no optimiser touches them.
    MEAN,
    /// Running variances: no optimiser touches them.
    VARIANCE;

    /// Whether it is a weight: it has a mask and counts in percentages.
    public boolean prunable() {
        return switch (this) {
            case CONV, FC, OUTPUT, SHORTCUT -> true;
            case BIAS, SCALE, MEAN, VARIANCE -> false;
        };
    }

    /// Whether an optimiser moves it.
    public boolean trained() {
        return this != MEAN && this != VARIANCE;
    }

    /// The value that all elements start from, where it is not drawn.
    float start() {
        return this == SCALE || this == VARIANCE ? 1f : 0f;
    }
}
