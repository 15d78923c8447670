package dev.tombola.kernel;

import dev.tombola.tensor.Activation;
import dev.tombola.tensor.Batch;
import dev.tombola.tensor.Form;
import dev.tombola.tensor.Ints;
import dev.tombola.tensor.Pixels;
import dev.tombola.tensor.Rule;
import dev.tombola.tensor.Score;
import dev.tombola.tensor.Span;
import dev.tombola.tensor.Weights;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.stream.IntStream;

/// Every operation of [Kernels], as the tests call it on a [Shape]. An operation that is not in this list is
/// not tested: [SameBitsTest] compares the lists.
enum Operation {
    LINEAR_FORWARD_DENSE("linearForward") {
        @Override
        void call(Kernels kernels, Shape shape, Operands operands) {
            linearForward(kernels, shape, operands, Form.DENSE);
        }
    },
    LINEAR_FORWARD_COMPRESSED("linearForward") {
        @Override
        void call(Kernels kernels, Shape shape, Operands operands) {
            linearForward(kernels, shape, operands, Form.COMPRESSED);
        }
    },
    LINEAR_BACKWARD_INPUT_DENSE("linearBackwardInput") {
        @Override
        void call(Kernels kernels, Shape shape, Operands operands) {
            linearBackwardInput(kernels, shape, operands, Form.DENSE);
        }
    },
    LINEAR_BACKWARD_INPUT_COMPRESSED("linearBackwardInput") {
        @Override
        void call(Kernels kernels, Shape shape, Operands operands) {
            linearBackwardInput(kernels, shape, operands, Form.COMPRESSED);
        }
    },
    LINEAR_UPDATE_ADAM_DENSE("linearUpdate") {
        @Override
        void call(Kernels kernels, Shape shape, Operands operands) {
            linearUpdate(kernels, shape, operands, Form.DENSE, Rule.Kind.ADAM);
        }
    },
    LINEAR_UPDATE_ADAM_COMPRESSED("linearUpdate") {
        @Override
        void call(Kernels kernels, Shape shape, Operands operands) {
            linearUpdate(kernels, shape, operands, Form.COMPRESSED, Rule.Kind.ADAM);
        }
    },
    LINEAR_UPDATE_SGD_DENSE("linearUpdate") {
        @Override
        void call(Kernels kernels, Shape shape, Operands operands) {
            linearUpdate(kernels, shape, operands, Form.DENSE, Rule.Kind.SGD);
        }
    },
    LINEAR_UPDATE_SGD_COMPRESSED("linearUpdate") {
        @Override
        void call(Kernels kernels, Shape shape, Operands operands) {
            linearUpdate(kernels, shape, operands, Form.COMPRESSED, Rule.Kind.SGD);
        }
    },
    LINEAR_BACKWARD_WEIGHT_DENSE("linearBackwardWeight") {
        @Override
        void call(Kernels kernels, Shape shape, Operands operands) {
            linearBackwardWeight(kernels, shape, operands, Form.DENSE);
        }
    },
    LINEAR_BACKWARD_WEIGHT_COMPRESSED("linearBackwardWeight") {
        @Override
        void call(Kernels kernels, Shape shape, Operands operands) {
            linearBackwardWeight(kernels, shape, operands, Form.COMPRESSED);
        }
    },
    BIAS_BACKWARD("biasBackward") {
        @Override
        void call(Kernels kernels, Shape shape, Operands operands) {
            Batch dy = operands.gradient(shape.outputs(), shape.size(), shape.values());
            kernels.biasBackward(dy, operands.output(shape.outputs()));
        }
    },
    RELU_FORWARD("reluForward") {
        @Override
        void call(Kernels kernels, Shape shape, Operands operands) {
            Batch x = operands.input(shape.outputs(), shape.size(), Values.HARSH);
            kernels.reluForward(x, operands.output(shape.outputs(), shape.size()));
        }
    },
    RELU_FORWARD_IN_PLACE("reluForward") {
        @Override
        void call(Kernels kernels, Shape shape, Operands operands) {
            Batch x = operands.state(shape.outputs(), shape.size(), Values.HARSH);
            kernels.reluForward(x, x);
        }
    },
    RELU_BACKWARD("reluBackward") {
        @Override
        void call(Kernels kernels, Shape shape, Operands operands) {
            Batch y = operands.input(shape.outputs(), shape.size(), Values.HARSH);
            Batch dy = operands.gradient(shape.outputs(), shape.size(), Values.HARSH);
            kernels.reluBackward(y, dy, operands.output(shape.outputs(), shape.size()));
        }
    },
    RELU_BACKWARD_IN_PLACE("reluBackward") {
        @Override
        void call(Kernels kernels, Shape shape, Operands operands) {
            Batch y = operands.input(shape.outputs(), shape.size(), Values.HARSH);
            Batch dy = operands.state(shape.outputs(), shape.size(), Values.HARSH);
            kernels.reluBackward(y, dy, dy);
        }
    },
    SOFTMAX_CROSS_ENTROPY("softmaxCrossEntropy") {
        @Override
        void call(Kernels kernels, Shape shape, Operands operands) {
            Batch logits = operands.input(shape.outputs(), shape.size(), shape.values());
            Ints labels = operands.labels(shape.outputs(), shape.size());
            Score score = operands.score();
            kernels.softmaxCrossEntropy(logits, labels, operands.output(shape.outputs(), shape.size()), score);
            kernels.softmaxCrossEntropy(logits, labels, operands.output(shape.outputs(), shape.size()), score);
        }
    },
    SCORE("score") {
        @Override
        void call(Kernels kernels, Shape shape, Operands operands) {
            Batch logits = operands.input(shape.outputs(), shape.size(), shape.values());
            kernels.score(logits, operands.labels(shape.outputs(), shape.size()), operands.score());
        }
    },
    OPTIMIZER_STEP_ADAM("optimizerStep") {
        @Override
        void call(Kernels kernels, Shape shape, Operands operands) {
            optimizerStep(kernels, shape, operands, Rule.Kind.ADAM);
        }
    },
    OPTIMIZER_STEP_SGD("optimizerStep") {
        @Override
        void call(Kernels kernels, Shape shape, Operands operands) {
            optimizerStep(kernels, shape, operands, Rule.Kind.SGD);
        }
    },
    GATHER("gather") {
        @Override
        void call(Kernels kernels, Shape shape, Operands operands) {
            gather(kernels, shape, operands, 1);
        }
    },
    GATHER_SOME("gather") {
        @Override
        void call(Kernels kernels, Shape shape, Operands operands) {
            gather(kernels, shape, operands, 3);
        }
    };

