package dev.tombola.kernel;

import static dev.tombola.kernel.Refusals.refused;
import static dev.tombola.kernel.Refusals.withWorld;
import static dev.tombola.kernel.World.IMAGES;
import static dev.tombola.kernel.World.INPUTS;
import static dev.tombola.kernel.World.OUTPUTS;
import static dev.tombola.kernel.World.SIZE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tombola.kernel.Refusals.Call;
import dev.tombola.tensor.Activation;
import dev.tombola.tensor.Batch;
import dev.tombola.tensor.Form;
import dev.tombola.tensor.Ints;
import dev.tombola.tensor.Mask;
import dev.tombola.tensor.Pixels;
import dev.tombola.tensor.Rule;
import dev.tombola.tensor.Span;
import dev.tombola.tensor.Weights;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// What no kernel takes: every implementation answers with the same exception, and the process lives.
class RefusalsTest {
    private static void update(Kernels kernels, Rule rule, Weights weights, Batch x, Batch dy, Span m, Span v) {
        kernels.linearUpdate(rule, 0, weights, x, dy, m, v, null);
    }

    private static void updateBias(Kernels kernels, World world, Span db) {
        kernels.linearUpdate(world.rule, 0, world.weights, world.x, world.y, world.dw, world.dw, db);
    }

