package dev.tombola.kernel;

/// What one call is tried on: sizes, a mask, a kind of values.
sealed interface Case permits Shape, ImageShape {
    /// Whence the operands' numbers.
    long seed();
}
