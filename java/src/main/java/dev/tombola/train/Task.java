package dev.tombola.train;

import dev.tombola.nn.Masks;
import dev.tombola.nn.Network;
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
        int stream) {}
