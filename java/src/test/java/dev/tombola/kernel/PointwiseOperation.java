package dev.tombola.kernel;

import dev.tombola.numeric.Purpose;
import dev.tombola.numeric.Stream;
import dev.tombola.tensor.Activation;
import dev.tombola.tensor.Batch;
import dev.tombola.tensor.Draws;
import dev.tombola.tensor.Dropout;
import dev.tombola.tensor.Ints;
import dev.tombola.tensor.Pixels;
import dev.tombola.tensor.Rule;
import dev.tombola.tensor.Score;
import dev.tombola.tensor.Shuffle;
import dev.tombola.tensor.Span;
import java.util.List;
import java.util.stream.IntStream;

/// Operations on batches whose features have no places: activations, sums, dropout, loss, optimisers, order and gather.
enum PointwiseOperation implements Operation<Shape> {
    RELU_FORWARD("reluForward", (kernels, shape, operands) -> {
        Batch x = operands.input(shape.outputs(), shape.size(), Values.HARSH);
        kernels.reluForward(x, operands.output(shape.outputs(), shape.size()));
    }),
    RELU_FORWARD_IN_PLACE("reluForward", (kernels, shape, operands) -> {
        Batch x = operands.state(shape.outputs(), shape.size(), Values.HARSH);
        kernels.reluForward(x, x);
    }),
    RELU_BACKWARD("reluBackward", (kernels, shape, operands) -> {
        Batch y = operands.input(shape.outputs(), shape.size(), Values.HARSH);
        Batch dy = operands.gradient(shape.outputs(), shape.size(), Values.HARSH);
        kernels.reluBackward(y, dy, operands.output(shape.outputs(), shape.size()));
    }),
    RELU_BACKWARD_IN_PLACE("reluBackward", (kernels, shape, operands) -> {
        Batch y = operands.input(shape.outputs(), shape.size(), Values.HARSH);
        Batch dy = operands.state(shape.outputs(), shape.size(), Values.HARSH);
        kernels.reluBackward(y, dy, dy);
    }),
    ADD("add", (kernels, shape, operands) -> {
        Batch a = operands.input(shape.outputs(), shape.size(), Values.HARSH);
        Batch b = operands.input(shape.outputs(), shape.size(), Values.HARSH);
        Batch gate = operands.input(shape.outputs(), shape.size(), Values.HARSH);
        for (Activation activation : Activation.values()) {
            kernels.add(a, b, activation, null, operands.output(shape.outputs(), shape.size()));
            kernels.add(a, b, activation, gate, operands.output(shape.outputs(), shape.size()));
        }
    }),
    ADD_IN_PLACE("add", (kernels, shape, operands) -> {
        Batch a = operands.state(shape.outputs(), shape.size(), Values.HARSH);
        Batch b = operands.state(shape.outputs(), shape.size(), Values.HARSH);
        kernels.add(a, b, Activation.IDENTITY, null, a);
        kernels.add(a, b, Activation.RELU, a, b);
        kernels.add(b, b, Activation.IDENTITY, null, b);
    }),
    DROPOUT("dropout", (kernels, shape, operands) -> {
        Batch x = operands.input(shape.outputs(), shape.size(), Values.HARSH);
        Ints some = Ints.of(operands.arena(), Values.below(1 << 20, shape.outputs(), shape.seed(), 7));
        for (double rate : new double[] {0, 0.2, 0.5}) {
            kernels.dropout(dropout(shape, operands, null, rate), 3, x, operands.output(shape.outputs(), shape.size()));
            kernels.dropout(dropout(shape, operands, some, rate), 4, x, operands.output(shape.outputs(), shape.size()));
        }
    }),
    DROPOUT_IN_PLACE("dropout", (kernels, shape, operands) -> {
        Batch x = operands.state(shape.outputs(), shape.size(), Values.HARSH);
        kernels.dropout(dropout(shape, operands, null, 0.9), 5, x, x);
    }),
    SOFTMAX_CROSS_ENTROPY("softmaxCrossEntropy", (kernels, shape, operands) -> {
        Batch logits = operands.input(shape.outputs(), shape.size(), shape.values());
        Ints labels = operands.labels(shape.outputs(), shape.size());
        Score score = operands.score();
        kernels.softmaxCrossEntropy(logits, labels, operands.output(shape.outputs(), shape.size()), score);
        kernels.softmaxCrossEntropy(logits, labels, operands.output(shape.outputs(), shape.size()), score);
    }),
    SCORE("score", (kernels, shape, operands) -> {
        Batch logits = operands.input(shape.outputs(), shape.size(), shape.values());
        kernels.score(logits, operands.labels(shape.outputs(), shape.size()), operands.score());
    }),
    OPTIMIZER_STEP_ADAM("optimizerStep", (k, s, o) -> optimizerStep(k, s, o, Rule.Kind.ADAM)),
    OPTIMIZER_STEP_SGD("optimizerStep", (k, s, o) -> optimizerStep(k, s, o, Rule.Kind.SGD)),
    SHUFFLE("shuffle", (kernels, shape, operands) -> {
        int gap = 1 + shape.outputs() % 3;
        int[] examples = IntStream.range(0, shape.outputs() * shape.inputs() + shape.size())
                .map(i -> i * gap + 1)
                .toArray();
        Draws draws = new Draws(shape.seed(), Purpose.ORDER.word(), Stream.trial(shape.outputs()));
        Shuffle shuffle = Shuffle.of(operands.arena(), draws, examples);
        kernels.shuffle(shuffle, 0, operands.outputInts(examples.length));
        kernels.shuffle(shuffle, shape.size(), operands.outputInts(examples.length));
    }),
    GATHER("gather", (k, s, o) -> gather(k, s, o, 1)),
    GATHER_SOME("gather", (k, s, o) -> gather(k, s, o, 3));

    private final String method;

    @SuppressWarnings("ImmutableEnumChecker") // what is called keeps nothing
    private final Call<Shape> call;

    PointwiseOperation(String method, Call<Shape> call) {
        this.method = method;
        this.call = call;
    }

    @Override
    public List<Shape> cases() {
        return Shape.all();
    }

    @Override
    public Shape typical() {
        return Shape.TYPICAL;
    }

    @Override
    public String method() {
        return method;
    }

    @Override
    public Call<Shape> call() {
        return call;
    }

    private static Dropout dropout(Shape shape, Operands operands, Ints units, double rate) {
        Draws draws = new Draws(shape.seed(), Purpose.DROPOUT.word(shape.inputs()), Stream.trial(shape.outputs()));
        return Dropout.of(operands.arena(), draws, units, rate);
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
