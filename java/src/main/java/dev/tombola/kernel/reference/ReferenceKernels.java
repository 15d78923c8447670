package dev.tombola.kernel.reference;

import dev.tombola.kernel.KernelException;
import dev.tombola.kernel.Kernels;
import dev.tombola.kernel.Status;
import dev.tombola.tensor.Activation;
import dev.tombola.tensor.Augment;
import dev.tombola.tensor.Batch;
import dev.tombola.tensor.Dropout;
import dev.tombola.tensor.Ints;
import dev.tombola.tensor.Norm;
import dev.tombola.tensor.Pixels;
import dev.tombola.tensor.Rule;
import dev.tombola.tensor.Score;
import dev.tombola.tensor.Span;
import dev.tombola.tensor.Weights;
import dev.tombola.tensor.Window;
import java.lang.foreign.Arena;

/// Plain Java, the shortest correct loops: operands are checked here, in the order in which the C drivers
/// check them, and the arithmetic is in the loop classes. Without state, so any thread may call.
public final class ReferenceKernels implements Kernels {
    @Override
    public String name() {
        return "reference";
    }

    @Override
    public void linearForward(Weights weights, Span bias, Batch x, Activation activation, Batch y) {
        if (bias.length() != weights.outputs() || !fits(weights, x, y)) {
            throw refused("linearForward", Status.SHAPE, "weights", weights, "bias", bias, "x", x, "y", y);
        }
        LinearLoops.forward(weights, bias, x, y);
        if (activation == Activation.RELU) {
            PointwiseLoops.reluForward(y, y);
        }
    }

    @Override
    public void linearBackwardInput(Weights weights, Batch dy, Batch gate, Batch dx) {
        if (!fits(weights, dx, dy) || (gate != null && !same(gate, dx))) {
            throw refused("linearBackwardInput", Status.SHAPE, "weights", weights, "dy", dy, "gate", gate, "dx", dx);
        }
        LinearLoops.backwardInput(weights, dy, dx);
        if (gate != null) {
            PointwiseLoops.reluBackward(gate, dx, dx);
        }
    }

    @Override
    public void linearBackwardWeight(Weights weights, Batch x, Batch dy, Span dw) {
        if (dw.length() != weights.values().length() || !fits(weights, x, dy)) {
            throw refused("linearBackwardWeight", Status.SHAPE, "weights", weights, "x", x, "dy", dy, "dw", dw);
        }
        LinearLoops.backwardWeight(weights, x, dy, dw);
    }

    @Override
    public void convForward(Window window, Weights weights, Span bias, Batch x, Activation activation, Batch y) {
        if (!fits(window, weights, x, y) || (bias != null && bias.length() != weights.outputs())) {
            throw refused(
                    "convForward", Status.SHAPE, "window", window, "weights", weights, "bias", bias, "x", x, "y", y);
        }
        ConvLoops.forward(window, weights, bias, x, y);
        end(activation, null, y);
    }

    @Override
    public void convBackwardInput(Window window, Weights weights, Batch dy, Batch gate, Batch dx) {
        if (!fits(window, weights, dx, dy) || (gate != null && !same(gate, dx))) {
            Object[] operands = {"window", window, "weights", weights, "dy", dy, "gate", gate, "dx", dx};
            throw refused("convBackwardInput", Status.SHAPE, operands);
        }
        ConvLoops.backwardInput(window, weights, dy, dx);
        end(Activation.IDENTITY, gate, dx);
    }

    @Override
    public void convBackwardWeight(Window window, Weights weights, Batch x, Batch dy, Span dw) {
        if (!fits(window, weights, x, dy) || !same(weights.values(), dw)) {
            Object[] operands = {"window", window, "weights", weights, "x", x, "dy", dy, "dw", dw};
            throw refused("convBackwardWeight", Status.SHAPE, operands);
        }
        ConvLoops.backwardWeight(window, weights, x, dy, dw);
    }

