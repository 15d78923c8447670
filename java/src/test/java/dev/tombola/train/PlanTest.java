package dev.tombola.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tombola.data.Dataset;
import dev.tombola.data.Images;
import dev.tombola.data.Scaling;
import dev.tombola.data.Split;
import dev.tombola.nn.FormChoice;
import dev.tombola.nn.Masks;
import dev.tombola.nn.Network;
import dev.tombola.nn.Networks;
import dev.tombola.nn.Parameters;
import dev.tombola.nn.Plan;
import dev.tombola.nn.State;
import dev.tombola.nn.Weighted;
import dev.tombola.numeric.Precision;
import dev.tombola.optim.Optimizer;
import dev.tombola.tensor.Mask;
import dev.tombola.tensor.Score;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What a plan leaves out changes no bit: losses of every step and weights after the last equal those of a run in which
/// every unit and every pixel is at work.
class PlanTest {
    private static final int STEPS = 30;
    private static final int DARK = 20;
    private static final int LIT = 3;

    private record Trace(List<Double> losses, State end, double valLoss) {}

    static Stream<Arguments> cases() {
        List<Arguments> cases = new ArrayList<>();
        for (double density : new double[] {0.01, 0.03, 0.1, 0.5, 1}) {
            for (Optimizer optimizer : new Optimizer[] {Trainings.ADAM, Trainings.SGD}) {
                for (FormChoice forms : new FormChoice[] {FormChoice.DENSE, FormChoice.COMPRESSED}) {
                    cases.add(Arguments.of(density, optimizer, forms));
                }
            }
        }
        return cases.stream();
    }

    @Test
    void anUnprunedPlanGoesByDarkPixelsAlone() {
        Plan all = Plan.of(Trainings.NETWORK, Masks.full(Trainings.NETWORK), data().lit());
        List<Masks> masks = List.of(Trainings.masks(0.01), Trainings.masks(0.5));
        for (Plan plan : Plan.unpruned(Trainings.NETWORK, masks, data().lit())) {
            assertThat(plan.pixels()).isEqualTo(all.pixels()).doesNotContain(DARK - 1);
            for (Weighted layer : Trainings.NETWORK.weighted()) {
                assertThat(plan.outputs(layer)).isEqualTo(layer.outputs());
                assertThat(plan.inputs(layer)).isEqualTo(all.inputs(layer));
            }
        }
    }

    @Test
    void aPlanOfAllPixelsTakesThoseThatNoWeightReads() {
        Masks masks = Trainings.masks(0.01);
        int inputs = Trainings.NETWORK.inputs();
        assertThat(Plan.ofAllPixels(Trainings.NETWORK, masks).pixels()).hasSize(inputs);
        assertThat(Plan.of(Trainings.NETWORK, masks).pixels()).hasSizeLessThan(inputs);
    }

