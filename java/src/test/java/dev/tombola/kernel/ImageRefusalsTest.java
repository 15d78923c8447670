package dev.tombola.kernel;

import static dev.tombola.kernel.Refusals.refused;
import static dev.tombola.kernel.Refusals.withWorld;
import static dev.tombola.kernel.Refusals.withWorldOfNatives;
import static dev.tombola.kernel.World.CHANNELS;
import static dev.tombola.kernel.World.HEIGHT;
import static dev.tombola.kernel.World.IMAGES;
import static dev.tombola.kernel.World.INPUTS;
import static dev.tombola.kernel.World.OUTPUTS;
import static dev.tombola.kernel.World.SIZE;
import static dev.tombola.kernel.World.WIDTH;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tombola.kernel.Refusals.Call;
import dev.tombola.tensor.Activation;
import dev.tombola.tensor.Augment;
import dev.tombola.tensor.Batch;
import dev.tombola.tensor.Draws;
import dev.tombola.tensor.Dropout;
import dev.tombola.tensor.Form;
import dev.tombola.tensor.Ints;
import dev.tombola.tensor.Mask;
import dev.tombola.tensor.Norm;
import dev.tombola.tensor.Rule;
import dev.tombola.tensor.Span;
import dev.tombola.tensor.Weights;
import dev.tombola.tensor.Window;
import java.lang.foreign.Arena;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// What no kernel takes of the operations on images, as [RefusalsTest].
class ImageRefusalsTest {
    private static final Activation NONE = Activation.IDENTITY;

    private static Call update(World o, Rule rule, Weights weights, Batch x, Batch dy, Span m, Span v) {
        return k -> k.convUpdate(rule, 0, o.window, weights, x, dy, m, v, null);
    }

    private static Call normBack(Norm norm, Batch x, Batch dy, Batch gate, Span dscale, Span dshift, Batch dx) {
        return k -> k.batchNormBackward(norm, x, dy, gate, dscale, dshift, dx);
    }

