package dev.tombola.kernel;

import dev.tombola.tensor.Augment;
import dev.tombola.tensor.Batch;
import dev.tombola.tensor.Ints;
import dev.tombola.tensor.Pixels;
import dev.tombola.tensor.Shuffle;
import java.lang.foreign.MemorySegment;

/// The operations of [NativeKernels] that choose examples: their order, and the gather of a batch.
final class NativeExamples {
    private final NativeKernels kernels;
    private final MemorySegment context;
    private final NativeFunctions functions;

    /// @param kernels for messages
    NativeExamples(NativeKernels kernels, MemorySegment context, NativeFunctions functions) {
        this.kernels = kernels;
        this.context = context;
        this.functions = functions;
    }

    void shuffle(Shuffle shuffle, int epoch, Ints order) {
        if (order.data().isReadOnly()) {
            throw new IllegalArgumentException("an order is to be written but its memory is read-only");
        }
        Status status = order.length() != shuffle.size()
                ? Status.SHAPE
                : Status.of(
                        Downcalls.shuffled(functions.shuffle(), context, shuffle.descriptor(), epoch, order.data()));
        if (status != Status.OK) {
            throw kernels.refused("shuffle", status, "shuffle", shuffle, "epoch", epoch, "order", order);
        }
    }

    void gather(Pixels images, Ints features, Ints order, int from, Batch x, Ints labels) {
        Status status = gathered(images, features, order, from, x, labels);
        if (status != Status.OK) {
            Object[] operands = {
                "images", images, "features", features, "order", order, "from", from, "x", x, "labels", labels
            };
            throw kernels.refused("gather", status, operands);
        }
    }

    private Status gathered(Pixels images, Ints features, Ints order, int from, Batch x, Ints labels) {
        if (features != null && features.length() < x.features()) {
            return Status.SHAPE;
        }
        Status status = places(order, from, x, labels);
        if (status != Status.OK) {
            return status;
        }
        int ahead = Math.min(x.size(), order.length() - from - x.size());
        return Status.of(Downcalls.gathered(
                functions.gather(),
                context,
                images.descriptor(),
                features == null ? MemorySegment.NULL : features.data(),
                order.data(),
                from,
                ahead,
                x.descriptor(),
                labels.data()));
    }

    void gatherAugmented(Pixels images, Augment augment, int iteration, Ints order, int from, Batch x, Ints labels) {
        Status status = places(order, from, x, labels);
        if (status == Status.OK) {
            status = Status.of(Downcalls.augmented(
                    functions.gatherAugmented(),
                    context,
                    images.descriptor(),
                    augment.descriptor(),
                    iteration,
                    order.data(),
                    from,
                    x.descriptor(),
                    labels.data()));
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
            throw kernels.refused("gatherAugmented", status, operands);
        }
    }

    /// What C cannot see of a gather: how long order and labels are.
    private static Status places(Ints order, int from, Batch x, Ints labels) {
        if (labels.length() < x.size()) {
            return Status.SHAPE;
        }
        if (from < 0 || from > order.length() - x.size()) {
            return Status.RANGE;
        }
        if (labels.data().isReadOnly()) {
            throw new IllegalArgumentException("labels are to be written but their memory is read-only");
        }
        return Status.OK;
    }
}
