package dev.tombola.bench;

import dev.tombola.kernel.Kernels;
import dev.tombola.tensor.Activation;
import dev.tombola.tensor.Augment;
import dev.tombola.tensor.Batch;
import dev.tombola.tensor.Dropout;
import dev.tombola.tensor.Ints;
import dev.tombola.tensor.Norm;
import dev.tombola.tensor.Pixels;
import dev.tombola.tensor.Rule;
import dev.tombola.tensor.Score;
import dev.tombola.tensor.Shuffle;
import dev.tombola.tensor.Span;
import dev.tombola.tensor.Weights;
import dev.tombola.tensor.Window;
import java.util.EnumMap;
import java.util.Map;

/// Kernels that note how long each operation took, the call from Java included. A reading of the clock adds some 20 ns
/// to each.
final class TimedKernels implements Kernels {
    /// What is timed apart.
    enum Part {
        SHUFFLE,
        GATHER,
        CONV_FORWARD,
        CONV_BACKWARD_INPUT,
        CONV_UPDATE,
        LINEAR_FORWARD,
        LINEAR_BACKWARD_INPUT,
        LINEAR_UPDATE,
        NORM,
        POOL,
        ADD,
        DROPOUT,
        RELU,
        LOSS,
        BIAS;

        /// Whether it is one of the products with weights.
        boolean product() {
            return name().startsWith("CONV") || name().startsWith("LINEAR");
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

    private void time(Part part, Runnable operation) {
        long start = System.nanoTime();
        operation.run();
        totals.get(part).nanos += System.nanoTime() - start;
    }

    @Override
    public String name() {
        return kernels.name();
    }

    @Override
    public void linearForward(Weights weights, Span bias, Batch x, Activation activation, Batch y) {
        time(Part.LINEAR_FORWARD, () -> kernels.linearForward(weights, bias, x, activation, y));
    }

    @Override
    public void linearBackwardInput(Weights weights, Batch dy, Batch gate, Batch dx) {
        time(Part.LINEAR_BACKWARD_INPUT, () -> kernels.linearBackwardInput(weights, dy, gate, dx));
    }

    @Override
    public void linearBackwardWeight(Weights weights, Batch x, Batch dy, Span dw) {
        time(Part.LINEAR_UPDATE, () -> kernels.linearBackwardWeight(weights, x, dy, dw));
    }

    @Override
    public void linearUpdate(Rule rule, int iteration, Weights weights, Batch x, Batch dy, Span m, Span v, Span db) {
        time(Part.LINEAR_UPDATE, () -> kernels.linearUpdate(rule, iteration, weights, x, dy, m, v, db));
    }

    @Override
    public void convForward(Window window, Weights weights, Span bias, Batch x, Activation activation, Batch y) {
        time(Part.CONV_FORWARD, () -> kernels.convForward(window, weights, bias, x, activation, y));
    }

    @Override
    public void convBackwardInput(Window window, Weights weights, Batch dy, Batch gate, Batch dx) {
        time(Part.CONV_BACKWARD_INPUT, () -> kernels.convBackwardInput(window, weights, dy, gate, dx));
    }

    @Override
    public void convBackwardWeight(Window window, Weights weights, Batch x, Batch dy, Span dw) {
        time(Part.CONV_UPDATE, () -> kernels.convBackwardWeight(window, weights, x, dy, dw));
    }

    @Override
    public void convUpdate(
            Rule rule, int iteration, Window window, Weights weights, Batch x, Batch dy, Span m, Span v, Span db) {
        time(Part.CONV_UPDATE, () -> kernels.convUpdate(rule, iteration, window, weights, x, dy, m, v, db));
    }

    @Override
    public void maxPoolForward(Window window, Batch x, Batch y) {
        time(Part.POOL, () -> kernels.maxPoolForward(window, x, y));
    }

    @Override
    public void maxPoolBackward(Window window, Batch x, Batch dy, Batch gate, Batch dx) {
        time(Part.POOL, () -> kernels.maxPoolBackward(window, x, dy, gate, dx));
    }

    @Override
    public void averagePoolForward(Batch x, Batch y) {
        time(Part.POOL, () -> kernels.averagePoolForward(x, y));
    }

    @Override
    public void averagePoolBackward(Batch dy, Batch gate, Batch dx) {
        time(Part.POOL, () -> kernels.averagePoolBackward(dy, gate, dx));
    }

    @Override
    public void batchNormForward(Norm norm, Batch x, Activation activation, Batch y) {
        time(Part.NORM, () -> kernels.batchNormForward(norm, x, activation, y));
    }

    @Override
    public void batchNormInfer(Norm norm, Batch x, Activation activation, Batch y) {
        time(Part.NORM, () -> kernels.batchNormInfer(norm, x, activation, y));
    }

    @Override
    public void batchNormBackward(Norm norm, Batch x, Batch dy, Batch gate, Span dscale, Span dshift, Batch dx) {
        time(Part.NORM, () -> kernels.batchNormBackward(norm, x, dy, gate, dscale, dshift, dx));
    }

    @Override
    public void add(Batch a, Batch b, Activation activation, Batch gate, Batch y) {
        time(Part.ADD, () -> kernels.add(a, b, activation, gate, y));
    }

    @Override
    public void dropout(Dropout dropout, int iteration, Batch x, Batch y) {
        time(Part.DROPOUT, () -> kernels.dropout(dropout, iteration, x, y));
    }

    @Override
    public void biasBackward(Batch dy, Span db) {
        time(Part.BIAS, () -> kernels.biasBackward(dy, db));
    }

    @Override
    public void reluForward(Batch x, Batch y) {
        time(Part.RELU, () -> kernels.reluForward(x, y));
    }

    @Override
    public void reluBackward(Batch y, Batch dy, Batch dx) {
        time(Part.RELU, () -> kernels.reluBackward(y, dy, dx));
    }

    @Override
    public void softmaxCrossEntropy(Batch logits, Ints labels, Batch dlogits, Score score) {
        time(Part.LOSS, () -> kernels.softmaxCrossEntropy(logits, labels, dlogits, score));
    }

    @Override
    public void score(Batch logits, Ints labels, Score score) {
        time(Part.LOSS, () -> kernels.score(logits, labels, score));
    }

    @Override
    public void optimizerStep(Rule rule, int iteration, Span w, Span g, Span m, Span v) {
        time(Part.BIAS, () -> kernels.optimizerStep(rule, iteration, w, g, m, v));
    }

    @Override
    public void shuffle(Shuffle shuffle, int epoch, Ints order) {
        time(Part.SHUFFLE, () -> kernels.shuffle(shuffle, epoch, order));
    }

    @Override
    public void gather(Pixels images, Ints features, Ints order, int from, Batch x, Ints labels) {
        time(Part.GATHER, () -> kernels.gather(images, features, order, from, x, labels));
    }

    @Override
    public void gatherAugmented(
            Pixels images, Augment augment, int iteration, Ints order, int from, Batch x, Ints labels) {
        time(Part.GATHER, () -> kernels.gatherAugmented(images, augment, iteration, order, from, x, labels));
    }
}