    /// One call per operand, with that operand taken from `odd` and all others from `o`.
    private static Map<String, Call> oneOdd(World o, World odd) {
        Map<String, Call> calls = new LinkedHashMap<>();
        calls.put("conv: weights", k -> k.convForward(o.window, odd.kernel, o.bias, o.image, NONE, o.maps));
        calls.put("conv: bias", k -> k.convForward(o.window, o.kernel, odd.bias, o.image, NONE, o.maps));
        calls.put("conv: x", k -> k.convForward(o.window, o.kernel, o.bias, odd.image, NONE, o.maps));
        calls.put("conv: y", k -> k.convForward(o.window, o.kernel, o.bias, o.image, NONE, odd.maps));
        calls.put("input: weights", k -> k.convBackwardInput(o.window, odd.kernel, o.maps, o.image, o.dimage));
        calls.put("input: dy", k -> k.convBackwardInput(o.window, o.kernel, odd.maps, o.image, o.dimage));
        calls.put("input: gate", k -> k.convBackwardInput(o.window, o.kernel, o.maps, odd.image, o.dimage));
        calls.put("input: dx", k -> k.convBackwardInput(o.window, o.kernel, o.maps, o.image, odd.dimage));
        calls.put("weight: weights", k -> k.convBackwardWeight(o.window, odd.kernel, o.image, o.maps, o.dkernel));
        calls.put("weight: x", k -> k.convBackwardWeight(o.window, o.kernel, odd.image, o.maps, o.dkernel));
        calls.put("weight: dy", k -> k.convBackwardWeight(o.window, o.kernel, o.image, odd.maps, o.dkernel));
        calls.put("weight: dw", k -> k.convBackwardWeight(o.window, o.kernel, o.image, o.maps, odd.dkernel));
        calls.put("update: rule", update(o, odd.rule, o.kernel, o.image, o.maps, o.dkernel, o.dkernel));
        calls.put("update: weights", update(o, o.rule, odd.kernel, o.image, o.maps, o.dkernel, o.dkernel));
        calls.put("update: x", update(o, o.rule, o.kernel, odd.image, o.maps, o.dkernel, o.dkernel));
        calls.put("update: dy", update(o, o.rule, o.kernel, o.image, odd.maps, o.dkernel, o.dkernel));
        calls.put("update: m", update(o, o.rule, o.kernel, o.image, o.maps, odd.dkernel, o.dkernel));
        calls.put("update: v", update(o, o.rule, o.kernel, o.image, o.maps, o.dkernel, odd.dkernel));
        calls.put(
                "update: db",
                k -> k.convUpdate(o.rule, 0, o.window, o.kernel, o.image, o.maps, o.dkernel, o.dkernel, odd.bias));
        calls.put("max pool: x", k -> k.maxPoolForward(o.pooling, odd.image, o.pooled));
        calls.put("max pool: y", k -> k.maxPoolForward(o.pooling, o.image, odd.pooled));
        calls.put("max pool back: x", k -> k.maxPoolBackward(o.pooling, odd.image, o.pooled, null, o.dimage));
        calls.put("max pool back: dy", k -> k.maxPoolBackward(o.pooling, o.image, odd.pooled, null, o.dimage));
        calls.put("max pool back: gate", k -> k.maxPoolBackward(o.pooling, o.image, o.pooled, odd.image, o.dimage));
        calls.put("max pool back: dx", k -> k.maxPoolBackward(o.pooling, o.image, o.pooled, null, odd.dimage));
        calls.put("average: x", k -> k.averagePoolForward(odd.image, o.averages));
        calls.put("average: y", k -> k.averagePoolForward(o.image, odd.averages));
        calls.put("average back: dy", k -> k.averagePoolBackward(odd.averages, null, o.dimage));
        calls.put("average back: gate", k -> k.averagePoolBackward(o.averages, odd.image, o.dimage));
        calls.put("average back: dx", k -> k.averagePoolBackward(o.averages, null, odd.dimage));
        calls.put("norm: norm", k -> k.batchNormForward(odd.norm, o.image, NONE, o.dimage));
        calls.put("norm: x", k -> k.batchNormForward(o.norm, odd.image, NONE, o.dimage));
        calls.put("norm: y", k -> k.batchNormForward(o.norm, o.image, NONE, odd.dimage));
        calls.put("infer: norm", k -> k.batchNormInfer(odd.norm, o.image, NONE, o.dimage));
        calls.put("infer: x", k -> k.batchNormInfer(o.norm, odd.image, NONE, o.dimage));
        calls.put("infer: y", k -> k.batchNormInfer(o.norm, o.image, NONE, odd.dimage));
        calls.put("norm back: norm", normBack(odd.norm, o.image, o.dimage, null, o.dscale, o.dscale, o.dimage));
        calls.put("norm back: x", normBack(o.norm, odd.image, o.dimage, null, o.dscale, o.dscale, o.dimage));
        calls.put("norm back: dy", normBack(o.norm, o.image, odd.dimage, null, o.dscale, o.dscale, o.dimage));
        calls.put("norm back: gate", normBack(o.norm, o.image, o.dimage, odd.image, o.dscale, o.dscale, o.dimage));
        calls.put("norm back: dscale", normBack(o.norm, o.image, o.dimage, null, odd.dscale, o.dscale, o.dimage));
        calls.put("norm back: dshift", normBack(o.norm, o.image, o.dimage, null, o.dscale, odd.dscale, o.dimage));
        calls.put("norm back: dx", normBack(o.norm, o.image, o.dimage, null, o.dscale, o.dscale, odd.dimage));
        calls.put("add: a", k -> k.add(odd.x, o.x, NONE, null, o.dx));
        calls.put("add: b", k -> k.add(o.x, odd.x, NONE, null, o.dx));
        calls.put("add: gate", k -> k.add(o.x, o.x, NONE, odd.x, o.dx));
        calls.put("add: y", k -> k.add(o.x, o.x, NONE, null, odd.dx));
        calls.put("dropout: units", k -> k.dropout(odd.dropout, 0, o.x, o.dx));
        calls.put("dropout: x", k -> k.dropout(o.dropout, 0, odd.x, o.dx));
        calls.put("dropout: y", k -> k.dropout(o.dropout, 0, o.x, odd.dx));
        calls.put("augmented: images", k -> k.gatherAugmented(odd.images, o.augment, 0, o.order, 0, o.dx, o.labels));
        calls.put("augmented: order", k -> k.gatherAugmented(o.images, o.augment, 0, odd.order, 0, o.dx, o.labels));
        calls.put("augmented: x", k -> k.gatherAugmented(o.images, o.augment, 0, o.order, 0, odd.dx, o.labels));
        calls.put("augmented: labels", k -> k.gatherAugmented(o.images, o.augment, 0, o.order, 0, o.dx, odd.labels));
        return calls;
    }

