package dev.tombola.lottery;

/// How a table says that an early stop is a lower bound: of one training, or a mean over some of which one is.
///
/// @see LevelRow#stopsAtEnd
public final class EarlyStop {
    /// Stands before the number.
    public static final String AT_LEAST = "≥ ";

    /// The line below the table, without its end.
    public static final String WHY =
            "≥: validation loss of some trainings was lowest at their very end, so the true early stop lies later.";

    private EarlyStop() {}
}
