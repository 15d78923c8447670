package dev.tombola.kernel.reference;

import dev.tombola.kernel.KernelException;
import dev.tombola.kernel.Kernels;
import dev.tombola.kernel.Status;
import dev.tombola.tensor.Activation;
import dev.tombola.tensor.Batch;
import dev.tombola.tensor.Ints;
import dev.tombola.tensor.Pixels;
import dev.tombola.tensor.Rule;
import dev.tombola.tensor.Score;
import dev.tombola.tensor.Span;
import dev.tombola.tensor.Weights;
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
    public void biasBackward(Batch dy, Span db) {
        if (db.length() != dy.features()) {
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