    /// What plain Java has on its own heap.
    private static Map<String, Call> oneOddDescriptor(World o, World odd) {
        Map<String, Call> calls = new LinkedHashMap<>();
        calls.put("conv", k -> k.convForward(odd.window, o.kernel, o.bias, o.image, NONE, o.maps));
        calls.put("input", k -> k.convBackwardInput(odd.window, o.kernel, o.maps, null, o.dimage));
        calls.put("weight", k -> k.convBackwardWeight(odd.window, o.kernel, o.image, o.maps, o.dkernel));
        calls.put("update", update(odd, o.rule, o.kernel, o.image, o.maps, o.dkernel, o.dkernel));
        calls.put("max pool", k -> k.maxPoolForward(odd.pooling, o.image, o.pooled));
        calls.put("max pool back", k -> k.maxPoolBackward(odd.pooling, o.image, o.pooled, null, o.dimage));
        calls.put("augmented", k -> k.gatherAugmented(o.images, odd.augment, 0, o.order, 0, o.dx, o.labels));
        return calls;
    }

    @TestFactory
    Stream<DynamicTest> operandsInAClosedArena() {
        return withWorld((kernels, world) -> Refusals.closed(kernels, world, ImageRefusalsTest::oneOdd));
    }

    @TestFactory
    Stream<DynamicTest> operandsOfAnotherThread() {
        return withWorld((kernels, world) -> Refusals.foreign(kernels, world, ImageRefusalsTest::oneOdd));
    }

    @TestFactory
    Stream<DynamicTest> descriptorsInAClosedArena() {
        return withWorldOfNatives(
                (kernels, world) -> Refusals.closed(kernels, world, ImageRefusalsTest::oneOddDescriptor));
    }

    @TestFactory
    Stream<DynamicTest> descriptorsOfAnotherThread() {
        return withWorldOfNatives(
                (kernels, world) -> Refusals.foreign(kernels, world, ImageRefusalsTest::oneOddDescriptor));
    }

