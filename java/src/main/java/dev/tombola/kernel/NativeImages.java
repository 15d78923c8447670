package dev.tombola.kernel;

import dev.tombola.tensor.Activation;
import dev.tombola.tensor.Batch;
import dev.tombola.tensor.Norm;
import dev.tombola.tensor.Rule;
import dev.tombola.tensor.Span;
import dev.tombola.tensor.Weights;
import dev.tombola.tensor.Window;
import java.lang.foreign.MemorySegment;

/// The operations of [NativeKernels] on images: convolution, pooling, batch normalisation.
final class NativeImages {
    private final NativeKernels kernels;
    private final MemorySegment context;
    private final NativeFunctions functions;

    /// @param kernels for messages
    NativeImages(NativeKernels kernels, MemorySegment context, NativeFunctions functions) {
        this.kernels = kernels;
        this.context = context;
        this.functions = functions;
    }

    void convForward(Window window, Weights weights, Span bias, Batch x, Activation activation, Batch y) {
        int status = Downcalls.convForward(
                functions.convForward(),
                context,
                window.descriptor(),
                weights.descriptor(),
                NativeKernels.orNull(bias),
                x.descriptor(),
                activation.code(),
                y.descriptor());
        if (status != 0) {
            throw kernels.refused(
                    "convForward", status, "window", window, "weights", weights, "bias", bias, "x", x, "y", y);
        }
    }

    void convBackwardInput(Window window, Weights weights, Batch dy, Batch gate, Batch dx) {
        int status = Downcalls.six(
                functions.convBackwardInput(),
                context,
                window.descriptor(),
                weights.descriptor(),
                dy.descriptor(),
                NativeKernels.orNull(gate),
                dx.descriptor());
        if (status != 0) {
            throw kernels.refused(
                    "convBackwardInput",
                    status,
                    "window",
                    window,
                    "weights",
                    weights,
                    "dy",
                    dy,
                    "gate",
                    gate,
                    "dx",
                    dx);
        }
    }

    void convBackwardWeight(Window window, Weights weights, Batch x, Batch dy, Span dw) {
        int status = Downcalls.six(
                functions.convBackwardWeight(),
                context,
                window.descriptor(),
                weights.descriptor(),
                x.descriptor(),
                dy.descriptor(),
                dw.descriptor());
        if (status != 0) {
            throw kernels.refused(
                    "convBackwardWeight", status, "window", window, "weights", weights, "x", x, "dy", dy, "dw", dw);
        }
    }

    void convUpdate(
            Rule rule, int iteration, Window window, Weights weights, Batch x, Batch dy, Span m, Span v, Span db) {
        int status = Downcalls.convUpdate(
                functions.convUpdate(),
                context,
                rule.descriptor(),
                iteration,
                window.descriptor(),
                weights.descriptor(),
                x.descriptor(),
                dy.descriptor(),
                m.descriptor(),
                NativeKernels.orNull(v),
                NativeKernels.orNull(db));
        if (status != 0) {
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
            throw kernels.refused("convUpdate", status, operands);
        }
    }

    void maxPoolForward(Window window, Batch x, Batch y) {
        int status = Downcalls.four(
                functions.maxPoolForward(), context, window.descriptor(), x.descriptor(), y.descriptor());
        if (status != 0) {
            throw kernels.refused("maxPoolForward", status, "window", window, "x", x, "y", y);
        }
    }

    void maxPoolBackward(Window window, Batch x, Batch dy, Batch gate, Batch dx) {
        int status = Downcalls.six(
                functions.maxPoolBackward(),
                context,
                window.descriptor(),
                x.descriptor(),
                dy.descriptor(),
                NativeKernels.orNull(gate),
                dx.descriptor());
        if (status != 0) {
            throw kernels.refused(
                    "maxPoolBackward", status, "window", window, "x", x, "dy", dy, "gate", gate, "dx", dx);
        }
    }

    void averagePoolForward(Batch x, Batch y) {
        int status = Downcalls.three(functions.averagePoolForward(), context, x.descriptor(), y.descriptor());
        if (status != 0) {
            throw kernels.refused("averagePoolForward", status, "x", x, "y", y);
        }
    }

    void averagePoolBackward(Batch dy, Batch gate, Batch dx) {
        int status = Downcalls.four(
                functions.averagePoolBackward(), context, dy.descriptor(), NativeKernels.orNull(gate), dx.descriptor());
        if (status != 0) {
            throw kernels.refused("averagePoolBackward", status, "dy", dy, "gate", gate, "dx", dx);
        }
    }

    void batchNormForward(Norm norm, Batch x, Activation activation, Batch y) {
        int status = Downcalls.activated(
                functions.batchNormForward(),
                context,
                norm.descriptor(),
                x.descriptor(),
                activation.code(),
                y.descriptor());
        if (status != 0) {
            throw kernels.refused("batchNormForward", status, "norm", norm, "x", x, "y", y);
        }
    }

    void batchNormInfer(Norm norm, Batch x, Activation activation, Batch y) {
        int status = Downcalls.activated(
                functions.batchNormInfer(),
                context,
                norm.descriptor(),
                x.descriptor(),
                activation.code(),
                y.descriptor());
        if (status != 0) {
            throw kernels.refused("batchNormInfer", status, "norm", norm, "x", x, "y", y);
        }
    }

    void batchNormBackward(Norm norm, Batch x, Batch dy, Batch gate, Span dscale, Span dshift, Batch dx) {
        int status = Downcalls.eight(
                functions.batchNormBackward(),
                context,
                norm.descriptor(),
                x.descriptor(),
                dy.descriptor(),
                NativeKernels.orNull(gate),
                dscale.descriptor(),
                dshift.descriptor(),
                dx.descriptor());
        if (status != 0) {
            Object[] operands = {
                "norm", norm, "x", x, "dy", dy, "gate", gate, "dscale", dscale, "dshift", dshift, "dx", dx
            };
            throw kernels.refused("batchNormBackward", status, operands);
        }
    }
}
