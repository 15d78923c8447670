package dev.tombola.report;

/// How the size of a network is counted on the x axis.
public enum Size {
    /// In percent of its own dense network's weights.
    PERCENT,
    /// In weights, so that networks of different widths lie where they belong (paper, figures 31 and 37).
    WEIGHTS;

    /// Of `run` at `level`.
    double of(RunFiles run, int level) {
        return this == PERCENT ? run.levels().percentLeft(level) : run.levels().weightsLeft(level);
    }

    /// Of the dense network of `run`.
    double dense(RunFiles run) {
        return this == PERCENT ? 100 : run.levels().weightsTotal();
    }

    /// From the dense network of `most` to the smallest, of `least`.
    Axis axis(double least, double most) {
        return this == PERCENT ? Axis.percentLeft(least) : Axis.weightsLeft(least, most);
    }
}
