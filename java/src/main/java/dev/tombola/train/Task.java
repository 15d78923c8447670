package dev.tombola.train;

import dev.tombola.nn.Masks;
import dev.tombola.nn.Network;
import dev.tombola.nn.Plan;
import dev.tombola.nn.State;
import dev.tombola.optim.Optimizer;

/// What is to be trained: everything that decides the bits of the result, but the data.
///
/// @param start initial values; pruned entries are ignored
/// @param seed, stream of the data order: the recipe's seed and `Stream.trial(trial)`
/// @param batch examples per iteration; an epoch drops its last partial batch
/// @param evaluateEvery iterations between evaluations; there is one after the last as well
public record Task(
        Network network,
        State start,
        Masks masks,
        Optimizer optimizer,
        int iterations,
        int batch,
        int evaluateEvery,
        long seed,
        int stream,
        Augmentation augmentation) {
    /// A training on the images as they are.
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
        this(network, start, masks, optimizer, iterations, batch, evaluateEvery, seed, stream, Augmentation.NONE);
    }

    /// What of the network is at work on these images: an image that is moved may light up any pixel.
    Plan plan(TrainingData data) {
        return augmentation.equals(Augmentation.NONE)
                ? Plan.of(network, masks, data.lit())
                : Plan.ofAllPixels(network, masks);
    }
}