    @Override
    public void convUpdate(
            Rule rule, int iteration, Window window, Weights weights, Batch x, Batch dy, Span m, Span v) {
        Status status = !fits(window, weights, x, dy)
                ? Status.SHAPE
                : outside(rule, iteration)
                        ? Status.RANGE
                        : stateFits(rule, weights.values(), m, v) ? Status.OK : Status.SHAPE;
        if (status != Status.OK) {
            Object[] operands = {
                "rule",
                rule,
                "iteration",
                iteration,
                "window",
                window,
                "weights",
                weights,
                "x",
                x,
                "dy",
                dy,
                "m",
                m,
                "v",
                v
            };
            throw refused("convUpdate", status, operands);
        }
        try (Arena arena = Arena.ofConfined()) {
            Span dw = Span.allocate(arena, weights.values().length());
            ConvLoops.backwardWeight(window, weights, x, dy, dw);
            OptimizerLoops.step(rule, iteration, weights.values(), dw, m, v);
        }
    }

    @Override
    public void maxPoolForward(Window window, Batch x, Batch y) {
        if (!fits(window, x, y)) {
            throw refused("maxPoolForward", Status.SHAPE, "window", window, "x", x, "y", y);
        }
        PoolLoops.maxForward(window, x, y);
    }

    @Override
    public void maxPoolBackward(Window window, Batch x, Batch dy, Batch gate, Batch dx) {
        if (!fits(window, x, dy) || !same(x, dx) || (gate != null && !same(gate, dx))) {
            Object[] operands = {"window", window, "x", x, "dy", dy, "gate", gate, "dx", dx};
            throw refused("maxPoolBackward", Status.SHAPE, operands);
        }
        PoolLoops.maxBackward(window, x, dy, dx);
        end(Activation.IDENTITY, gate, dx);
    }

    @Override
    public void averagePoolForward(Batch x, Batch y) {
        if (x.features() % y.features() != 0 || x.size() != y.size()) {
            throw refused("averagePoolForward", Status.SHAPE, "x", x, "y", y);
        }
        PoolLoops.averageForward(x, y);
    }

    @Override
    public void averagePoolBackward(Batch dy, Batch gate, Batch dx) {
        if (dx.features() % dy.features() != 0 || dx.size() != dy.size() || (gate != null && !same(gate, dx))) {
            throw refused("averagePoolBackward", Status.SHAPE, "dy", dy, "gate", gate, "dx", dx);
        }
        PoolLoops.averageBackward(dy, dx);
        end(Activation.IDENTITY, gate, dx);
    }

    @Override
    public void batchNormForward(Norm norm, Batch x, Activation activation, Batch y) {
        Status status = norm.mean() == null ? Status.NULL : fits(norm, x, y) ? Status.OK : Status.SHAPE;
        if (status != Status.OK) {
            throw refused("batchNormForward", status, "norm", norm, "x", x, "y", y);
        }
        NormLoops.forward(norm, x, y);
        end(activation, null, y);
    }

    @Override
    public void batchNormInfer(Norm norm, Batch x, Activation activation, Batch y) {
        if (!fits(norm, x, y)) {
            throw refused("batchNormInfer", Status.SHAPE, "norm", norm, "x", x, "y", y);
        }
        NormLoops.infer(norm, x, y);
        end(activation, null, y);
    }

    @Override
    public void batchNormBackward(Norm norm, Batch x, Batch dy, Batch gate, Span dscale, Span dshift, Batch dx) {
        boolean fits = fits(norm, x, dy)
                && same(dy, dx)
                && (gate == null || same(gate, dx))
                && same(norm.scale(), dscale)
                && same(norm.scale(), dshift);
        Status status = norm.mean() == null ? Status.NULL : fits ? Status.OK : Status.SHAPE;
        if (status != Status.OK) {
            Object[] operands = {
                "norm", norm, "x", x, "dy", dy, "gate", gate, "dscale", dscale, "dshift", dshift, "dx", dx
            };
            throw refused("batchNormBackward", status, operands);
        }
        NormLoops.backward(norm, x, dy, dscale, dshift, dx);
        end(Activation.IDENTITY, gate, dx);
    }

    @Override
    public void add(Batch a, Batch b, Activation activation, Batch gate, Batch y) {
        if (!same(a, b) || !same(b, y) || (gate != null && !same(gate, y))) {
            throw refused("add", Status.SHAPE, "a", a, "b", b, "gate", gate, "y", y);
        }
        PointwiseLoops.add(a, b, y);
        end(activation, gate, y);
    }

