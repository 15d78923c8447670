package dev.tombola.bench;

import dev.tombola.kernel.Kernels;
import dev.tombola.tensor.Activation;
import dev.tombola.tensor.Batch;
import dev.tombola.tensor.Ints;
import dev.tombola.tensor.Pixels;
import dev.tombola.tensor.Rule;
import dev.tombola.tensor.Score;
import dev.tombola.tensor.Span;
import dev.tombola.tensor.Weights;
import java.util.EnumMap;
import java.util.Map;

/// Kernels that note how long each operation took, the call from Java included. A reading of the clock adds some 20 ns
/// to each.
final class TimedKernels implements Kernels {
    /// What is timed apart.
    enum Part {
        GATHER,
        LINEAR_FORWARD,
        LOSS,
        LINEAR_BACKWARD_INPUT,
        LINEAR_UPDATE,
        BIAS,
        RELU;

        /// Whether it is one of the linear layers' products.
        boolean linear() {
            return name().startsWith("LINEAR");
        }
    }

    private static final class Total {
        private long nanos;
    }

    private final Kernels kernels;
    private final Map<Part, Total> totals = new EnumMap<>(Part.class);

    TimedKernels(Kernels kernels) {
        this.kernels = kernels;
        clear();
    }

    long nanos(Part part) {
        return totals.get(part).nanos;
    }

    void clear() {
        for (Part part : Part.values()) {
            totals.put(part, new Total());
        }
    }

    private void add(Part part, long start) {
        totals.get(part).nanos += System.nanoTime() - start;
    }

    @Override
    public String name() {
        return kernels.name();
    }

    @Override
    public void linearForward(Weights weights, Span bias, Batch x, Activation activation, Batch y) {
        long start = System.nanoTime();
        kernels.linearForward(weights, bias, x, activation, y);
        add(Part.LINEAR_FORWARD, start);
    }

    @Override
    public void linearBackwardInput(Weights weights, Batch dy, Batch gate, Batch dx) {
        long start = System.nanoTime();
        kernels.linearBackwardInput(weights, dy, gate, dx);
        add(Part.LINEAR_BACKWARD_INPUT, start);
    }

    @Override
    public void linearBackwardWeight(Weights weights, Batch x, Batch dy, Span dw) {
        long start = System.nanoTime();
        kernels.linearBackwardWeight(weights, x, dy, dw);
        add(Part.LINEAR_UPDATE, start);
    }

    @Override
    public void linearUpdate(Rule rule, int iteration, Weights weights, Batch x, Batch dy, Span m, Span v) {
        long start = System.nanoTime();
        kernels.linearUpdate(rule, iteration, weights, x, dy, m, v);
        add(Part.LINEAR_UPDATE, start);
    }

    @Override
    public void biasBackward(Batch dy, Span db) {
        long start = System.nanoTime();
        kernels.biasBackward(dy, db);
        add(Part.BIAS, start);
    }

    @Override
    public void reluForward(Batch x, Batch y) {
        long start = System.nanoTime();
        kernels.reluForward(x, y);
        add(Part.RELU, start);
    }

    @Override
    public void reluBackward(Batch y, Batch dy, Batch dx) {
        long start = System.nanoTime();
        kernels.reluBackward(y, dy, dx);
        add(Part.RELU, start);
    }

    @Override
    public void softmaxCrossEntropy(Batch logits, Ints labels, Batch dlogits, Score score) {
        long start = System.nanoTime();
        kernels.softmaxCrossEntropy(logits, labels, dlogits, score);
        add(Part.LOSS, start);
    }

    @Override
    public void score(Batch logits, Ints labels, Score score) {
        long start = System.nanoTime();
        kernels.score(logits, labels, score);
        add(Part.LOSS, start);
    }

    @Override
    public void optimizerStep(Rule rule, int iteration, Span w, Span g, Span m, Span v) {
        long start = System.nanoTime();
        kernels.optimizerStep(rule, iteration, w, g, m, v);
        add(Part.BIAS, start);
    }

    @Override
    public void gather(Pixels images, Ints features, Ints order, int from, Batch x, Ints labels) {
        long start = System.nanoTime();
        kernels.gather(images, features, order, from, x, labels);
        add(Part.GATHER, start);
    }
}
