package dev.tombola.kernel.reference;

import static dev.tombola.kernel.reference.Checks.averages;
import static dev.tombola.kernel.reference.Checks.drops;
import static dev.tombola.kernel.reference.Checks.featuresFit;
import static dev.tombola.kernel.reference.Checks.fits;
import static dev.tombola.kernel.reference.Checks.gates;
import static dev.tombola.kernel.reference.Checks.imagesInRange;
import static dev.tombola.kernel.reference.Checks.labelsInRange;
import static dev.tombola.kernel.reference.Checks.places;
import static dev.tombola.kernel.reference.Checks.same;
import static dev.tombola.kernel.reference.Checks.statistics;
import static dev.tombola.kernel.reference.Checks.step;

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
import dev.tombola.tensor.Shuffle;
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
        if (!fits(weights, dx, dy) || !gates(gate, dx)) {
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
        if (!fits(window, weights, dx, dy) || !gates(gate, dx)) {
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
            Rule rule, int iteration, Window window, Weights weights, Batch x, Batch dy, Span m, Span v, Span db) {
        boolean fits = fits(window, weights, x, dy) && (db == null || db.length() == weights.outputs());
        Status status = fits ? step(rule, iteration, weights.values(), m, v) : Status.SHAPE;
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
                v,
                "db",
                db
            };
            throw refused("convUpdate", status, operands);
        }
        try (Arena arena = Arena.ofConfined()) {
            Span dw = Span.allocate(arena, weights.values().length());
            ConvLoops.backwardWeight(window, weights, x, dy, dw);
            OptimizerLoops.step(rule, iteration, weights.values(), dw, m, v);
        }
        if (db != null) {
            LinearLoops.biasBackward(dy, db);
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
        if (!fits(window, x, dy) || !same(x, dx) || !gates(gate, dx)) {
            Object[] operands = {"window", window, "x", x, "dy", dy, "gate", gate, "dx", dx};
            throw refused("maxPoolBackward", Status.SHAPE, operands);
        }
        PoolLoops.maxBackward(window, x, dy, dx);
        end(Activation.IDENTITY, gate, dx);
    }

    @Override
    public void averagePoolForward(Batch x, Batch y) {
        if (!averages(x, y)) {
            throw refused("averagePoolForward", Status.SHAPE, "x", x, "y", y);
        }
        PoolLoops.averageForward(x, y);
    }

    @Override
    public void averagePoolBackward(Batch dy, Batch gate, Batch dx) {
        if (!averages(dx, dy) || !gates(gate, dx)) {
            throw refused("averagePoolBackward", Status.SHAPE, "dy", dy, "gate", gate, "dx", dx);
        }
        PoolLoops.averageBackward(dy, dx);
        end(Activation.IDENTITY, gate, dx);
    }

    @Override
    public void batchNormForward(Norm norm, Batch x, Activation activation, Batch y) {
        Status status = fits(norm, x, y) ? statistics(norm) : Status.SHAPE;
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
        Status status = fits(norm, x, dy) ? statistics(norm) : Status.SHAPE;
        if (status == Status.OK && !(same(dy, dx) && gates(gate, dx) && fits(norm, dscale) && fits(norm, dshift))) {
            status = Status.SHAPE;
        }
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
        if (!same(a, b) || !same(b, y) || !gates(gate, y)) {
            throw refused("add", Status.SHAPE, "a", a, "b", b, "gate", gate, "y", y);
        }
        PointwiseLoops.add(a, b, y);
        end(activation, gate, y);
    }

    @Override
    public void dropout(Dropout dropout, int iteration, Batch x, Batch y) {
        Status status = same(x, y) ? drops(dropout, iteration, x.features()) : Status.SHAPE;
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
    public void linearUpdate(Rule rule, int iteration, Weights weights, Batch x, Batch dy, Span m, Span v, Span db) {
        boolean fits = fits(weights, x, dy) && (db == null || db.length() == weights.outputs());
        Status status = fits ? step(rule, iteration, weights.values(), m, v) : Status.SHAPE;
        if (status != Status.OK) {
            Object[] operands = {
                "rule", rule, "iteration", iteration, "weights", weights, "x", x, "dy", dy, "m", m, "v", v, "db", db
            };
            throw refused("linearUpdate", status, operands);
        }
        try (Arena arena = Arena.ofConfined()) {
            Span dw = Span.allocate(arena, weights.values().length());
            LinearLoops.backwardWeight(weights, x, dy, dw);
            OptimizerLoops.step(rule, iteration, weights.values(), dw, m, v);
        }
        if (db != null) {
            LinearLoops.biasBackward(dy, db);
        }
    }

    @Override
    public void optimizerStep(Rule rule, int iteration, Span w, Span g, Span m, Span v) {
        Status status = step(rule, iteration, w, m, v);
        if (status == Status.OK && !same(w, g)) {
            status = Status.SHAPE;
        }
        if (status != Status.OK) {
            throw refused(
                    "optimizerStep", status, "rule", rule, "iteration", iteration, "w", w, "g", g, "m", m, "v", v);
        }
        OptimizerLoops.step(rule, iteration, w, g, m, v);
    }

    @Override
    public void shuffle(Shuffle shuffle, int epoch, Ints order) {
        Status status = epoch < 0 ? Status.RANGE : order.length() == shuffle.size() ? Status.OK : Status.SHAPE;
        if (status != Status.OK) {
            throw refused("shuffle", status, "shuffle", shuffle, "epoch", epoch, "order", order);
        }
        ExampleLoops.shuffle(shuffle, epoch, order);
    }

    @Override
    public void gather(Pixels images, Ints features, Ints order, int from, Batch x, Ints labels) {
        Status status = places(order, from, x, labels);
        if (status == Status.OK) {
            status = featuresFit(images, features, x.features());
        }
        if (status == Status.OK) {
            status = imagesInRange(images, order, from, x.size());
        }
        if (status != Status.OK) {
            Object[] operands = {
                "images", images, "features", features, "order", order, "from", from, "x", x, "labels", labels
            };
            throw refused("gather", status, operands);
        }
        ExampleLoops.gather(images, features, order, from, x, labels);
    }

    @Override
    public void gatherAugmented(
            Pixels images, Augment augment, int iteration, Ints order, int from, Batch x, Ints labels) {
        Status status = places(order, from, x, labels);
        if (status == Status.OK && !fits(images, augment, x)) {
            status = Status.SHAPE;
        }
        if (status == Status.OK) {
            status = iteration < 0 ? Status.RANGE : imagesInRange(images, order, from, x.size());
        }
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
        ExampleLoops.gatherAugmented(images, augment, iteration, order, from, x, labels);
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

    private KernelException refused(String operation, Status status, Object... operands) {
        return KernelException.of(operation, this, status, operands);
    }
}