    @Override
    public void dropout(Dropout dropout, int iteration, Batch x, Batch y) {
        boolean fits = same(x, y) && (dropout.units() == null || dropout.units().length() >= x.features());
        Status status = !fits ? Status.SHAPE : iteration < 0 ? Status.RANGE : Status.OK;
        if (status != Status.OK) {
            throw refused("dropout", status, "dropout", dropout, "iteration", iteration, "x", x, "y", y);
        }
        PointwiseLoops.dropout(dropout, iteration, x, y);
    }

    @Override
    public void biasBackward(Batch dy, Span db) {
        if (db.length() == 0 || dy.features() % db.length() != 0) {
            throw refused("biasBackward", Status.SHAPE, "dy", dy, "db", db);
        }
        LinearLoops.biasBackward(dy, db);
    }

    @Override
    public void reluForward(Batch x, Batch y) {
        if (!same(x, y)) {
            throw refused("reluForward", Status.SHAPE, "x", x, "y", y);
        }
        PointwiseLoops.reluForward(x, y);
    }

    @Override
    public void reluBackward(Batch y, Batch dy, Batch dx) {
        if (!same(y, dy) || !same(dy, dx)) {
            throw refused("reluBackward", Status.SHAPE, "y", y, "dy", dy, "dx", dx);
        }
        PointwiseLoops.reluBackward(y, dy, dx);
    }

    @Override
    public void softmaxCrossEntropy(Batch logits, Ints labels, Batch dlogits, Score score) {
        Status status = labels.length() < logits.size() || !same(logits, dlogits)
                ? Status.SHAPE
                : labelsInRange(logits, labels);
        if (status != Status.OK) {
            throw refused("softmaxCrossEntropy", status, "logits", logits, "labels", labels, "dlogits", dlogits);
        }
        LossLoops.softmaxCrossEntropy(logits, labels, dlogits, score);
    }

    @Override
    public void score(Batch logits, Ints labels, Score score) {
        Status status = labels.length() < logits.size() ? Status.SHAPE : labelsInRange(logits, labels);
        if (status != Status.OK) {
            throw refused("score", status, "logits", logits, "labels", labels);
        }
        LossLoops.softmaxCrossEntropy(logits, labels, null, score);
    }

    @Override
    public void linearUpdate(Rule rule, int iteration, Weights weights, Batch x, Batch dy, Span m, Span v) {
        Status status = outside(rule, iteration)
                ? Status.RANGE
                : fits(weights, x, dy) && stateFits(rule, weights.values(), m, v) ? Status.OK : Status.SHAPE;
        if (status != Status.OK) {
            throw refused(
                    "linearUpdate",
                    status,
                    "rule",
                    rule,
                    "iteration",
                    iteration,
                    "weights",
                    weights,
                    "x",
                    x,
                    "dy",
                    dy,
                    "m",
                    m,
                    "v",
                    v);
        }
        try (Arena arena = Arena.ofConfined()) {
            Span dw = Span.allocate(arena, weights.values().length());
            LinearLoops.backwardWeight(weights, x, dy, dw);
            OptimizerLoops.step(rule, iteration, weights.values(), dw, m, v);
        }
    }

    @Override
    public void optimizerStep(Rule rule, int iteration, Span w, Span g, Span m, Span v) {
        Status status = outside(rule, iteration)
                ? Status.RANGE
                : same(w, g) && stateFits(rule, w, m, v) ? Status.OK : Status.SHAPE;
        if (status != Status.OK) {
            throw refused(
                    "optimizerStep", status, "rule", rule, "iteration", iteration, "w", w, "g", g, "m", m, "v", v);
        }
        OptimizerLoops.step(rule, iteration, w, g, m, v);
    }