    @TestFactory
    Stream<DynamicTest> imagesWhoseSizesDisagree() {
        return withWorld((kernels, o) -> {
            Map<String, Call> calls = new LinkedHashMap<>();
            for (Batch odd : new Batch[] {
                Batch.allocate(o.arena, o.image.features() + 1, SIZE),
                Batch.allocate(o.arena, o.image.features(), SIZE + 1)
            }) {
                calls.put("conv: x " + odd, k -> k.convForward(o.window, o.kernel, null, odd, NONE, o.maps));
                calls.put("conv: y " + odd, k -> k.convForward(o.window, o.kernel, null, o.image, NONE, odd));
                calls.put("input: dy " + odd, k -> k.convBackwardInput(o.window, o.kernel, odd, null, o.dimage));
                calls.put("input: gate " + odd, k -> k.convBackwardInput(o.window, o.kernel, o.maps, odd, o.dimage));
                calls.put("input: dx " + odd, k -> k.convBackwardInput(o.window, o.kernel, o.maps, null, odd));
                calls.put("weight: x " + odd, k -> k.convBackwardWeight(o.window, o.kernel, odd, o.maps, o.dkernel));
                calls.put("weight: dy " + odd, k -> k.convBackwardWeight(o.window, o.kernel, o.image, odd, o.dkernel));
                calls.put("update: x " + odd, update(o, o.rule, o.kernel, odd, o.maps, o.dkernel, o.dkernel));
                calls.put("update: dy " + odd, update(o, o.rule, o.kernel, o.image, odd, o.dkernel, o.dkernel));
                calls.put("max pool: x " + odd, k -> k.maxPoolForward(o.pooling, odd, o.pooled));
                calls.put("max pool: y " + odd, k -> k.maxPoolForward(o.pooling, o.image, odd));
                calls.put("max pool back: x " + odd, k -> k.maxPoolBackward(o.pooling, odd, o.pooled, null, o.dimage));
                calls.put("max pool back: dy " + odd, k -> k.maxPoolBackward(o.pooling, o.image, odd, null, o.dimage));
                calls.put(
                        "max pool back: gate " + odd,
                        k -> k.maxPoolBackward(o.pooling, o.image, o.pooled, odd, o.dimage));
                calls.put("max pool back: dx " + odd, k -> k.maxPoolBackward(o.pooling, o.image, o.pooled, null, odd));
                calls.put("average: x " + odd, k -> k.averagePoolForward(odd, o.averages));
                calls.put("average: y " + odd, k -> k.averagePoolForward(o.image, odd));
                calls.put("average back: dy " + odd, k -> k.averagePoolBackward(odd, null, o.dimage));
                calls.put("average back: gate " + odd, k -> k.averagePoolBackward(o.averages, odd, o.dimage));
                calls.put("average back: dx " + odd, k -> k.averagePoolBackward(o.averages, null, odd));
                calls.put("norm: x " + odd, k -> k.batchNormForward(o.norm, odd, NONE, o.dimage));
                calls.put("norm: y " + odd, k -> k.batchNormForward(o.norm, o.image, NONE, odd));
                calls.put("infer: x " + odd, k -> k.batchNormInfer(o.norm, odd, NONE, o.dimage));
                calls.put("infer: y " + odd, k -> k.batchNormInfer(o.norm, o.image, NONE, odd));
                calls.put("norm back: x " + odd, normBack(o.norm, odd, o.dimage, null, o.dscale, o.dscale, o.dimage));
                calls.put("norm back: dy " + odd, normBack(o.norm, o.image, odd, null, o.dscale, o.dscale, o.dimage));
                calls.put(
                        "norm back: gate " + odd,
                        normBack(o.norm, o.image, o.dimage, odd, o.dscale, o.dscale, o.dimage));
                calls.put("norm back: dx " + odd, normBack(o.norm, o.image, o.dimage, null, o.dscale, o.dscale, odd));
                calls.put("add: a " + odd, k -> k.add(odd, o.image, NONE, null, o.dimage));
                calls.put("add: b " + odd, k -> k.add(o.image, odd, NONE, null, o.dimage));
                calls.put("add: gate " + odd, k -> k.add(o.image, o.image, NONE, odd, o.dimage));
                calls.put("add: y " + odd, k -> k.add(o.image, o.image, NONE, null, odd));
                calls.put(
                        "dropout: y " + odd,
                        k -> k.dropout(Dropout.of(o.arena, new Draws(1, 2, 3), null, 0.5), 0, o.image, odd));
            }
            refused(kernels, Status.SHAPE, calls);
        });
    }

