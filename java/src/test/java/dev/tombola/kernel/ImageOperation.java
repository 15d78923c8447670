package dev.tombola.kernel;

import dev.tombola.tensor.Activation;
import dev.tombola.tensor.Augment;
import dev.tombola.tensor.Batch;
import dev.tombola.tensor.Draws;
import dev.tombola.tensor.Dropout;
import dev.tombola.tensor.Form;
import dev.tombola.tensor.Ints;
import dev.tombola.tensor.Norm;
import dev.tombola.tensor.Pixels;
import dev.tombola.tensor.Rule;
import dev.tombola.tensor.Span;
import dev.tombola.tensor.Weights;
import dev.tombola.tensor.Window;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.stream.IntStream;

/// Every operation of [Kernels] on images, as the tests call it on an [ImageShape]; the others are in [Operation].
enum ImageOperation {
    CONV_FORWARD_DENSE("convForward") {
        @Override
        void call(Kernels kernels, ImageShape shape, Operands operands) {
            convForward(kernels, shape, operands, Form.DENSE);
        }
    },
    CONV_FORWARD_COMPRESSED("convForward") {
        @Override
        void call(Kernels kernels, ImageShape shape, Operands operands) {
            convForward(kernels, shape, operands, Form.COMPRESSED);
        }
    },
    CONV_BACKWARD_INPUT_DENSE("convBackwardInput") {
        @Override
        void call(Kernels kernels, ImageShape shape, Operands operands) {
            convBackwardInput(kernels, shape, operands, Form.DENSE);
        }
    },
    CONV_BACKWARD_INPUT_COMPRESSED("convBackwardInput") {
        @Override
        void call(Kernels kernels, ImageShape shape, Operands operands) {
            convBackwardInput(kernels, shape, operands, Form.COMPRESSED);
        }
    },
    CONV_BACKWARD_WEIGHT_DENSE("convBackwardWeight") {
        @Override
        void call(Kernels kernels, ImageShape shape, Operands operands) {
            convBackwardWeight(kernels, shape, operands, Form.DENSE);
        }
    },
    CONV_BACKWARD_WEIGHT_COMPRESSED("convBackwardWeight") {
        @Override
        void call(Kernels kernels, ImageShape shape, Operands operands) {
            convBackwardWeight(kernels, shape, operands, Form.COMPRESSED);
        }
    },
    CONV_UPDATE_ADAM_DENSE("convUpdate") {
        @Override
        void call(Kernels kernels, ImageShape shape, Operands operands) {
            convUpdate(kernels, shape, operands, Form.DENSE, Rule.Kind.ADAM);
        }
    },
    CONV_UPDATE_ADAM_COMPRESSED("convUpdate") {
        @Override
        void call(Kernels kernels, ImageShape shape, Operands operands) {
            convUpdate(kernels, shape, operands, Form.COMPRESSED, Rule.Kind.ADAM);
        }
    },
    CONV_UPDATE_SGD_DENSE("convUpdate") {
        @Override
        void call(Kernels kernels, ImageShape shape, Operands operands) {
            convUpdate(kernels, shape, operands, Form.DENSE, Rule.Kind.SGD);
        }
    },
    CONV_UPDATE_SGD_COMPRESSED("convUpdate") {
        @Override
        void call(Kernels kernels, ImageShape shape, Operands operands) {
            convUpdate(kernels, shape, operands, Form.COMPRESSED, Rule.Kind.SGD);
        }
    },
    MAX_POOL_FORWARD("maxPoolForward") {
        @Override
        void call(Kernels kernels, ImageShape shape, Operands operands) {
            Window window = pool(shape, operands);
            Batch x = operands.input(window.features(), shape.size(), shape.values());
            kernels.maxPoolForward(window, x, operands.output(pooled(window), shape.size()));
        }
    },
    MAX_POOL_BACKWARD("maxPoolBackward") {
        @Override
        void call(Kernels kernels, ImageShape shape, Operands operands) {
            Window window = pool(shape, operands);
            Batch x = operands.coarse(window.features(), shape.size()); // many equal values
            Batch dy = operands.gradient(pooled(window), shape.size(), shape.values());
            Batch gate = operands.input(window.features(), shape.size(), Values.HARSH);
            kernels.maxPoolBackward(window, x, dy, null, operands.output(window.features(), shape.size()));
            kernels.maxPoolBackward(window, x, dy, gate, operands.output(window.features(), shape.size()));
        }
    },
    AVERAGE_POOL_FORWARD("averagePoolForward") {
        @Override
        void call(Kernels kernels, ImageShape shape, Operands operands) {
            Batch x = image(shape, operands, shape.values());
            kernels.averagePoolForward(x, operands.output(shape.channels(), shape.size()));
        }
    },
    AVERAGE_POOL_BACKWARD("averagePoolBackward") {
        @Override
        void call(Kernels kernels, ImageShape shape, Operands operands) {
            Batch dy = operands.gradient(shape.channels(), shape.size(), shape.values());
            Batch gate = image(shape, operands, Values.HARSH);
            kernels.averagePoolBackward(dy, null, operands.output(gate.features(), shape.size()));
            kernels.averagePoolBackward(dy, gate, operands.output(gate.features(), shape.size()));
        }
    },
    BATCH_NORM_FORWARD("batchNormForward") {
        @Override
        void call(Kernels kernels, ImageShape shape, Operands operands) {
            Norm norm = norm(shape, operands);
            Batch x = image(shape, operands, Values.PLAIN);
            for (Activation activation : Activation.values()) {
                kernels.batchNormForward(norm, x, activation, operands.output(x.features(), shape.size()));
            }
        }
    },
    BATCH_NORM_INFER("batchNormInfer") {
        @Override
        void call(Kernels kernels, ImageShape shape, Operands operands) {
            Norm norm = norm(shape, operands);
            Batch x = image(shape, operands, shape.values());
            for (Activation activation : Activation.values()) {
                kernels.batchNormInfer(norm, x, activation, operands.output(x.features(), shape.size()));
            }
        }
    },
    BATCH_NORM_BACKWARD("batchNormBackward") {
        @Override
        void call(Kernels kernels, ImageShape shape, Operands operands) {
            Norm norm = norm(shape, operands);
            Batch x = image(shape, operands, Values.PLAIN);
            Batch dy = operands.gradient(x.features(), shape.size(), Values.PLAIN);
            Batch gate = image(shape, operands, Values.HARSH);
            kernels.batchNormForward(norm, x, Activation.IDENTITY, operands.output(x.features(), shape.size()));
            for (Batch mask : new Batch[] {null, gate}) {
                kernels.batchNormBackward(
                        norm,
                        x,
                        dy,
                        mask,
                        operands.output(shape.channels()),
                        operands.output(shape.channels()),
                        operands.output(x.features(), shape.size()));
            }
        }
    },
    ADD("add") {
        @Override
        void call(Kernels kernels, ImageShape shape, Operands operands) {
            Batch a = image(shape, operands, Values.HARSH);
            Batch b = image(shape, operands, Values.HARSH);
            Batch gate = image(shape, operands, Values.HARSH);
            kernels.add(a, b, Activation.RELU, null, operands.output(a.features(), shape.size()));
            kernels.add(a, b, Activation.IDENTITY, gate, operands.output(a.features(), shape.size()));
            Batch both = operands.state(a.features(), shape.size(), Values.HARSH);
            kernels.add(both, b, Activation.IDENTITY, null, both);
        }
    },
    DROPOUT("dropout") {
        @Override
        void call(Kernels kernels, ImageShape shape, Operands operands) {
            Batch x = image(shape, operands, Values.HARSH);
            Ints units = Ints.of(
                    operands.arena(),
                    IntStream.range(0, x.features()).map(l -> 3 * l + 1).toArray());
            Draws draws = new Draws(shape.seed(), 77, -5);
            Dropout all = Dropout.of(operands.arena(), draws, null, 0.5);
            Dropout some = Dropout.of(operands.arena(), draws, units, 0.3);
            kernels.dropout(all, 3, x, operands.output(x.features(), shape.size()));
            kernels.dropout(some, 100_000, x, operands.output(x.features(), shape.size()));
            Batch y = operands.state(x.features(), shape.size(), Values.HARSH);
            kernels.dropout(some, 0, y, y);
        }
    },
    BIAS_BACKWARD("biasBackward") {
        @Override
        void call(Kernels kernels, ImageShape shape, Operands operands) {
            Batch dy =
                    operands.gradient(shape.channels() * shape.height() * shape.width(), shape.size(), shape.values());
            kernels.biasBackward(dy, operands.output(shape.channels()));
        }
    },
    GATHER_AUGMENTED("gatherAugmented") {
        @Override
        void call(Kernels kernels, ImageShape shape, Operands operands) {
            int count = 23;
            int features = shape.channels() * shape.height() * shape.width();
            Pixels images = operands.images(count, features, shape.channels(), 7);
            Ints order = operands.labels(count, 5 + shape.size());
            Draws draws = new Draws(shape.seed(), 9, 1);
            for (boolean flips : new boolean[] {false, true}) {
                Augment augment =
                        Augment.of(operands.arena(), draws, shape.height(), shape.width(), shape.padding() * 2, flips);
                kernels.gatherAugmented(
                        images,
                        augment,
                        12,
                        order,
                        5,
                        operands.output(features, shape.size()),
                        operands.outputInts(shape.size()));
            }
        }
    };

