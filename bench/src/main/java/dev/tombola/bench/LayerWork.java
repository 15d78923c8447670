package dev.tombola.bench;

import dev.tombola.base.UserError;

/// One layer's work: how large, how much of it is left, in which form.
interface LayerWork {
    /// Outputs, or channels that come out.
    int outputs();

    /// Places of a kernel: 1 for a linear layer.
    int taps();

    /// Values of an example that go in.
    int read();

    /// Values of an example that come out.
    int written();

    /// Examples N.
    int batch();

    Thinned weights();

    /// Floating-point operations of one product, a multiplication and an addition each. Pruned weights of a dense form
    /// and the optimiser's own arithmetic do not count.
    double flop();

    /// @throws UserError where there is no example
    static int batch(int batch) {
        if (batch < 1) {
            throw new UserError("batch is " + batch + "; it must be at least 1.");
        }
        return batch;
    }
}