    /// One call per operand, with that operand taken from `odd` and all others from `world`.
    private static Map<String, Call> oneOdd(World world, World odd) {
        Map<String, Call> calls = new LinkedHashMap<>();
        calls.put("forward: weights", k -> k.linearForward(odd.weights, world.bias, world.x, Activation.RELU, world.y));
        calls.put("forward: bias", k -> k.linearForward(world.weights, odd.bias, world.x, Activation.RELU, world.y));
        calls.put("forward: x", k -> k.linearForward(world.weights, world.bias, odd.x, Activation.RELU, world.y));
        calls.put("forward: y", k -> k.linearForward(world.weights, world.bias, world.x, Activation.RELU, odd.y));
        calls.put("backward input: weights", k -> k.linearBackwardInput(odd.weights, world.y, null, world.x));
        calls.put("backward input: dy", k -> k.linearBackwardInput(world.weights, odd.y, null, world.x));
        calls.put("backward input: dx", k -> k.linearBackwardInput(world.weights, world.y, null, odd.x));
        calls.put("backward weight: weights", k -> k.linearBackwardWeight(odd.weights, world.x, world.y, world.dw));
        calls.put("backward weight: x", k -> k.linearBackwardWeight(world.weights, odd.x, world.y, world.dw));
        calls.put("backward weight: dy", k -> k.linearBackwardWeight(world.weights, world.x, odd.y, world.dw));
        calls.put("backward weight: dw", k -> k.linearBackwardWeight(world.weights, world.x, world.y, odd.dw));
        calls.put("backward input: gate", k -> k.linearBackwardInput(world.weights, world.y, odd.x, world.dx));
        calls.put("update: rule", k -> update(k, odd.rule, world.weights, world.x, world.y, world.dw, world.dw));
        calls.put("update: weights", k -> update(k, world.rule, odd.weights, world.x, world.y, world.dw, world.dw));
        calls.put("update: x", k -> update(k, world.rule, world.weights, odd.x, world.y, world.dw, world.dw));
        calls.put("update: dy", k -> update(k, world.rule, world.weights, world.x, odd.y, world.dw, world.dw));
        calls.put("update: m", k -> update(k, world.rule, world.weights, world.x, world.y, odd.dw, world.dw));
        calls.put("update: v", k -> update(k, world.rule, world.weights, world.x, world.y, world.dw, odd.dw));
        calls.put("update: db", k -> updateBias(k, world, odd.bias));
        calls.put("gather: features", k -> k.gather(world.images, odd.all, world.order, 0, world.x, world.labels));
        calls.put("bias: dy", k -> k.biasBackward(odd.y, world.bias));
        calls.put("bias: db", k -> k.biasBackward(world.y, odd.bias));
        calls.put("relu: x", k -> k.reluForward(odd.x, world.x));
        calls.put("relu: y", k -> k.reluForward(world.x, odd.x));
        calls.put("relu backward: y", k -> k.reluBackward(odd.x, world.x, world.x));
        calls.put("relu backward: dy", k -> k.reluBackward(world.x, odd.x, world.x));
        calls.put("relu backward: dx", k -> k.reluBackward(world.x, world.x, odd.x));
        calls.put("loss: logits", k -> k.softmaxCrossEntropy(odd.y, world.labels, world.y, world.score));
        calls.put("loss: dlogits", k -> k.softmaxCrossEntropy(world.y, world.labels, odd.y, world.score));
        calls.put("step: w", k -> k.optimizerStep(world.rule, 0, odd.dw, world.dw, world.dw, world.dw));
        calls.put("step: g", k -> k.optimizerStep(world.rule, 0, world.dw, odd.dw, world.dw, world.dw));
        calls.put("step: m", k -> k.optimizerStep(world.rule, 0, world.dw, world.dw, odd.dw, world.dw));
        calls.put("step: v", k -> k.optimizerStep(world.rule, 0, world.dw, world.dw, world.dw, odd.dw));
        calls.put("gather: x", k -> k.gather(world.images, null, world.order, 0, odd.x, world.labels));
        calls.put("loss: labels", k -> k.softmaxCrossEntropy(world.y, odd.labels, world.y, world.score));
        calls.put("loss: score", k -> k.softmaxCrossEntropy(world.y, world.labels, world.y, odd.score));
        calls.put("score: logits", k -> k.score(odd.y, world.labels, world.score));
        calls.put("score: labels", k -> k.score(world.y, odd.labels, world.score));
        calls.put("score: score", k -> k.score(world.y, world.labels, odd.score));
        calls.put("step: rule", k -> k.optimizerStep(odd.rule, 0, world.dw, world.dw, world.dw, world.dw));
        calls.put("shuffle: shuffle", k -> k.shuffle(odd.shuffle, 0, world.order));
        calls.put("shuffle: order", k -> k.shuffle(world.shuffle, 0, odd.order));
        calls.put("gather: images", k -> k.gather(odd.images, null, world.order, 0, world.x, world.labels));
        calls.put("gather: order", k -> k.gather(world.images, null, odd.order, 0, world.x, world.labels));
        calls.put("gather: labels", k -> k.gather(world.images, null, world.order, 0, world.x, odd.labels));
        return calls;
    }

    @TestFactory
    Stream<DynamicTest> operandsInAClosedArena() {
        return withWorld((kernels, world) -> Refusals.closed(kernels, world, RefusalsTest::oneOdd));
    }

    @TestFactory
    Stream<DynamicTest> operandsOfAnotherThread() {
        return withWorld((kernels, world) -> Refusals.foreign(kernels, world, RefusalsTest::oneOdd));
    }

