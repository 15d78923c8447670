package dev.tombola.prune;

/// Which weights are ranked against each other (paper, section 2 and Appendix I).
public enum Scope {
    /// Each layer on its own, at its role's rate.
    LAYER,
    /// All prunable layers whose rate is above 0 together, at one rate.
    GLOBAL
}
