package dev.tombola.sweep;

/// When a training is given up before its end: it then counts as failed. A loss that is not finite ends a training
/// without any rule.
///
/// @param valLoss what the validation loss must not be above
/// @param after iterations before which nothing is given up
public record StopRule(double valLoss, int after) {
    /// Gives nothing up.
    public static final StopRule NEVER = new StopRule(Double.POSITIVE_INFINITY, 0);

    /// Whether a training is given up at an evaluation.
    public boolean stops(int iteration, double loss) {
        return iteration >= after && loss > valLoss;
    }
}