    @Test
    void anInputOfAConvolutionHasAWeightForEachTap() {
        Network network = Networks.named("conv-2");
        Plan plan = Plan.of(network, Masks.full(network));
        for (Weighted layer : network.weighted()) {
            assertThat(plan.inputs(layer) * plan.outputs(layer))
                    .isEqualTo(layer.weight().count());
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void whatIsLeftOutChangesNoBit(double density, Optimizer optimizer, FormChoice forms) {
        Masks masks = Trainings.masks(density);
        Plan whole = Plan.complete(Trainings.NETWORK, masks);
        Plan plan = Plan.of(Trainings.NETWORK, masks, data().lit());
        assertThat(plan.pixels()).doesNotContain(0, 1, 2, 4, DARK - 1);
        if (density == 1) {
            assertThat(plan.pixels()).as("lit in one test image").contains(LIT);
        }
        if (density < 0.05) {
            Weighted second = Trainings.NETWORK.weighted().get(1);
            assertThat(plan.inputs(second)).as("units at work").isLessThan(whole.inputs(second));
        }
        Trace wanted = trace(whole, masks, optimizer, forms);
        Trace found = trace(plan, masks, optimizer, forms);
        assertThat(found.losses()).isEqualTo(wanted.losses());
        assertThat(found.valLoss()).isEqualTo(wanted.valLoss());
        wanted.end()
                .values()
                .forEach((name, values) ->
                        assertThat(bits(found.end().get(name))).as(name).isEqualTo(bits(values)));
    }

    /// An image that is moved or mirrored may light up any pixel.
    @ParameterizedTest
    @CsvSource({"1, false", "0, true"})
    void whereImagesAreVariedNoPixelIsDark(int crop, boolean flip) {
        Masks full = Masks.full(Trainings.NETWORK);
        Task plain = Trainings.task(full, Trainings.ADAM, STEPS, 60, STEPS);
        Task varied = new Task(
                plain.network(),
                plain.start(),
                full,
                plain.optimizer(),
                0,
                STEPS,
                0,
                plain.batch(),
                STEPS,
                plain.seed(),
                plain.stream(),
                new Augmentation(crop, flip),
                Precision.FP32);
        assertThat(plain.plan(data()).pixels()).doesNotContain(DARK - 1);
        assertThat(varied.plan(data()).pixels()).hasSize(Trainings.NETWORK.inputs());
    }

    /// Unit 1 of the first layer leads to unit 0 of the second alone, which leads nowhere; unit 2 has nothing into it.
    @Test
    void aUnitThatLeadsNowhereTakesThoseWithItThatLeadOnlyToIt() {
        List<Weighted> layers = Trainings.NETWORK.weighted();
        SequencedMap<String, Mask> byName =
                new LinkedHashMap<>(Masks.full(Trainings.NETWORK).byName());
        Weighted first = layers.getFirst();
        Weighted second = layers.get(1);
        byName.put(first.weight().name(), mask(first, (m, _) -> m != 2));
        byName.put(second.weight().name(), mask(second, (m, k) -> k != 1 || m == 0));
        if (layers.size() > 2) {
            Weighted third = layers.get(2);
            byName.put(third.weight().name(), mask(third, (_, k) -> k != 0));
        }
        Plan plan = Plan.of(Trainings.NETWORK, new Masks(byName));
        boolean deep = layers.size() > 2;
        assertThat(plan.outputs(second)).isEqualTo(second.outputs() - (deep ? 1 : 0));
        assertThat(plan.outputs(first)).as("unit 2 puts out its bias").isEqualTo(first.outputs() - (deep ? 1 : 0));
    }

    /// The usual digits, but the first pixels are dark, one of them in all but one test image.
    private static TrainingData data() {
        Dataset digits = Trainings.DIGITS;
        Images test = darkened(digits.test());
        MemorySegment pixels = copy(test.pixels());
        pixels.set(ValueLayout.JAVA_BYTE, 7L * test.features() + LIT, (byte) 200);
        Images lit = new Images(pixels, test.labels(), test.count(), test.features(), test.classes());
        Dataset dataset = new Dataset(
                "dark", true, digits.channels(), digits.height(), digits.width(), 10, darkened(digits.train()), lit);
        return TrainingData.of(
                dataset,
                Scaling.of(List.of(0.0), List.of(1.0), 1),
                Split.of(1, dev.tombola.numeric.Stream.trial(0), dataset.train().count(), 150));
    }

    private static Images darkened(Images images) {
        MemorySegment pixels = copy(images.pixels());
        for (int i = 0; i < images.count(); i++) {
            pixels.asSlice((long) i * images.features(), DARK).fill((byte) 0);
        }
        return new Images(pixels, images.labels(), images.count(), images.features(), images.classes());
    }

    private static MemorySegment copy(MemorySegment bytes) {
        return Arena.ofAuto().allocate(bytes.byteSize()).copyFrom(bytes);
    }

    private interface Alive {
        boolean at(int m, int k);
    }

    private static Mask mask(Weighted layer, Alive alive) {
        byte[] mask = new byte[layer.weight().count()];
        for (int i = 0; i < mask.length; i++) {
            mask[i] = (byte) (alive.at(i / layer.inputs(), i % layer.inputs()) ? 1 : 0);
        }
        return Mask.of(mask);
    }

    private static Trace trace(Plan plan, Masks masks, Optimizer optimizer, FormChoice choice) {
        TrainingData data = data();
        Task task = Trainings.task(masks, optimizer, STEPS, 60, STEPS);
        try (Arena arena = Arena.ofConfined()) {
            Parameters parameters = Parameters.forTraining(
                    arena, plan, choice.forms(plan, Trainings.COSTS), optimizer.kind(), optimizer.movesIdleWeights());
            parameters.load(task.start());
            Stepper stepper = new Stepper(arena, task, plan, data, Trainings.KERNELS, parameters);
            Score score = new Score(arena);
            List<Double> losses = new ArrayList<>();
            for (int i = 0; i < STEPS; i++) {
                stepper.step(i, score);
                losses.add(score.loss());
            }
            Evaluator validation = new Evaluator(
                    new Passes(arena, plan, parameters, Trainings.KERNELS), data.validation(), 64, () -> false);
            return new Trace(
                    losses,
                    parameters.store(parameters.values()),
                    validation.evaluate().meanLoss());
        }
    }

    private static int[] bits(float[] values) {
        int[] bits = new int[values.length];
        for (int i = 0; i < values.length; i++) {
            bits[i] = Float.floatToRawIntBits(values[i]);
        }
        return bits;
    }
}