    @TestFactory
    Stream<DynamicTest> numbersWhoseSizesDisagree() {
        return withWorld((kernels, o) -> {
            Map<String, Call> calls = new LinkedHashMap<>();
            Arena arena = o.arena;
            Span longer = Span.allocate(arena, OUTPUTS + 1);
            Span manyMore = Span.allocate(arena, o.dkernel.length() + 1);
            Ints few = Ints.allocate(arena, SIZE - 1);
            Norm three = World.norm(arena, CHANNELS + 3);
            Window wide = new Window(arena, CHANNELS, HEIGHT, WIDTH + 1, 3, 3, 1, 1);
            Window narrow = new Window(arena, CHANNELS, HEIGHT, WIDTH, 3, 1, 1, 0);
            Window deep = new Window(arena, CHANNELS + 1, HEIGHT, WIDTH, 3, 3, 1, 1);
            for (Window odd : new Window[] {wide, narrow, deep}) {
                calls.put("conv: " + odd, k -> k.convForward(odd, o.kernel, o.bias, o.image, NONE, o.maps));
                calls.put("input: " + odd, k -> k.convBackwardInput(odd, o.kernel, o.maps, null, o.dimage));
                calls.put("weight: " + odd, k -> k.convBackwardWeight(odd, o.kernel, o.image, o.maps, o.dkernel));
                calls.put("max pool: " + odd, k -> k.maxPoolForward(odd, o.image, o.pooled));
            }
            Window overlapping = new Window(arena, CHANNELS, HEIGHT, WIDTH, 2, 2, 1, 0);
            Batch six = Batch.allocate(arena, CHANNELS * overlapping.positions(), SIZE);
            calls.put("max pool: overlapping", k -> k.maxPoolForward(overlapping, o.image, six));
            calls.put("conv: linear weights", k -> k.convForward(o.window, o.weights, null, o.image, NONE, o.maps));
            Batch flat = Batch.allocate(arena, o.kernel.inputs(), SIZE);
            calls.put("linear: conv weights", k -> k.linearForward(o.kernel, o.bias, flat, NONE, o.y));
            calls.put("linear input: conv weights", k -> k.linearBackwardInput(o.kernel, o.y, null, flat));
            calls.put("linear weight: conv weights", k -> k.linearBackwardWeight(o.kernel, flat, o.y, o.dkernel));
            calls.put("conv: bias", k -> k.convForward(o.window, o.kernel, longer, o.image, NONE, o.maps));
            calls.put("weight: dw", k -> k.convBackwardWeight(o.window, o.kernel, o.image, o.maps, manyMore));
            calls.put("update: m", update(o, o.rule, o.kernel, o.image, o.maps, manyMore, o.dkernel));
            calls.put("update: v", update(o, o.rule, o.kernel, o.image, o.maps, o.dkernel, manyMore));
            calls.put(
                    "update: db",
                    k -> k.convUpdate(o.rule, 0, o.window, o.kernel, o.image, o.maps, o.dkernel, o.dkernel, longer));
            calls.put("norm: channels", k -> k.batchNormForward(three, o.image, NONE, o.dimage));
            calls.put("infer: channels", k -> k.batchNormInfer(three, o.image, NONE, o.dimage));
            calls.put("norm back: channels", normBack(three, o.image, o.dimage, null, longer, longer, o.dimage));
            calls.put("norm back: dscale", normBack(o.norm, o.image, o.dimage, null, longer, o.dscale, o.dimage));
            calls.put("norm back: dshift", normBack(o.norm, o.image, o.dimage, null, o.dscale, longer, o.dimage));
            calls.put("bias: outputs of unequally many positions", k -> k.biasBackward(o.image, longer));
            calls.put("bias: none", k -> k.biasBackward(o.image, Span.allocate(arena, 0)));
            calls.put("dropout: units", k -> k.dropout(o.dropout, 0, o.image, o.dimage));
            Augment square = Augment.of(arena, o.augment.draws(), 2, 2, 1, true);
            calls.put("augmented: area", k -> k.gatherAugmented(o.images, square, 0, o.order, 0, o.dx, o.labels));
            calls.put("augmented: x", k -> k.gatherAugmented(o.images, o.augment, 0, o.order, 0, o.y, o.labels));
            calls.put("augmented: labels", k -> k.gatherAugmented(o.images, o.augment, 0, o.order, 0, o.dx, few));
            refused(kernels, Status.SHAPE, calls);
        });
    }

