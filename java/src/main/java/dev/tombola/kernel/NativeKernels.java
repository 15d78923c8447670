package dev.tombola.kernel;

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
import java.lang.foreign.MemorySegment;
import java.util.function.Supplier;

/// The C kernels of one instruction set. Operands cross as descriptors, so a closed arena or a foreign
/// thread is caught before the call; C checks all sizes that a descriptor tells, and here are checked
/// those that it does not. Nothing is allocated unless a call fails. Without state, so any thread may call.
public final class NativeKernels implements Kernels {
    private final String name;
    private final MemorySegment context;
    private final NativeLibrary library;
    private final NativeFunctions functions;
    private final MemorySegment helped; // null on a GPU
    private final NativeImages images;
    private final NativeExamples examples;

    private NativeKernels(NativeLibrary library, NativeContext context) {
        this.name = context.isa().equals(NativeContext.CUDA) ? context.isa() : "cpu, " + context.isa();
        this.context = context.address();
        this.library = library;
        this.functions = NativeFunctions.of(library);
        this.helped = context.isa().equals(NativeContext.CUDA) ? null : library.function("tombola_helped");
        this.images = new NativeImages(this, this.context, functions);
        this.examples = new NativeExamples(this, this.context, functions);
    }

    /// The kernels of an instruction set of this machine.
    ///
    /// @param isa `best`, or the name of an instruction set, which is then used or refused
    /// @throws dev.tombola.base.UserError where the library, or that instruction set, does not run here
    public static NativeKernels open(String isa) {
        return open(NativeLibrary.cpu(), isa);
    }

    static NativeKernels open(NativeLibrary library, String isa) {
        return of(library, NativeContext.open(library, isa));
    }

