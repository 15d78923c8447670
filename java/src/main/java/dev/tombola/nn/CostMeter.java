package dev.tombola.nn;

import dev.tombola.kernel.Kernels;
import dev.tombola.tensor.Activation;
import dev.tombola.tensor.Batch;
import dev.tombola.tensor.Form;
import dev.tombola.tensor.Mask;
import dev.tombola.tensor.Rule;
import dev.tombola.tensor.Slab;
import dev.tombola.tensor.Span;
import dev.tombola.tensor.Weights;
import dev.tombola.tensor.Window;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/// Times a layer's step in both forms, for some sizes and densities: where the two meet is the layer's break-even, with
/// the input gradient and without it. Takes three or four seconds.
final class CostMeter {
    /// Layers that are measured, by kind and size.
    static final List<Sample> SAMPLES = List.of(
            Sample.linear(10, 100),
            Sample.linear(100, 300),
            Sample.linear(300, 784),
            Sample.linear(1024, 1024),
            Sample.conv(128, 128, 2),
            Sample.conv(128, 128, 4),
            Sample.conv(64, 64, 8),
            Sample.conv(32, 32, 16),
            Sample.conv(16, 16, 32));

    private static final double[] DENSITIES = {0.02, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 1.0};

    /// Compressed must win by so much: it is never to be chosen where it might be slower.
    private static final double MARGIN = 1.05;

    /// Runs in a row: the first find the memory of another layer in the caches, as no training does. A convolution is
    /// long enough to forget it.
    private static final int IN_A_ROW = 3;

    private static final long NANOS_PER_SIZE = 250_000_000;

    /// Rounds at least: the shortest of fewer would be a matter of luck where others use the machine too.
    private static final int ROUNDS = 6;

    private final Kernels kernels;
    private final int batch;

    /// @param side rows and columns of the images that a 3×3 convolution reads; 0 for a linear layer
    record Sample(int outputs, int channels, int side) {
        static Sample linear(int outputs, int inputs) {
            return new Sample(outputs, inputs, 0);
        }

        static Sample conv(int outputs, int channels, int side) {
            return new Sample(outputs, channels, side);
        }

        CostModel.Size size() {
            CostModel.Kind kind = side == 0 ? CostModel.Kind.LINEAR : CostModel.Kind.CONV;
            return new CostModel.Size(kind, outputs, inputs(), positions());
        }

        /// Weights of an output.
        int inputs() {
            return channels * taps();
        }

        int taps() {
            return side == 0 ? 1 : 9;
        }

        int positions() {
            return side == 0 ? 1 : side * side;
        }
    }

    CostMeter(Kernels kernels, int batch) {
        this.kernels = kernels;
        this.batch = batch;
    }

    List<CostModel.Point> measure() {
        List<CostModel.Point> points = new ArrayList<>();
        for (Sample sample : SAMPLES) {
            try (Arena arena = Arena.ofConfined()) {
                points.add(point(arena, sample));
            }
        }
        return points;
    }

    private CostModel.Point point(Arena arena, Sample sample) {
        Batch x = filled(arena, sample.channels() * sample.positions());
        Batch y = filled(arena, sample.outputs() * sample.positions());
        Batch dx = Batch.allocate(arena, x.features(), batch);
        int weights = sample.outputs() * sample.inputs();
        Step dense = new Step(arena, Form.DENSE, sample, mask(weights, 0.5), x, y, dx);
        Step[] compressed = new Step[DENSITIES.length];
        for (int i = 0; i < compressed.length; i++) {
            compressed[i] = new Step(arena, Form.COMPRESSED, sample, mask(weights, DENSITIES[i]), x, y, dx);
        }
        int inARow = sample.side() == 0 ? IN_A_ROW : 1;
        long end = System.nanoTime() + NANOS_PER_SIZE;
        for (int round = 0; round < ROUNDS || System.nanoTime() < end; round++) {
            dense.run(inARow);
            for (Step step : compressed) {
                step.run(inARow);
            }
        }
        double[] first =
                Arrays.stream(compressed).mapToDouble(step -> step.best).toArray();
        double[] inner = Arrays.stream(compressed)
                .mapToDouble(step -> step.best + step.bestInput)
                .toArray();
        List<CostModel.Time> times = new ArrayList<>();
        for (int i = 0; i < compressed.length; i++) {
            times.add(time(DENSITIES[i], compressed[i]));
        }
        return new CostModel.Point(
                sample.size(),
                crossing((double) dense.best, first),
                crossing((double) dense.best + dense.bestInput, inner),
                time(1, dense),
                times);
    }

