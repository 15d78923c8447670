package dev.tombola.kernel;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.tombola.tensor.Activation;
import dev.tombola.tensor.Batch;
import dev.tombola.tensor.Ints;
import dev.tombola.tensor.Pixels;
import dev.tombola.tensor.Rule;
import dev.tombola.tensor.Score;
import dev.tombola.tensor.Span;
import dev.tombola.tensor.Weights;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// The C kernels of one instruction set. Operands cross as descriptors, so a closed arena or a foreign
/// thread is caught before the call; C checks all sizes that a descriptor tells, and here are checked
/// those that it does not. Nothing is allocated unless a call fails. Without state, so any thread may call.
public final class NativeKernels implements Kernels {
    private static final MethodHandle THREE = handle(ADDRESS, ADDRESS, ADDRESS);
    private static final MethodHandle FOUR = handle(ADDRESS, ADDRESS, ADDRESS, ADDRESS);
    private static final MethodHandle FIVE = handle(ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
    private static final MethodHandle FORWARD = handle(ADDRESS, ADDRESS, ADDRESS, ADDRESS, JAVA_INT, ADDRESS);
    private static final MethodHandle UPDATE =
            handle(ADDRESS, ADDRESS, JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
    private static final MethodHandle STEP = handle(ADDRESS, ADDRESS, JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
    private static final MethodHandle GATHER =
            handle(ADDRESS, ADDRESS, ADDRESS, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);

    private final String name;
    private final MemorySegment context;
    private final MemorySegment linearForward;
    private final MemorySegment linearBackwardInput;
    private final MemorySegment linearBackwardWeight;
    private final MemorySegment biasBackward;
    private final MemorySegment reluForward;
    private final MemorySegment reluBackward;
    private final MemorySegment softmaxCrossEntropy;
    private final MemorySegment linearUpdate;
    private final MemorySegment optimizerStep;
    private final MemorySegment gather;

    private NativeKernels(NativeLibrary library, NativeContext context) {
        this.name = "cpu, " + context.isa();
        this.context = context.address();
        this.linearForward = library.function("tombola_linear_forward");
        this.linearBackwardInput = library.function("tombola_linear_backward_input");
        this.linearBackwardWeight = library.function("tombola_linear_backward_weight");
        this.biasBackward = library.function("tombola_bias_backward");
        this.reluForward = library.function("tombola_relu_forward");
        this.reluBackward = library.function("tombola_relu_backward");
        this.softmaxCrossEntropy = library.function("tombola_softmax_cross_entropy");
        this.linearUpdate = library.function("tombola_linear_update");
        this.optimizerStep = library.function("tombola_optimizer_step");
        this.gather = library.function("tombola_gather");
    }

    /// The kernels of an instruction set of this machine.
    ///
    /// @param isa `best`, or the name of an instruction set, which is then used or refused
    /// @throws dev.tombola.base.UserError where the library, or that instruction set, does not run here
    public static NativeKernels open(String isa) {
        NativeLibrary library = NativeLibrary.cpu();
        return new NativeKernels(library, NativeContext.open(library, isa));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void linearForward(Weights weights, Span bias, Batch x, Activation activation, Batch y) {
        int status;
        try {
            status = (int) FORWARD.invokeExact(
                    linearForward,
                    context,
                    weights.descriptor(),
                    bias.descriptor(),
                    x.descriptor(),
                    activation.code(),
                    y.descriptor());
        } catch (Throwable e) {
            throw unexpected(e);
        }
        if (status != 0) {
            throw refused("linearForward", Status.of(status), "weights", weights, "bias", bias, "x", x, "y", y);
        }
    }

    @Override
    public void linearBackwardInput(Weights weights, Batch dy, Batch gate, Batch dx) {
        int status;
        try {
            status = (int) FIVE.invokeExact(
                    linearBackwardInput,
                    context,
                    weights.descriptor(),
                    dy.descriptor(),
                    descriptorOrNull(gate),
                    dx.descriptor());
        } catch (Throwable e) {
            throw unexpected(e);
        }
        if (status != 0) {
            throw refused(
                    "linearBackwardInput", Status.of(status), "weights", weights, "dy", dy, "gate", gate, "dx", dx);
        }
    }

    @Override
    public void linearBackwardWeight(Weights weights, Batch x, Batch dy, Span dw) {
        int status;
        try {
            status = (int) FIVE.invokeExact(
                    linearBackwardWeight,
                    context,
                    weights.descriptor(),
                    x.descriptor(),
                    dy.descriptor(),
                    dw.descriptor());
        } catch (Throwable e) {
            throw unexpected(e);
        }
        if (status != 0) {
            throw refused("linearBackwardWeight", Status.of(status), "weights", weights, "x", x, "dy", dy, "dw", dw);
        }
    }

    @Override
    public void biasBackward(Batch dy, Span db) {
        int status;
        try {
            status = (int) THREE.invokeExact(biasBackward, context, dy.descriptor(), db.descriptor());
        } catch (Throwable e) {
            throw unexpected(e);
        }
        if (status != 0) {
            throw refused("biasBackward", Status.of(status), "dy", dy, "db", db);
        }
    }

    @Override
    public void reluForward(Batch x, Batch y) {
        int status;
        try {
            status = (int) THREE.invokeExact(reluForward, context, x.descriptor(), y.descriptor());
        } catch (Throwable e) {
            throw unexpected(e);
        }
        if (status != 0) {
            throw refused("reluForward", Status.of(status), "x", x, "y", y);
        }
    }

    @Override
    public void reluBackward(Batch y, Batch dy, Batch dx) {
        int status;
        try {
            status = (int) FOUR.invokeExact(reluBackward, context, y.descriptor(), dy.descriptor(), dx.descriptor());
        } catch (Throwable e) {
            throw unexpected(e);
        }
        if (status != 0) {
            throw refused("reluBackward", Status.of(status), "y", y, "dy", dy, "dx", dx);
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
        try {
            return Status.of((int) FIVE.invokeExact(
                    softmaxCrossEntropy, context, logits.descriptor(), labels.data(), dlogits, score.descriptor()));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public void linearUpdate(Rule rule, int iteration, Weights weights, Batch x, Batch dy, Span m, Span v) {
        int status;
        try {
            status = (int) UPDATE.invokeExact(
                    linearUpdate,
                    context,
                    rule.descriptor(),
                    iteration,
                    weights.descriptor(),
                    x.descriptor(),
                    dy.descriptor(),
                    m.descriptor(),
                    descriptorOrNull(v));
        } catch (Throwable e) {
            throw unexpected(e);
        }
        if (status != 0) {
            throw refused(
                    "linearUpdate",
                    Status.of(status),
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
    }

    @Override
    public void optimizerStep(Rule rule, int iteration, Span w, Span g, Span m, Span v) {
        int status;
        try {
            status = (int) STEP.invokeExact(
                    optimizerStep,
                    context,
                    rule.descriptor(),
                    iteration,
                    w.descriptor(),
                    g.descriptor(),
                    m.descriptor(),
                    descriptorOrNull(v));
        } catch (Throwable e) {
            throw unexpected(e);
        }
        if (status != 0) {
            throw refused(
                    "optimizerStep",
                    Status.of(status),
                    "rule",
                    rule,
                    "iteration",
                    iteration,
                    "w",
                    w,
                    "g",
                    g,
                    "m",
                    m,
                    "v",
                    v);
        }
    }

    @Override
    public void gather(Pixels images, Ints features, Ints order, int from, Batch x, Ints labels) {
        Status status = gathered(images, features, order, from, x, labels);
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
    }

    private Status gathered(Pixels images, Ints features, Ints order, int from, Batch x, Ints labels) {
        if (labels.length() < x.size() || (features != null && features.length() < x.features())) {
            return Status.SHAPE;
        }
        if (from < 0 || from > order.length() - x.size()) {
            return Status.RANGE;
        }
        requireWritable(labels);
        int ahead = Math.min(x.size(), order.length() - from - x.size());
        try {
            return Status.of((int) GATHER.invokeExact(
                    gather,
                    context,
                    images.descriptor(),
                    dataOrNull(features),
                    order.data(),
                    from,
                    ahead,
                    x.descriptor(),
                    labels.data()));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static MemorySegment descriptorOrNull(Batch batch) {
        return batch == null ? MemorySegment.NULL : batch.descriptor();
    }

    private static MemorySegment descriptorOrNull(Span span) {
        return span == null ? MemorySegment.NULL : span.descriptor();
    }

    private static MemorySegment dataOrNull(Ints ints) {
        return ints == null ? MemorySegment.NULL : ints.data();
    }

    private static void requireWritable(Ints labels) {
        if (labels.data().isReadOnly()) {
            throw new IllegalArgumentException("labels are to be written but their memory is read-only");
        }
    }

    private KernelException refused(String operation, Status status, Object... operands) {
        return KernelException.of(operation, this, status, operands);
    }

    private static MethodHandle handle(MemoryLayout... arguments) {
        return NativeLibrary.handle(FunctionDescriptor.of(JAVA_INT, arguments));
    }

    /// What a call throws before C is entered: closed arenas, foreign threads, heap memory.
    static RuntimeException unexpected(Throwable thrown) {
        return switch (thrown) {
            case RuntimeException exception -> exception;
            case Error error -> throw error;
            default -> new IllegalStateException("a native call failed", thrown);
        };
    }
}
