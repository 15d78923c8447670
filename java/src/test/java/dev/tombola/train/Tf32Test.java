package dev.tombola.train;

import static dev.tombola.train.ReplicaTest.REPLICAS;
import static dev.tombola.train.ReplicaTest.VECTORS;
import static dev.tombola.train.ReplicaTest.bits;
import static dev.tombola.train.ReplicaTest.check;
import static dev.tombola.train.ReplicaTest.data;
import static dev.tombola.train.ReplicaTest.layout;
import static dev.tombola.train.ReplicaTest.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tombola.nn.FormChoice;
import dev.tombola.nn.Plan;
import dev.tombola.numeric.Precision;
import dev.tombola.optim.Optimizer;
import dev.tombola.tensor.Form;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Trainings in TF32 on a device, which a processor stands in for.
class Tf32Test {
    /// What TF32 comes to only the device itself can say, one by one. At 2 % many units of one are dead in another.
    @ParameterizedTest
    @CsvSource({"false, 0.3, AUTO, false", "false, 0.02, DENSE, true", "true, 0.1, AUTO, true"})
    void togetherTheyEndInTheBitsThatEachHasAlone(boolean images, double density, FormChoice form, boolean sgd) {
        List<Trained> results = check(
                form,
                IntStream.range(0, images ? 2 : REPLICAS)
                        .mapToObj(trial -> task(
                                images ? ReplicaTest.IMAGES : VECTORS,
                                sgd ? Trainings.SGD : Trainings.ADAM,
                                images ? new Augmentation(2, true) : Augmentation.NONE,
                                density,
                                trial,
                                Precision.TF32))
                        .toList());
        assertThat(results).flatExtracting(Trained::forms).containsOnly(Form.DENSE);
    }

    @ParameterizedTest
    @CsvSource({"TF32, true", "FP32, false"})
    void inTf32WhatIsAtWorkDoesNotGoByOthers(Precision precision, boolean alike) {
        List<Task> tasks = IntStream.range(0, REPLICAS)
                .mapToObj(trial -> task(VECTORS, Trainings.ADAM, Augmentation.NONE, 0.02, trial, precision))
                .toList();
        Plan beside = layout(tasks).plans().getFirst();
        Plan alone = layout(tasks.subList(0, 1)).plans().getFirst();
        assertThat(tasks.getFirst().network().weighted().stream()
                        .allMatch(layer -> beside.outputs(layer) == alone.outputs(layer)
                                && beside.inputs(layer) == alone.inputs(layer)))
                .isEqualTo(alike);
    }

    /// Steps and evaluations each have a context of their own on the device.
    @Test
    void stepsAndEvaluationsAreBothInTf32() {
        Trained one = trained(Trainings.ADAM, Precision.TF32);
        Trained other = trained(Trainings.ADAM, Precision.FP32);
        assertThat(bits(one.endState())).as("steps").isNotEqualTo(bits(other.endState()));
        Optimizer still = new Optimizer.Sgd(0, 0, 0, Trainings.CONSTANT);
        one = trained(still, Precision.TF32);
        other = trained(still, Precision.FP32);
        assertThat(bits(one.endState())).isEqualTo(bits(other.endState()));
        assertThat(one.best().valLoss())
                .as("evaluations")
                .isNotEqualTo(other.best().valLoss());
    }

    private static Trained trained(Optimizer optimizer, Precision precision) {
        Task task = task(VECTORS, optimizer, Augmentation.NONE, 0.3, 0, precision);
        return ReplicaTest.alone(FormChoice.DENSE, task, data(0), Trainings.SILENT);
    }

    @Test
    void whatDiffersInPrecisionIsRefusedAndTf32OnAProcessor() {
        Task one = task(VECTORS, Trainings.ADAM, Augmentation.NONE, 1, 0, Precision.FP32);
        Task other = task(VECTORS, Trainings.ADAM, Augmentation.NONE, 1, 1, Precision.TF32);
        assertThatThrownBy(() -> check(FormChoice.DENSE, List.of(one, other)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must agree in")
                .hasMessageContaining("precision");
        Trainer trainer = new Trainer(Trainings.KERNELS, FormChoice.DENSE, Trainings.COSTS);
        assertThatThrownBy(() -> trainer.train(other, data(1), Trainings.SILENT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a processor trains in FP32, not in TF32");
    }
}