    @TestFactory
    Stream<DynamicTest> sizesThatDisagree() {
        return withWorld((kernels, world) -> {
            Arena arena = world.arena;
            Batch tall = Batch.allocate(arena, INPUTS + 1, SIZE);
            Batch wide = Batch.allocate(arena, INPUTS, SIZE + 1);
            Batch tallOut = Batch.allocate(arena, OUTPUTS + 1, SIZE);
            Batch wideOut = Batch.allocate(arena, OUTPUTS, SIZE + 1);
            Span longer = Span.allocate(arena, OUTPUTS + 1);
            Span manyMore = Span.allocate(arena, OUTPUTS * INPUTS + 1);
            Ints few = Ints.allocate(arena, SIZE - 1);
            Map<String, Call> calls = new LinkedHashMap<>();
            for (Batch x : new Batch[] {tall, wide}) {
                calls.put(
                        "forward: x " + x,
                        k -> k.linearForward(world.weights, world.bias, x, Activation.RELU, world.y));
                calls.put("backward input: dx " + x, k -> k.linearBackwardInput(world.weights, world.y, null, x));
                calls.put("backward weight: x " + x, k -> k.linearBackwardWeight(world.weights, x, world.y, world.dw));
                calls.put("relu " + x, k -> k.reluForward(x, world.x));
                calls.put("relu backward: y " + x, k -> k.reluBackward(x, world.x, world.x));
                calls.put("relu backward: dx " + x, k -> k.reluBackward(world.x, world.x, x));
            }
            for (Batch y : new Batch[] {tallOut, wideOut}) {
                calls.put(
                        "forward: y " + y,
                        k -> k.linearForward(world.weights, world.bias, world.x, Activation.RELU, y));
                calls.put("backward input: dy " + y, k -> k.linearBackwardInput(world.weights, y, null, world.x));
                calls.put("backward weight: dy " + y, k -> k.linearBackwardWeight(world.weights, world.x, y, world.dw));
                calls.put("loss: dlogits " + y, k -> k.softmaxCrossEntropy(world.y, world.labels, y, world.score));
            }
            calls.put("forward: bias", k -> k.linearForward(world.weights, longer, world.x, Activation.RELU, world.y));
            calls.put("backward weight: dw", k -> k.linearBackwardWeight(world.weights, world.x, world.y, manyMore));
            calls.put("backward input: gate", k -> k.linearBackwardInput(world.weights, world.y, tall, world.x));
            calls.put("update: x", k -> update(k, world.rule, world.weights, tall, world.y, world.dw, world.dw));
            calls.put("update: dy", k -> update(k, world.rule, world.weights, world.x, tallOut, world.dw, world.dw));
            calls.put("update: m", k -> update(k, world.rule, world.weights, world.x, world.y, manyMore, world.dw));
            calls.put("update: v", k -> update(k, world.rule, world.weights, world.x, world.y, world.dw, manyMore));
            calls.put("update: db", k -> updateBias(k, world, longer));
            calls.put("bias: db", k -> k.biasBackward(world.y, longer));
            calls.put("loss: labels", k -> k.softmaxCrossEntropy(world.y, few, world.y, world.score));
            calls.put("score: labels", k -> k.score(world.y, few, world.score));
            calls.put("step: g", k -> k.optimizerStep(world.rule, 0, world.dw, manyMore, world.dw, world.dw));
            calls.put("step: m", k -> k.optimizerStep(world.rule, 0, world.dw, world.dw, manyMore, world.dw));
            calls.put("step: v", k -> k.optimizerStep(world.rule, 0, world.dw, world.dw, world.dw, manyMore));
            calls.put("shuffle: order", k -> k.shuffle(world.shuffle, 0, few));
            calls.put("gather: x", k -> k.gather(world.images, null, world.order, 0, tall, world.labels));
            calls.put("gather: labels", k -> k.gather(world.images, null, world.order, 0, world.x, few));
            refused(kernels, Status.SHAPE, calls);
        });
    }