    private CostModel.Time time(double density, Step step) {
        double lanes = Slab.padded(batch);
        return new CostModel.Time(density, step.best / lanes, step.bestInput / lanes);
    }

    /// Where the compressed step's time, linear between the densities, passes the dense one's.
    static double crossing(double dense, double[] compressed) {
        double wanted = dense / MARGIN;
        double density = 0;
        double time = 0;
        for (int i = 0; i < compressed.length; i++) {
            double next = Math.max(time, compressed[i]);
            if (next > wanted) {
                double share = next == time ? 0 : (wanted - time) / (next - time);
                return density + share * (DENSITIES[i] - density);
            }
            density = DENSITIES[i];
            time = next;
        }
        return 1;
    }

    private Batch filled(Arena arena, int features) {
        SplittableRandom random = new SplittableRandom(features);
        Batch filled = Batch.allocate(arena, features, batch);
        for (int k = 0; k < features; k++) {
            for (int n = 0; n < batch; n++) {
                filled.set(k, n, (float) random.nextDouble(-1, 1));
            }
        }
        return filled;
    }

    private static Mask mask(int length, double density) {
        SplittableRandom random = new SplittableRandom(length);
        byte[] alive = new byte[length];
        for (int i = 0; i < length; i++) {
            alive[i] = (byte) (random.nextDouble() < density ? 1 : 0);
        }
        alive[0] = 1;
        return Mask.of(alive);
    }

    /// One layer in one form, and the shortest times that its step took.
    private final class Step {
        private final Window window;
        private final Weights weights;
        private final Span bias;
        private final Span m;
        private final Span v;
        private final Rule rule;
        private final Batch x;
        private final Batch y;
        private final Batch dx;
        /// Of forward and update together, and of the input gradient.
        private long best = Long.MAX_VALUE;

        private long bestInput = Long.MAX_VALUE;

        Step(Arena arena, Form form, Sample sample, Mask mask, Batch x, Batch y, Batch dx) {
            int outputs = sample.outputs();
            int inputs = sample.inputs();
            int entries = Weights.entries(form, outputs, inputs, mask);
            weights = new Weights(arena, form, outputs, inputs, sample.taps(), mask, Span.allocate(arena, entries));
            window = sample.side() == 0
                    ? null
                    : new Window(arena, sample.channels(), sample.side(), sample.side(), 3, 3, 1, 1);
            weights.values().fill(1e-3f);
            bias = Span.allocate(arena, outputs);
            m = Span.allocate(arena, entries);
            v = Span.allocate(arena, entries);
            rule = new Rule(
                    arena, Rule.Kind.ADAM, new Rule.Constants(0.9f, 0.1f, 0.999f, 0.001f, 1e-8f, 0f, 0f), new float[] {
                        1e-3f, 1e-3f, 1f
                    });
            this.x = x;
            this.y = y;
            this.dx = dx;
        }

        void run(int times) {
            for (int i = 0; i < times; i++) {
                run();
            }
        }

        private void run() {
            long start = System.nanoTime();
            forward();
            long forward = System.nanoTime();
            backwardInput();
            long input = System.nanoTime();
            update();
            best = Math.min(best, System.nanoTime() - input + forward - start);
            bestInput = Math.min(bestInput, input - forward);
        }

        private void forward() {
            if (window == null) {
                kernels.linearForward(weights, bias, x, Activation.RELU, y);
            } else {
                kernels.convForward(window, weights, bias, x, Activation.RELU, y);
            }
        }

        private void backwardInput() {
            if (window == null) {
                kernels.linearBackwardInput(weights, y, x, dx);
            } else {
                kernels.convBackwardInput(window, weights, y, x, dx);
            }
        }

        private void update() {
            if (window == null) {
                kernels.linearUpdate(rule, 0, weights, x, y, m, v, bias);
            } else {
                kernels.convUpdate(rule, 0, window, weights, x, y, m, v, bias);
            }
        }
    }
}
