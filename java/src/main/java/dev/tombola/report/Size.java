package dev.tombola.report;

import java.util.List;

/// How the size of a network is counted on the x axis.
public enum Size {
    /// In percent of its own dense network's weights.
    PERCENT,
    /// In weights, so that networks of different widths lie where they belong (paper, figures 31 and 37).
    WEIGHTS;

    double of(RunFiles run, int level) {
        return this == PERCENT ? run.levels().percentLeft(level) : run.levels().weightsLeft(level);
    }

    /// An axis that holds every level of `runs`.
    Axis axis(List<RunFiles> runs) {
        double least = runs.stream()
                .mapToDouble(run -> of(run, run.levels().levels().getLast()))
                .min()
                .orElseThrow();
        return this == PERCENT
                ? Axis.percentLeft(least)
                : Axis.weightsLeft(
                        least,
                        runs.stream()
                                .mapToDouble(run -> run.levels().weightsTotal())
                                .max()
                                .orElseThrow());
    }
}
