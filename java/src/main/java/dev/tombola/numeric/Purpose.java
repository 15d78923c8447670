package dev.tombola.numeric;

/// What a draw is for. Purpose and layer share the third word of Philox's counter, so no two uses see the same
/// numbers. The numbers are part of what a seed means: never change one, never use one again.
public enum Purpose {
    /// Initial values of a trial's ticket.
    INITIAL_VALUES(1),
    /// Fresh initial values of a control.
    REINIT(2),
    /// Which training examples are held out for validation.
    SPLIT(3),
    /// The order of the training examples in an epoch.
    ORDER(4),
    /// Places of a random mask.
    RANDOM_MASK(5),
    /// Units dropped in an iteration.
    DROPOUT(6),
    /// Crops and flips.
    AUGMENT(7),
    /// Images that the program draws itself.
    SYNTHETIC(8),
    /// Values that a sweep samples.
    SWEEP(9),
    /// Which of a ticket's own initial values a weight gets.
    RESAMPLE(10),
    /// Noise on initial values.
    NOISE(11);

    private final int number;

    Purpose(int number) {
        this.number = number;
    }

    /// The counter word `number << 16 | layer`.
    ///
    /// @throws IllegalArgumentException unless 0 ≤ layer < 65536
    public int word(int layer) {
        if (layer < 0 || layer >= 1 << 16) {
            throw new IllegalArgumentException("layer is " + layer + "; it must be 0 to 65535");
        }
        return number << 16 | layer;
    }

    /// The counter word of a purpose that belongs to no layer.
    public int word() {
        return word(0);
    }
}