    @Override
    public void gather(Pixels images, Ints features, Ints order, int from, Batch x, Ints labels) {
        Status status = labels.length() < x.size() ? Status.SHAPE : featuresFit(images, features, x.features());
        if (status == Status.OK) {
            status = imagesInRange(images, order, from, x.size());
        }
        if (status != Status.OK) {
            throw refused(
                    "gather",
                    status,
                    "images",
                    images,
                    "features",
                    features,
                    "order",
                    order,
                    "from",
                    from,
                    "x",
                    x,
                    "labels",
                    labels);
        }
        PointwiseLoops.gather(images, features, order, from, x, labels);
    }

    @Override
    public void gatherAugmented(
            Pixels images, Augment augment, int iteration, Ints order, int from, Batch x, Ints labels) {
        int area = augment.height() * augment.width();
        Status status = labels.length() < x.size() || images.features() != x.features() || images.area() != area
                ? Status.SHAPE
                : iteration < 0 ? Status.RANGE : imagesInRange(images, order, from, x.size());
        if (status != Status.OK) {
            Object[] operands = {
                "images",
                images,
                "augment",
                augment,
                "iteration",
                iteration,
                "order",
                order,
                "from",
                from,
                "x",
                x,
                "labels",
                labels
            };
            throw refused("gatherAugmented", status, operands);
        }
        PointwiseLoops.gatherAugmented(images, augment, iteration, order, from, x, labels);
    }

    /// What follows the sums: a ReLU, or a mask.
    private static void end(Activation activation, Batch gate, Batch y) {
        if (activation == Activation.RELU) {
            PointwiseLoops.reluForward(y, y);
        }
        if (gate != null) {
            PointwiseLoops.reluBackward(gate, y, y);
        }
    }

    private static boolean fits(Window window, Weights weights, Batch x, Batch y) {
        return weights.taps() == window.taps()
                && weights.inputs() == window.channels() * window.taps()
                && x.features() == window.features()
                && y.features() == weights.outputs() * window.positions()
                && x.size() == y.size();
    }

    /// Whether windows do not overlap and x is pooled to y.
    private static boolean fits(Window window, Batch x, Batch y) {
        return window.stride() == window.kernelHeight()
                && window.stride() == window.kernelWidth()
                && window.padding() == 0
                && x.features() == window.features()
                && y.features() == window.channels() * window.positions()
                && x.size() == y.size();
    }

    private static boolean fits(Norm norm, Batch x, Batch y) {
        return x.features() % norm.channels() == 0 && same(x, y);
    }

    private static boolean outside(Rule rule, int iteration) {
        return iteration < 0 || iteration >= rule.iterations();
    }

    private static boolean stateFits(Rule rule, Span w, Span m, Span v) {
        return same(w, m) && (rule.kind() != Rule.Kind.ADAM || same(w, v));
    }

    private static Status featuresFit(Pixels images, Ints features, int lines) {
        if (features == null) {
            return images.features() == lines ? Status.OK : Status.SHAPE;
        }
        if (features.length() < lines) {
            return Status.SHAPE;
        }
        int least = 0;
        for (int line = 0; line < lines; line++) {
            int feature = features.get(line);
            if (feature < least || feature >= images.features()) {
                return Status.RANGE;
            }
            least = feature + 1;
        }
        return Status.OK;
    }

    private static boolean fits(Weights weights, Batch x, Batch y) {
        return x.features() == weights.inputs() && y.features() == weights.outputs() && x.size() == y.size();
    }

    private static boolean same(Batch a, Batch b) {
        return a.features() == b.features() && a.size() == b.size();
    }

    private static boolean same(Span a, Span b) {
        return a.length() == b.length();
    }

    private static Status labelsInRange(Batch logits, Ints labels) {
        for (int n = 0; n < logits.size(); n++) {
            if (labels.get(n) < 0 || labels.get(n) >= logits.features()) {
                return Status.RANGE;
            }
        }
        return Status.OK;
    }

    private static Status imagesInRange(Pixels images, Ints order, int from, int size) {
        if (from < 0 || from > order.length() - size) {
            return Status.RANGE;
        }
        for (int n = from; n < from + size; n++) {
            int image = order.get(n);
            if (image < 0 || image >= images.count() || images.label(image) >= images.classes()) {
                return Status.RANGE;
            }
        }
        return Status.OK;
    }

    private KernelException refused(String operation, Status status, Object... operands) {
        return KernelException.of(operation, this, status, operands);
    }
}
