package dev.tombola.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tombola.kernel.Backends;
import dev.tombola.kernel.InstructionSet;
import dev.tombola.kernel.Kernels;
import dev.tombola.kernel.NativeKernels;
import dev.tombola.kernel.reference.ReferenceKernels;
import dev.tombola.nn.FormChoice;
import dev.tombola.nn.Initial;
import dev.tombola.nn.Masks;
import dev.tombola.nn.Network;
import dev.tombola.nn.NetworkText;
import dev.tombola.nn.Parameter;
import dev.tombola.nn.Parameters;
import dev.tombola.nn.Plan;
import dev.tombola.nn.State;
import dev.tombola.nn.Weighted;
import dev.tombola.numeric.Purpose;
import dev.tombola.numeric.Stream;
import dev.tombola.optim.Optimizer;
import dev.tombola.tensor.Mask;
import dev.tombola.tensor.Score;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Trainings of small networks with every kind of layer: one result on all kernels, in both forms, whatever is left
/// out.
class ConvTrainingTest {
    private static final String PLAIN = "conv 6, relu, conv 9 kernel=5 stride=2, relu, max_pool 2, dropout 0.5, "
            + "linear 20, relu, dropout 0.25, output 10";
    private static final String DEEP =
            "conv 5 bias=false, batch_norm, relu, residual 5, relu, residual 8 stride=2, relu, "
                    + "residual 8, relu, average_pool, output 10";
    private static final String MIXED = "max_pool 2, conv 7 kernel=2 padding=0, batch_norm, relu, conv 6 kernel=1, "
            + "average_pool, linear 12, relu, output 10";

    private record Trace(List<Double> losses, State end, double valLoss) {
        /// One number of all bits.
        int hash() {
            int hash = losses.hashCode();
            for (float[] values : end.values().values()) {
                hash = 31 * hash + Arrays.hashCode(values);
            }
            return 31 * hash + Double.hashCode(valLoss);
        }
    }

    private static Network network(String layers) {
        return NetworkText.parse("small", "1x14x14", List.of(layers.split(",")));
    }

    @ParameterizedTest
    @ValueSource(strings = {PLAIN, DEEP, MIXED})
    void oneSeedGivesOneResultOnEveryKernelInBothForms(String layers) {
        Network network = network(layers);
        Masks masks = masks(network, 0.5);
        Plan plan = Plan.of(network, masks);
        for (Optimizer optimizer : List.of(Trainings.ADAM, Trainings.SGD)) {
            int wanted = trace(new ReferenceKernels(), plan, masks, optimizer, FormChoice.DENSE, 3)
                    .hash();
            assertThat(trace(new ReferenceKernels(), plan, masks, optimizer, FormChoice.COMPRESSED, 3)
                            .hash())
                    .as("reference, compressed")
                    .isEqualTo(wanted);
            for (InstructionSet isa : Backends.instructionSets()) {
                for (FormChoice form : List.of(FormChoice.DENSE, FormChoice.COMPRESSED)) {
                    if (isa.runs()) {
                        assertThat(trace(NativeKernels.open(isa.name()), plan, masks, optimizer, form, 3)
                                        .hash())
                                .as("%s, %s, %s", isa.name(), form, optimizer.kind())
                                .isEqualTo(wanted);
                    }
                }
            }
        }
    }

    /// Wide enough that every operation is worth a helper's while.
    @ParameterizedTest
    @ValueSource(strings = {"DENSE", "COMPRESSED"})
    void helpersChangeNoBit(FormChoice form) {
        Network network =
                network("conv 16 bias=false, batch_norm, relu, residual 16, relu, residual 80 stride=2, relu, "
                        + "max_pool 2, conv 70, relu, average_pool, linear 300, relu, output 10");
        Masks masks = masks(network, 0.4);
        Plan plan = Plan.of(network, masks);
        for (Optimizer optimizer : List.of(Trainings.ADAM, Trainings.SGD)) {
            Trace wanted = trace(Trainings.KERNELS, plan, masks, optimizer, form, 3);
            try {
                assertThat(Trainings.KERNELS.help(3)).isTrue();
                assertThat(trace(Trainings.KERNELS, plan, masks, optimizer, form, 3)
                                .hash())
                        .isEqualTo(wanted.hash());
                long helped = Trainings.KERNELS.helpedNanos();
                assertThat(helped).isNotZero();
                Trainings.KERNELS.alone(() -> trace(Trainings.KERNELS, plan, masks, optimizer, form, 1));
                assertThat(Trainings.KERNELS.helpedNanos()).as("timed alone").isEqualTo(helped);
            } finally {
                Trainings.KERNELS.help(-3);
            }
        }
    }