    private final String method;

    ImageOperation(String method) {
        this.method = method;
    }

    abstract void call(Kernels kernels, ImageShape shape, Operands operands);

    /// The bits of everything that the operation writes.
    int[] bits(Kernels kernels, ImageShape shape) {
        try (Arena arena = Arena.ofConfined()) {
            Operands operands = new Operands(arena, shape.seed());
            call(kernels, shape, operands);
            return operands.bits();
        }
    }

    static boolean covers(String method) {
        return Arrays.stream(values()).anyMatch(operation -> operation.method.equals(method));
    }

    private static Batch image(ImageShape shape, Operands operands, Values values) {
        return operands.input(shape.channels() * shape.height() * shape.width(), shape.size(), values);
    }

    /// The window as one that does not overlap.
    private static Window pool(ImageShape shape, Operands operands) {
        int size = Math.min(shape.stride() + 1, Math.min(shape.height(), shape.width()));
        return new Window(operands.arena(), shape.channels(), shape.height(), shape.width(), size, size, size, 0);
    }

    private static int pooled(Window window) {
        return window.channels() * window.positions();
    }

    private static Norm norm(ImageShape shape, Operands operands) {
        int channels = shape.channels();
        return Norm.of(
                operands.arena(),
                operands.input(channels, Values.PLAIN),
                operands.input(channels, Values.PLAIN),
                operands.state(channels, Values.PLAIN),
                operands.state(channels, Values.POSITIVE),
                operands.state(channels, Values.PLAIN),
                operands.state(channels, Values.PLAIN));
    }

