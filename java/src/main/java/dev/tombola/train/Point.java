package dev.tombola.train;

import java.io.Serializable;

/// One evaluation during a training.
///
/// @param iteration iterations done, from 1
/// @param trainLoss mean training loss since the evaluation before, nats
/// @param valLoss mean validation loss, nats
/// @param valAccuracy, testAccuracy fractions, 0 to 1
public record Point(int iteration, double trainLoss, double valLoss, double valAccuracy, double testAccuracy)
        implements Serializable {}