    @TestFactory
    Stream<DynamicTest> whatLiesOutsideItsTable() {
        return withWorld((kernels, o) -> {
            Map<String, Call> calls = new LinkedHashMap<>();
            for (int iteration : new int[] {-1, 1, Integer.MIN_VALUE}) {
                calls.put(
                        "update " + iteration,
                        k -> k.convUpdate(
                                o.rule, iteration, o.window, o.kernel, o.image, o.maps, o.dkernel, o.dkernel, null));
            }
            for (int iteration : new int[] {-1, Integer.MIN_VALUE}) {
                calls.put("dropout " + iteration, k -> k.dropout(o.dropout, iteration, o.x, o.dx));
                calls.put(
                        "augmented in " + iteration,
                        k -> k.gatherAugmented(o.images, o.augment, iteration, o.order, 0, o.dx, o.labels));
            }
            for (int unit : new int[] {-1, Integer.MIN_VALUE}) {
                Dropout one = Dropout.of(o.arena, o.dropout.draws(), Ints.of(o.arena, 0, 1, 2, 3, 4, unit), 0.5);
                calls.put("dropout of unit " + unit, k -> k.dropout(one, 0, o.x, o.dx));
            }
            for (int from : new int[] {-1, SIZE + 1, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
                calls.put(
                        "augmented from " + from,
                        k -> k.gatherAugmented(o.images, o.augment, 0, o.order, from, o.dx, o.labels));
            }
            for (int image : new int[] {-1, IMAGES, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
                Ints order = Ints.of(o.arena, 0, 0, 0, 0, image);
                calls.put(
                        "augmented " + image, k -> k.gatherAugmented(o.images, o.augment, 0, order, 0, o.dx, o.labels));
            }
            refused(kernels, Status.RANGE, calls);
        });
    }

    @TestFactory
    Stream<DynamicTest> trainingWithoutAPlaceForStatistics() {
        return withWorld((kernels, o) -> {
            Norm norm = Norm.of(
                    o.arena,
                    o.norm.scale(),
                    o.norm.shift(),
                    o.norm.runningMean(),
                    o.norm.runningVariance(),
                    null,
                    null);
            kernels.batchNormInfer(norm, o.image, NONE, o.dimage);
            refused(kernels, Status.SHAPE, Map.of("sizes first", k -> k.batchNormForward(norm, o.image, NONE, o.maps)));
            refused(
                    kernels,
                    Status.NULL,
                    Map.of(
                            "forward",
                            k -> k.batchNormForward(norm, o.image, NONE, o.dimage),
                            "backward",
                            normBack(norm, o.image, o.dimage, null, o.dscale, o.dscale, o.dimage)));
        });
    }

    @TestFactory
    Stream<DynamicTest> labelsThatCannotBeWritten() {
        return withWorld((kernels, o) -> {
            Ints labels = new Ints(o.labels.data().asReadOnly(), SIZE);
            assertThatThrownBy(() -> kernels.gatherAugmented(o.images, o.augment, 0, o.order, 0, o.dx, labels))
                    .isInstanceOfAny(IllegalArgumentException.class, UnsupportedOperationException.class);
        });
    }

    @TestFactory
    Stream<DynamicTest> theMessageNamesOperationKernelsAndOperands() {
        return withWorld((kernels, o) -> assertThatThrownBy(
                        () -> kernels.convForward(o.window, o.kernel, null, o.x, NONE, o.maps))
                .hasMessage(
                        "convForward (" + kernels.name() + "): the operands' sizes do not agree: window 3×3 stride 1"
                                + " padding 1 on [2×4×3], weights [4×18] compressed, bias null, x [6×5], y [48×5]"));
    }

    @Test
    void descriptorsOfNoUseAreRefusedAtOnce() {
        try (Arena arena = Arena.ofConfined();
                Arena other = Arena.ofConfined()) {
            Draws draws = new Draws(1, 2, 3);
            Span two = Span.allocate(arena, 2);
            Span elsewhere = Span.allocate(other, 2);
            Ints units = Ints.allocate(other, INPUTS);
            Span wide = Span.allocate(arena, 226);
            wrong("padding must be 0 to below", () -> new Window(arena, 1, 5, 5, 3, 3, 1, 3));
            wrong("does not fit", () -> new Window(arena, 1, 2, 5, 3, 3, 1, 0));
            wrong("stride must be at least 1", () -> new Window(arena, 1, 5, 5, 3, 3, 0, 0));
            wrong("height must be at most 16384", () -> new Window(arena, 1, (1 << 14) + 1, 5, 3, 3, 1, 0));
            wrong("at most 2147483647 values", () -> new Window(arena, 1 << 20, 1 << 8, 1 << 8, 3, 3, 1, 0));
            wrong("at most 225 places", () -> new Weights(arena, Form.COMPRESSED, 1, 226, 226, Mask.full(226), wide));
            wrong("no whole number", () -> new Weights(arena, Form.COMPRESSED, 1, 226, 4, Mask.full(226), wide));
            wrong("one arena", () -> Norm.of(arena, two, two, two, elsewhere, null, null));
            wrong("one length", () -> Norm.of(arena, two, two, wide, two, null, null));
            wrong("both statistics", () -> Norm.of(arena, two, two, two, two, two, null));
            wrong("one arena", () -> Dropout.of(arena, draws, units, 0.5));
            wrong("rate", () -> Dropout.of(arena, draws, null, 1));
            wrong("padding", () -> Augment.of(arena, draws, 1, 1, -1, false));
            wrong("height", () -> Augment.of(arena, draws, 0, 1, 1, false));
        }
    }

    private static void wrong(String part, Runnable make) {
        assertThatThrownBy(make::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(part);
    }
}