    private static Weights weights(ImageShape shape, Operands operands, Form form) {
        return operands.weights(
                form,
                shape.outputs(),
                shape.inputs(),
                shape.kernelHeight() * shape.kernelWidth(),
                shape.mask(),
                shape.values());
    }

    private static void convForward(Kernels kernels, ImageShape shape, Operands operands, Form form) {
        Window window = shape.window(operands.arena());
        Weights weights = weights(shape, operands, form);
        Span bias = operands.input(shape.outputs(), shape.values());
        Batch x = operands.input(window.features(), shape.size(), shape.values());
        int features = shape.outputs() * window.positions();
        kernels.convForward(window, weights, bias, x, Activation.IDENTITY, operands.output(features, shape.size()));
        kernels.convForward(window, weights, null, x, Activation.RELU, operands.output(features, shape.size()));
    }

    private static void convBackwardInput(Kernels kernels, ImageShape shape, Operands operands, Form form) {
        Window window = shape.window(operands.arena());
        Weights weights = weights(shape, operands, form);
        Batch dy = operands.gradient(shape.outputs() * window.positions(), shape.size(), shape.values());
        Batch gate = operands.input(window.features(), shape.size(), Values.HARSH);
        kernels.convBackwardInput(window, weights, dy, null, operands.output(window.features(), shape.size()));
        kernels.convBackwardInput(window, weights, dy, gate, operands.output(window.features(), shape.size()));
    }

    private static void convBackwardWeight(Kernels kernels, ImageShape shape, Operands operands, Form form) {
        Window window = shape.window(operands.arena());
        Weights weights = weights(shape, operands, form);
        Batch x = operands.input(window.features(), shape.size(), shape.values());
        Batch dy = operands.gradient(shape.outputs() * window.positions(), shape.size(), shape.values());
        kernels.convBackwardWeight(
                window, weights, x, dy, operands.output(weights.values().length()));
    }

    private static void convUpdate(
            Kernels kernels, ImageShape shape, Operands operands, Form form, Rule.Kind optimizer) {
        Window window = shape.window(operands.arena());
        int taps = window.taps();
        Weights weights =
                operands.stateWeights(form, shape.outputs(), shape.inputs(), taps, shape.mask(), shape.values());
        Batch x = operands.input(window.features(), shape.size(), shape.values());
        Batch dy = operands.gradient(shape.outputs() * window.positions(), shape.size(), shape.values());
        Rule rule = operands.rule(optimizer);
        int length = Math.toIntExact(weights.values().length());
        Span m = operands.state(length, Values.PLAIN);
        Span v = optimizer == Rule.Kind.ADAM ? operands.state(length, Values.POSITIVE) : null;
        kernels.convUpdate(rule, 0, window, weights, x, dy, m, v);
        kernels.convUpdate(rule, 1, window, weights, x, dy, m, v);
    }
}