    static NativeKernels of(NativeLibrary library, NativeContext context) {
        return new NativeKernels(library, context);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean help(int more) {
        return helped == null ? more <= 0 : Helpers.add(library, more);
    }

    @Override
    public <T> T alone(Supplier<T> work) {
        return helped == null ? work.get() : Helpers.alone(library, work);
    }

    @Override
    public long helpedNanos() {
        return helped == null ? 0 : Helpers.nanos(helped);
    }

    @Override
    public void linearForward(Weights weights, Span bias, Batch x, Activation activation, Batch y) {
        int status = Downcalls.forward(
                functions.linearForward(),
                context,
                weights.descriptor(),
                bias.descriptor(),
                x.descriptor(),
                activation.code(),
                y.descriptor());
        if (status != 0) {
            throw refused("linearForward", status, "weights", weights, "bias", bias, "x", x, "y", y);
        }
    }

    @Override
    public void linearBackwardInput(Weights weights, Batch dy, Batch gate, Batch dx) {
        int status = Downcalls.five(
                functions.linearBackwardInput(),
                context,
                weights.descriptor(),
                dy.descriptor(),
                orNull(gate),
                dx.descriptor());
        if (status != 0) {
            throw refused("linearBackwardInput", status, "weights", weights, "dy", dy, "gate", gate, "dx", dx);
        }
    }

    @Override
    public void linearBackwardWeight(Weights weights, Batch x, Batch dy, Span dw) {
        int status = Downcalls.five(
                functions.linearBackwardWeight(),
                context,
                weights.descriptor(),
                x.descriptor(),
                dy.descriptor(),
                dw.descriptor());
        if (status != 0) {
            throw refused("linearBackwardWeight", status, "weights", weights, "x", x, "dy", dy, "dw", dw);
        }
    }

    @Override
    public void linearUpdate(Rule rule, int iteration, Weights weights, Batch x, Batch dy, Span m, Span v, Span db) {
        int status = Downcalls.update(
                functions.linearUpdate(),
                context,
                rule.descriptor(),
                iteration,
                weights.descriptor(),
                x.descriptor(),
                dy.descriptor(),
                m.descriptor(),
                orNull(v),
                orNull(db));
        if (status != 0) {
            Object[] operands = {
                "rule", rule, "iteration", iteration, "weights", weights, "x", x, "dy", dy, "m", m, "v", v, "db", db
            };
            throw refused("linearUpdate", status, operands);
        }
    }

    @Override
    public void convForward(Window window, Weights weights, Span bias, Batch x, Activation activation, Batch y) {
        images.convForward(window, weights, bias, x, activation, y);
    }

    @Override
    public void convBackwardInput(Window window, Weights weights, Batch dy, Batch gate, Batch dx) {
        images.convBackwardInput(window, weights, dy, gate, dx);
    }

    @Override
    public void convBackwardWeight(Window window, Weights weights, Batch x, Batch dy, Span dw) {
        images.convBackwardWeight(window, weights, x, dy, dw);
    }

    @Override
    public void convUpdate(
            Rule rule, int iteration, Window window, Weights weights, Batch x, Batch dy, Span m, Span v, Span db) {
        images.convUpdate(rule, iteration, window, weights, x, dy, m, v, db);
    }

    @Override
    public void maxPoolForward(Window window, Batch x, Batch y) {
        images.maxPoolForward(window, x, y);
    }

    @Override
    public void maxPoolBackward(Window window, Batch x, Batch dy, Batch gate, Batch dx) {
        images.maxPoolBackward(window, x, dy, gate, dx);
    }

    @Override
    public void averagePoolForward(Batch x, Batch y) {
        images.averagePoolForward(x, y);
    }

    @Override
    public void averagePoolBackward(Batch dy, Batch gate, Batch dx) {
        images.averagePoolBackward(dy, gate, dx);
    }

    @Override
    public void batchNormForward(Norm norm, Batch x, Activation activation, Batch y) {
        images.batchNormForward(norm, x, activation, y);
    }

    @Override
    public void batchNormInfer(Norm norm, Batch x, Activation activation, Batch y) {
        images.batchNormInfer(norm, x, activation, y);
    }

    @Override
    public void batchNormBackward(Norm norm, Batch x, Batch dy, Batch gate, Span dscale, Span dshift, Batch dx) {
        images.batchNormBackward(norm, x, dy, gate, dscale, dshift, dx);
    }

    @Override
    public void add(Batch a, Batch b, Activation activation, Batch gate, Batch y) {
        int status = Downcalls.added(
                functions.add(),
                context,
                a.descriptor(),
                b.descriptor(),
                activation.code(),
                orNull(gate),
                y.descriptor());
        if (status != 0) {
            throw refused("add", status, "a", a, "b", b, "gate", gate, "y", y);
        }
    }

    @Override
    public void dropout(Dropout dropout, int iteration, Batch x, Batch y) {
        Status status = dropped(dropout, iteration, x, y);
        if (status != Status.OK) {
            throw refused("dropout", status, "dropout", dropout, "iteration", iteration, "x", x, "y", y);
        }
    }

    private Status dropped(Dropout dropout, int iteration, Batch x, Batch y) {
        if (dropout.units() != null && dropout.units().length() < x.features()) {
            return Status.SHAPE;
        }
        return Status.of(Downcalls.dropped(
                functions.dropout(), context, dropout.descriptor(), iteration, x.descriptor(), y.descriptor()));
    }

    @Override
    public void biasBackward(Batch dy, Span db) {
        int status = Downcalls.three(functions.biasBackward(), context, dy.descriptor(), db.descriptor());
        if (status != 0) {
            throw refused("biasBackward", status, "dy", dy, "db", db);
        }
    }

    @Override
    public void reluForward(Batch x, Batch y) {
        int status = Downcalls.three(functions.reluForward(), context, x.descriptor(), y.descriptor());
        if (status != 0) {
            throw refused("reluForward", status, "x", x, "y", y);
        }
    }

    @Override
    public void reluBackward(Batch y, Batch dy, Batch dx) {
        int status =
                Downcalls.four(functions.reluBackward(), context, y.descriptor(), dy.descriptor(), dx.descriptor());
        if (status != 0) {
            throw refused("reluBackward", status, "y", y, "dy", dy, "dx", dx);
        }
    }

    @Override
    public void softmaxCrossEntropy(Batch logits, Ints labels, Batch dlogits, Score score) {
        Status status = loss(logits, labels, dlogits.descriptor(), score);
        if (status != Status.OK) {
            throw refused("softmaxCrossEntropy", status, "logits", logits, "labels", labels, "dlogits", dlogits);
        }
    }

    @Override
    public void score(Batch logits, Ints labels, Score score) {
        Status status = loss(logits, labels, MemorySegment.NULL, score);
        if (status != Status.OK) {
            throw refused("score", status, "logits", logits, "labels", labels);
        }
    }

    private Status loss(Batch logits, Ints labels, MemorySegment dlogits, Score score) {
        if (labels.length() < logits.size()) {
            return Status.SHAPE;
        }
        return Status.of(Downcalls.five(
                functions.softmaxCrossEntropy(),
                context,
                logits.descriptor(),
                labels.data(),
                dlogits,
                score.descriptor()));
    }

    @Override
    public void optimizerStep(Rule rule, int iteration, Span w, Span g, Span m, Span v) {
        int status = Downcalls.step(
                functions.optimizerStep(),
                context,
                rule.descriptor(),
                iteration,
                w.descriptor(),
                g.descriptor(),
                m.descriptor(),
                orNull(v));
        if (status != 0) {
            Object[] operands = {"rule", rule, "iteration", iteration, "w", w, "g", g, "m", m, "v", v};
            throw refused("optimizerStep", status, operands);
        }
    }

    @Override
    public void shuffle(Shuffle shuffle, int epoch, Ints order) {
        examples.shuffle(shuffle, epoch, order);
    }

    @Override
    public void gather(Pixels images, Ints features, Ints order, int from, Batch x, Ints labels) {
        examples.gather(images, features, order, from, x, labels);
    }

    @Override
    public void gatherAugmented(
            Pixels images, Augment augment, int iteration, Ints order, int from, Batch x, Ints labels) {
        examples.gatherAugmented(images, augment, iteration, order, from, x, labels);
    }

    static MemorySegment orNull(Batch batch) {
        return batch == null ? MemorySegment.NULL : batch.descriptor();
    }

    static MemorySegment orNull(Span span) {
        return span == null ? MemorySegment.NULL : span.descriptor();
    }

    RuntimeException refused(String operation, int status, Object... operands) {
        return refused(operation, Status.of(status), operands);
    }

    RuntimeException refused(String operation, Status status, Object... operands) {
        if (status == Status.FULL) {
            return new DeviceFullException("%s (%s): %s.".formatted(operation, name, status.sentence()));
        }
        if (status == Status.DEVICE) {
            return new KernelException(operation, name, status, NativeContext.deviceError(library));
        }
        return KernelException.of(operation, this, status, operands);
    }
}