    /// Statistics of a channel that is left out stay as they were: nothing reads them.
    @ParameterizedTest
    @CsvSource({"0.02", "0.1", "0.4"})
    void whatIsLeftOutChangesNoBit(double density) {
        for (String layers : List.of(PLAIN, DEEP, MIXED)) {
            Network network = network(layers);
            Masks masks = masks(network, density);
            Plan whole = Plan.complete(network, masks);
            Plan plan = Plan.of(network, masks);
            for (Optimizer optimizer : List.of(Trainings.ADAM, Trainings.SGD)) {
                for (FormChoice form : List.of(FormChoice.DENSE, FormChoice.COMPRESSED)) {
                    Trace wanted = trace(Trainings.KERNELS, whole, masks, optimizer, form, 12);
                    Trace found = trace(Trainings.KERNELS, plan, masks, optimizer, form, 12);
                    assertThat(found.losses()).isEqualTo(wanted.losses());
                    assertThat(found.valLoss()).isEqualTo(wanted.valLoss());
                    for (Parameter parameter : network.parameters()) {
                        if (parameter.role().trained()) {
                            assertThat(found.end().get(parameter.name()))
                                    .as(parameter.name())
                                    .isEqualTo(wanted.end().get(parameter.name()));
                        }
                    }
                }
            }
        }
    }

    @Test
    void aChannelThatLeadsNowhereIsLeftOut() {
        Network network = network(PLAIN);
        SequencedMap<String, Mask> byName =
                new LinkedHashMap<>(Masks.full(network).byName());
        Weighted second = network.weighted().get(1);
        Weighted third = network.weighted().get(2);
        int positions = third.inputs() / second.outputs();
        byName.put(third.weight().name(), without(third, place -> place % third.inputs() / positions == 4));
        int width = second.inputs() * second.taps();
        byName.put(
                second.weight().name(),
                without(second, place -> place / width != 4 && place % width / second.taps() == 2));
        Plan plan = Plan.of(network, new Masks(byName));
        assertThat(plan.outputs(second)).as("channel 4 leads nowhere").isEqualTo(second.outputs() - 1);
        assertThat(plan.outputs(network.weighted().getFirst()))
                .as("channel 2 leads to channel 4 alone")
                .isEqualTo(5);
        assertThat(plan.inputs(third)).isEqualTo((second.outputs() - 1) * positions);
    }

    /// It learns, with every layer at work.
    @ParameterizedTest
    @ValueSource(strings = {PLAIN, DEEP})
    void itLearns(String layers) {
        Network network = network(layers);
        Masks masks = Masks.full(network);
        Trace trace = trace(Trainings.KERNELS, Plan.of(network, masks), masks, Trainings.ADAM, FormChoice.DENSE, 600);
        assertThat(trace.valLoss()).isLessThan(1.2);
    }

    private static Trace trace(
            Kernels kernels, Plan plan, Masks masks, Optimizer optimizer, FormChoice choice, int steps) {
        TrainingData data = Trainings.data();
        Network network = plan.network();
        State start = Initial.GLOROT
                .values(network, 1, Purpose.INITIAL_VALUES, Stream.trial(0))
                .masked(masks);
        Task task = new Task(network, start, masks, optimizer, steps, 20, steps, 1, Stream.trial(0));
        try (Arena arena = Arena.ofConfined()) {
            Parameters parameters = Parameters.forTraining(
                    arena, plan, choice.forms(plan, Trainings.COSTS), optimizer.kind(), optimizer.movesIdleWeights());
            parameters.load(task.start());
            Stepper stepper = new Stepper(arena, task, plan, data, kernels, parameters);
            List<Double> losses = new ArrayList<>();
            for (int i = 0; i < steps; i++) {
                Score score = new Score(arena);
                stepper.step(i, score);
                losses.add(score.loss());
            }
            Evaluator validation =
                    new Evaluator(new Passes(arena, plan, parameters, kernels), data.validation(), 64, () -> false);
            return new Trace(
                    losses,
                    parameters.store(parameters.values()),
                    validation.evaluate().meanLoss());
        }
    }

    private interface Pruned {
        boolean at(int place);
    }

    private static Mask without(Weighted layer, Pruned pruned) {
        byte[] alive = new byte[layer.weight().count()];
        for (int i = 0; i < alive.length; i++) {
            alive[i] = (byte) (pruned.at(i) ? 0 : 1);
        }
        return Mask.of(alive);
    }

    private static Masks masks(Network network, double density) {
        SplittableRandom random = new SplittableRandom(5);
        SequencedMap<String, Mask> masks = new LinkedHashMap<>();
        for (Parameter parameter : network.prunable()) {
            byte[] alive = new byte[parameter.count()];
            for (int i = 0; i < alive.length; i++) {
                alive[i] = (byte) (random.nextDouble() < density ? 1 : 0);
            }
            alive[0] = 1;
            masks.put(parameter.name(), Mask.of(alive));
        }
        return new Masks(masks);
    }
}
