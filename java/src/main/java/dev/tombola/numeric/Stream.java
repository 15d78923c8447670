package dev.tombola.numeric;

/// The identity of a training, packed into the fourth word of Philox's counter: trial (10 bits), control (4), level
/// (10), draw (8), from the highest bit down. An identity, never a place in a group: a training draws the same numbers
/// alone or beside others.
public final class Stream {
    private Stream() {}

    /// What depends on the trial alone: the ticket's initial values, the split, the order, augmentation, dropout.
    public static int trial(int trial) {
        return of(trial, 0, 0, 0);
    }

    /// What depends on all four: redrawn values and random masks.
    ///
    /// @throws IllegalArgumentException unless trial and level are 0 to 1023, control 0 to 15 and draw 0 to 255
    public static int of(int trial, int control, int level, int draw) {
        return field("trial", trial, 10) << 22
                | field("control", control, 4) << 18
                | field("level", level, 10) << 8
                | field("draw", draw, 8);
    }

    private static int field(String name, int value, int bits) {
        if (value < 0 || value >= 1 << bits) {
            throw new IllegalArgumentException(name + " is " + value + "; it must be 0 to " + ((1 << bits) - 1));
        }
        return value;
    }
}
