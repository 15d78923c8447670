package dev.tombola.train;

import dev.tombola.nn.Masks;
import dev.tombola.nn.Network;
import dev.tombola.nn.Plan;
import dev.tombola.nn.State;
import dev.tombola.numeric.Precision;
import dev.tombola.optim.Optimizer;
import java.io.Serializable;

/// What is to be trained: everything that decides the bits of the result, but the data.
///
/// @param start initial values; pruned entries are ignored
/// @param first iterations that `start` has behind it: schedule, order of the data and draws go on from there, with a
///     fresh optimiser
/// @param iterations when it ends, counted from 0
/// @param rewind after how many iterations the weights are kept as [Trained#rewind]; 0 for never
/// @param seed, stream of the data order: the recipe's seed and `Stream.trial(trial)`
/// @param batch examples per iteration; an epoch drops its last partial batch
/// @param evaluateEvery iterations between evaluations, at multiples; there is one after the last as well
/// @param precision of the whole training, evaluations and all
public record Task(
        Network network,
        State start,
        Masks masks,
        Optimizer optimizer,
        int first,
        int iterations,
        int rewind,
        int batch,
        int evaluateEvery,
        long seed,
        int stream,
        Augmentation augmentation,
        Precision precision)
        implements Serializable {
    public Task {
        if (first < 0 || first >= iterations) {
            throw new IllegalArgumentException(
                    "a training of %d iterations cannot begin after %d".formatted(iterations, first));
        }
    }

    /// A training from iteration 0 on, on the images as they are, in FP32, of which nothing is kept on the way.
    public Task(
            Network network,
            State start,
            Masks masks,
            Optimizer optimizer,
            int iterations,
            int batch,
            int evaluateEvery,
            long seed,
            int stream) {
        this(
                network,
                start,
                masks,
                optimizer,
                0,
                iterations,
                0,
                batch,
                evaluateEvery,
                seed,
                stream,
                Augmentation.NONE,
                Precision.FP32);
    }

    /// What of the network is at work on these images: an image that is moved may light up any pixel.
    Plan plan(TrainingData data) {
        return augmentation.equals(Augmentation.NONE)
                ? Plan.of(network, masks, data.lit())
                : Plan.ofAllPixels(network, masks);
    }
}
