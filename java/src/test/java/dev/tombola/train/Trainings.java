package dev.tombola.train;

import dev.tombola.data.Dataset;
import dev.tombola.data.Digits;
import dev.tombola.data.Scaling;
import dev.tombola.data.Split;
import dev.tombola.kernel.Backends;
import dev.tombola.kernel.Kernels;
import dev.tombola.nn.CostModel;
import dev.tombola.nn.Initial;
import dev.tombola.nn.Masks;
import dev.tombola.nn.Network;
import dev.tombola.nn.Networks;
import dev.tombola.nn.Parameter;
import dev.tombola.numeric.Purpose;
import dev.tombola.numeric.Stream;
import dev.tombola.optim.Optimizer;
import dev.tombola.optim.Schedule;
import dev.tombola.tensor.Mask;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.SplittableRandom;

/// Small trainings on synthetic digits, for tests.
final class Trainings {
    static final Network NETWORK = Networks.named("demo");
    static final Dataset DIGITS = Digits.draw(3, 700, 130, Digits.Style.DEMO);
    static final Kernels KERNELS = Backends.open("auto", Backends.BEST).kernels();
    static final CostModel COSTS = CostModel.constant(0.6, "for tests");
    static final Schedule CONSTANT = new Schedule(0, List.of(), 0.1);
    static final Optimizer ADAM = new Optimizer.Adam(2e-3, 0.9, 0.999, 1e-8, CONSTANT);
    static final Optimizer SGD = new Optimizer.Sgd(0.05, 0.9, 1e-3, new Schedule(20, java.util.List.of(60), 0.1));

    static final TrainingListener SILENT = new TrainingListener() {
        @Override
        public void evaluated(Point point) {}

        @Override
        public boolean stopping() {
            return false;
        }
    };

    private Trainings() {}

    static TrainingData data() {
        return TrainingData.of(
                DIGITS,
                Scaling.of(List.of(0.0), List.of(1.0), 1),
                Split.of(1, Stream.trial(0), DIGITS.train().count(), 150));
    }

    static Task task(Masks masks, Optimizer optimizer, int iterations, int batch, int evaluateEvery) {
        return task(NETWORK, masks, optimizer, iterations, batch, evaluateEvery);
    }

    static Task task(Network network, Masks masks, Optimizer optimizer, int iterations, int batch, int evaluateEvery) {
        return new Task(
                network,
                Initial.GLOROT
                        .values(network, 1, Purpose.INITIAL_VALUES, Stream.trial(0))
                        .masked(masks),
                masks,
                optimizer,
                iterations,
                batch,
                evaluateEvery,
                1,
                Stream.trial(0));
    }

    /// About `density` of every layer's weights at random places.
    static Masks masks(double density) {
        return masks(NETWORK, density);
    }

    static Masks masks(Network network, double density) {
        SplittableRandom random = new SplittableRandom(7);
        SequencedMap<String, Mask> masks = new LinkedHashMap<>();
        for (Parameter parameter : network.prunable()) {
            byte[] alive = new byte[parameter.count()];
            for (int i = 0; i < alive.length; i++) {
                alive[i] = (byte) (random.nextDouble() < density ? 1 : 0);
            }
            masks.put(parameter.name(), Mask.of(alive));
        }
        return new Masks(masks);
    }
}