    @TestFactory
    Stream<DynamicTest> whatLiesOutsideItsTable() {
        return withWorld((kernels, world) -> {
            Map<String, Call> calls = new LinkedHashMap<>();
            for (int iteration : new int[] {-1, 1, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
                calls.put(
                        "step " + iteration,
                        k -> k.optimizerStep(world.rule, iteration, world.dw, world.dw, world.dw, world.dw));
            }
            for (float epsilon : new float[] {-1e-8f, 0, Float.MIN_NORMAL / 2, Float.NaN}) {
                Rule.Constants constants = new Rule.Constants(0f, 0f, 0f, 0f, epsilon, 0f, 0f);
                Rule rule = new Rule(world.arena, Rule.Kind.ADAM, constants, new float[] {0f, 0f, 0f});
                calls.put("step by " + epsilon, k -> k.optimizerStep(rule, 0, world.dw, world.dw, world.dw, world.dw));
                calls.put(
                        "update by " + epsilon,
                        k -> update(k, rule, world.weights, world.x, world.y, world.dw, world.dw));
            }
            for (int epoch : new int[] {-1, Integer.MIN_VALUE}) {
                calls.put("shuffle " + epoch, k -> k.shuffle(world.shuffle, epoch, world.order));
            }
            for (int label : new int[] {-1, OUTPUTS, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
                Ints labels = Ints.of(world.arena, 0, 0, 0, 0, label);
                calls.put("loss " + label, k -> k.softmaxCrossEntropy(world.y, labels, world.y, world.score));
                calls.put("score " + label, k -> k.score(world.y, labels, world.score));
            }
            for (int from : new int[] {-1, SIZE + 1, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
                calls.put(
                        "gather from " + from,
                        k -> k.gather(world.images, null, world.order, from, world.x, world.labels));
            }
            for (int[] features : new int[][] {{-1, 1, 2, 3, 4, 5}, {0, 1, 2, 3, 4, INPUTS}, {0, 1, 1, 2, 3, 4}}) {
                Ints wrong = Ints.of(world.arena, features);
                calls.put(
                        "gather features " + Arrays.toString(features),
                        k -> k.gather(world.images, wrong, world.order, 0, world.x, world.labels));
            }
            for (int image : new int[] {-1, IMAGES, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
                Ints order = Ints.of(world.arena, 0, 0, 0, 0, image);
                calls.put("gather " + image, k -> k.gather(world.images, null, order, 0, world.x, world.labels));
            }
            refused(kernels, Status.RANGE, calls);
        });
    }

    @TestFactory
    Stream<DynamicTest> aRefusedLossHasWrittenNothing() {
        return withWorld((kernels, world) -> {
            world.score.set(1.5, 2, 3);
            Batch dlogits = Batch.allocate(world.arena, OUTPUTS, SIZE);
            dlogits.set(0, 0, 7f);
            Ints labels = Ints.of(world.arena, 0, 0, 0, 0, OUTPUTS);
            assertThatThrownBy(() -> kernels.softmaxCrossEntropy(world.y, labels, dlogits, world.score))
                    .isInstanceOf(KernelException.class);
            assertThat(dlogits.get(0, 0)).isEqualTo(7f);
            assertThat(world.score.loss()).isEqualTo(1.5);
            assertThat(world.score.correct()).isEqualTo(2);
            assertThat(world.score.examples()).isEqualTo(3);
        });
    }

    @TestFactory
    Stream<DynamicTest> anImageWhoseLabelIsNoClass() {
        return withWorld((kernels, world) -> {
            Pixels images = new Pixels(
                    world.arena,
                    world.arena.allocate(INPUTS),
                    world.arena.allocateFrom(ValueLayout.JAVA_BYTE, (byte) 10),
                    world.arena.allocate(256 * Float.BYTES, Float.BYTES),
                    1,
                    INPUTS,
                    1,
                    10);
            refused(
                    kernels,
                    Status.RANGE,
                    Map.of("gather", k -> k.gather(images, null, world.order, 0, world.x, world.labels)));
        });
    }

    /// They are copied: whose memory they came from is no longer asked.
    @TestFactory
    Stream<DynamicTest> imagesWhoseSourcesAreClosed() {
        return withWorld((kernels, world) -> {
            Pixels images;
            try (Arena blocks = Arena.ofConfined()) {
                images = new Pixels(
                        world.arena,
                        blocks.allocate(IMAGES * INPUTS),
                        blocks.allocate(IMAGES),
                        blocks.allocate(256 * Float.BYTES, Float.BYTES),
                        IMAGES,
                        INPUTS,
                        1,
                        10);
            }
            kernels.gather(images, null, world.order, 0, world.x, world.labels);
            assertThat(world.x.get(0, 0)).isZero();
        });
    }

    @TestFactory
    Stream<DynamicTest> lengthsThatOverflow() {
        return withWorld((kernels, world) -> {
            for (long length : new long[] {1L << 62, 1L << 61, Long.MAX_VALUE, -1, -15}) {
                assertThatThrownBy(() -> Span.allocate(world.arena, length))
                        .isInstanceOfAny(IllegalArgumentException.class, ArithmeticException.class);
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> descriptorsCannotBeWritten() {
        return withWorld((kernels, world) -> assertThatThrownBy(
                        () -> world.x.descriptor().set(ValueLayout.JAVA_INT, 8, 1 << 30))
                .isInstanceOfAny(IllegalArgumentException.class, UnsupportedOperationException.class));
    }

    /// Operands that overlap give unspecified numbers, never a read outside: an index is looked at once.
    @TestFactory
    Stream<DynamicTest> indicesThatTheCallItselfOverwrites() {
        return withWorld((kernels, world) -> {
            Ints both = Ints.of(world.arena, new int[SIZE]);
            kernels.gather(world.images, null, both, 0, world.x, both);
            Ints inside = new Ints(world.x.data(), SIZE);
            kernels.gather(world.images, null, inside, 0, world.x, world.labels);
            Batch dlogits = Batch.allocate(world.arena, OUTPUTS, SIZE);
            kernels.softmaxCrossEntropy(world.y, new Ints(dlogits.data(), SIZE), dlogits, world.score);
        });
    }

    @TestFactory
    Stream<DynamicTest> labelsThatCannotBeWritten() {
        return withWorld((kernels, world) -> {
            Ints labels = new Ints(world.labels.data().asReadOnly(), SIZE);
            assertThatThrownBy(() -> kernels.gather(world.images, null, world.order, 0, world.x, labels))
                    .isInstanceOfAny(IllegalArgumentException.class, UnsupportedOperationException.class);
        });
    }

    @TestFactory
    Stream<DynamicTest> memoryOfTheJavaHeap() {
        return AllKernels.eachNative(kernels -> {
            try (Arena arena = Arena.ofConfined()) {
                World world = new World(arena);
                Ints heap = new Ints(MemorySegment.ofArray(new int[SIZE]), SIZE);
                assertThatThrownBy(() -> kernels.score(world.y, heap, world.score))
                        .isInstanceOf(IllegalArgumentException.class);
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> theMessageNamesOperationKernelsAndOperands() {
        return withWorld((kernels, world) -> {
            Batch x = Batch.allocate(world.arena, 3, 60);
            assertThatThrownBy(() -> kernels.linearForward(world.weights, world.bias, x, Activation.RELU, world.y))
                    .hasMessage("linearForward (" + kernels.name() + "): the operands' sizes do not agree: "
                            + "weights [4×6] compressed, bias [4], x [3×60], y [4×5]");
            assertThatThrownBy(() -> kernels.gather(world.images, null, world.order, 9, world.x, world.labels))
                    .hasMessage(
                            "gather (" + kernels.name() + "): an index, a label, an iteration or a constant lies"
                                    + " outside its range: images [3×6] images, features null, order [10], from 9, x [6×5], labels [5]");
        });
    }

    @Test
    void weightsWhoseValuesLiveElsewhereAreRefusedAtOnce() {
        try (Arena one = Arena.ofConfined();
                Arena other = Arena.ofConfined()) {
            Span values = Span.allocate(other, 4);
            assertThatThrownBy(() -> new Weights(one, Form.COMPRESSED, 2, 2, Mask.full(4), values))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("one arena");
        }
    }

    @Test
    void intsThatStartBetweenWordsAreRefusedAtOnce() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment odd = arena.allocate(8, 4).asSlice(1);
            assertThatThrownBy(() -> new Ints(odd, 1)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
