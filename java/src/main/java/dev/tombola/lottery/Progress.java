package dev.tombola.lottery;

/// Where a training and the whole run stand.
///
/// @param job the training
/// @param percentLeft its surviving weights
/// @param iteration, iterations done, and to be done
/// @param iterationsPerSecond of this training so far, evaluation included; NaN before the first evaluation
/// @param valLoss at the last evaluation; NaN before the first
/// @param finished, trainings finished, of the whole run
/// @param secondsLeft for the whole run, a guess from the work done so far; NaN before there is any
public record Progress(
        Job job,
        double percentLeft,
        int iteration,
        int iterations,
        double iterationsPerSecond,
        double valLoss,
        int finished,
        int trainings,
        double secondsLeft) {}