    private final String method;

    Operation(String method) {
        this.method = method;
    }

    /// The method of [Kernels] that this calls.
    String method() {
        return method;
    }

    abstract void call(Kernels kernels, Shape shape, Operands operands);

    /// The bits of everything that the operation writes.
    int[] bits(Kernels kernels, Shape shape) {
        try (Arena arena = Arena.ofConfined()) {
            Operands operands = new Operands(arena, shape.seed());
            call(kernels, shape, operands);
            return operands.bits();
        }
    }

    static boolean covers(String method) {
        return Arrays.stream(values()).anyMatch(operation -> operation.method.equals(method));
    }

    private static Weights weights(Shape shape, Operands operands, Form form) {
        return operands.weights(
                form,
                shape.outputs(),
                shape.inputs(),
                shape.pattern().mask(shape.outputs(), shape.inputs(), shape.seed()),
                shape.values());
    }

    private static void linearForward(Kernels kernels, Shape shape, Operands operands, Form form) {
        Weights weights = weights(shape, operands, form);
        Span bias = operands.input(shape.outputs(), shape.values());
        Batch x = operands.input(shape.inputs(), shape.size(), shape.values());
        for (Activation activation : Activation.values()) {
            kernels.linearForward(weights, bias, x, activation, operands.output(shape.outputs(), shape.size()));
        }
    }

    private static void linearBackwardInput(Kernels kernels, Shape shape, Operands operands, Form form) {
        Weights weights = weights(shape, operands, form);
        Batch dy = operands.gradient(shape.outputs(), shape.size(), shape.values());
        Batch gate = operands.input(shape.inputs(), shape.size(), Values.HARSH);
        kernels.linearBackwardInput(weights, dy, null, operands.output(shape.inputs(), shape.size()));
        kernels.linearBackwardInput(weights, dy, gate, operands.output(shape.inputs(), shape.size()));
    }

    private static void linearBackwardWeight(Kernels kernels, Shape shape, Operands operands, Form form) {
        Weights weights = weights(shape, operands, form);
        Batch x = operands.input(shape.inputs(), shape.size(), shape.values());
        Batch dy = operands.gradient(shape.outputs(), shape.size(), shape.values());
        kernels.linearBackwardWeight(
                weights, x, dy, operands.output(weights.values().length()));
    }

    private static void linearUpdate(Kernels kernels, Shape shape, Operands operands, Form form, Rule.Kind optimizer) {
        Weights weights = operands.stateWeights(
                form,
                shape.outputs(),
                shape.inputs(),
                shape.pattern().mask(shape.outputs(), shape.inputs(), shape.seed()),
                shape.values());
        Batch x = operands.input(shape.inputs(), shape.size(), shape.values());
        Batch dy = operands.gradient(shape.outputs(), shape.size(), shape.values());
        Rule rule = operands.rule(optimizer);
        int length = Math.toIntExact(weights.values().length());
        Span m = operands.state(length, Values.PLAIN);
        Span v = optimizer == Rule.Kind.ADAM ? operands.state(length, Values.POSITIVE) : null;
        for (int iteration = 0; iteration < rule.iterations(); iteration++) {
            kernels.linearUpdate(rule, iteration, weights, x, dy, m, v);
        }
    }

    private static void optimizerStep(Kernels kernels, Shape shape, Operands operands, Rule.Kind optimizer) {
        Rule rule = operands.rule(optimizer);
        int length = shape.outputs() * shape.inputs() + shape.size();
        Span g = operands.input(length, Values.HARSH);
        Span w = operands.state(length, Values.HARSH);
        Span m = operands.state(length, Values.HARSH);
        Span v = optimizer == Rule.Kind.ADAM ? operands.state(length, Values.POSITIVE) : null;
        for (int iteration = 0; iteration < rule.iterations(); iteration++) {
            kernels.optimizerStep(rule, iteration, w, g, m, v);
        }
    }

    /// Every `step`-th feature, or all of them.
    private static void gather(Kernels kernels, Shape shape, Operands operands, int step) {
        int count = 37;
        int channels = shape.inputs() % 3 == 0 ? 3 : 1;
        Pixels images = operands.images(count, shape.inputs(), channels, shape.outputs());
        int from = shape.outputs();
        Ints order = operands.labels(count, from + shape.size() + step);
        int[] features =
                IntStream.range(0, shape.inputs()).filter(k -> k % step == 0).toArray();
        kernels.gather(
                images,
                step == 1 ? null : Ints.of(operands.arena(), features),
                order,
                from,
                operands.output(features.length, shape.size()),
                operands.outputInts(shape.size()));
    }
}
