package dev.tombola.bench.peers;

import java.util.concurrent.TimeUnit;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.scalar.RectifiedLinear;
import org.nd4j.linalg.api.ops.impl.scalar.Step;
import org.nd4j.linalg.api.ops.impl.transforms.custom.SoftMax;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.Adam;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// StepBench's training step, dense, in ND4J on one thread: products, gradients and Adam by hand, into arrays made
/// once. Its OpenBLAS 0.3.19 takes a Zen 4 for a Zen: run it with `OMP_NUM_THREADS=1 OPENBLAS_CORETYPE=SkylakeX` there.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 7, time = 1)
public class Nd4jStepBench {
    private static final int[] WIDTHS = {Batches.PIXELS, 300, 100, 10};
    private static final int LAYERS = WIDTHS.length - 1;

    /// `operations` is Adam by hand, `updater` is ND4J's own.
    @Param({"operations", "updater"})
    public String adam;

    private final Batches batches = new Batches();
    private final int[] indices = new int[Batches.SIZE];
    private final INDArray[] weights = new INDArray[LAYERS];
    private final INDArray[] biases = new INDArray[LAYERS];
    private final INDArray[] weightGradients = new INDArray[LAYERS];
    private final INDArray[] biasGradients = new INDArray[LAYERS];
    /// What goes into each layer, and at the end what comes out of the last.
    private final INDArray[] values = new INDArray[LAYERS + 1];

    private final INDArray[] errors = new INDArray[LAYERS + 1];
    private final INDArray[] lit = new INDArray[LAYERS + 1];
    private INDArray images;
    private INDArray truths;
    private INDArray truth;
    private INDArray parameters;
    private INDArray gradient;
    private INDArray lanes;
    private INDArray product;
    private Nd4jAdam operations;
    private GradientUpdater<?> updater;
    private int iteration;

    @Setup(Level.Trial)
    public void prepare() {
        Nd4j.getEnvironment().setMaxThreads(1);
        Nd4j.getEnvironment().setMaxMasterThreads(1);
        images = Nd4j.createFromArray(batches.images()).reshape(Batches.EXAMPLES, Batches.PIXELS);
        truths = oneHot(batches.labels());
        truth = array(Batches.SIZE, 10);
        values[0] = Nd4j.createUninitialized(DataType.FLOAT, new long[] {Batches.SIZE, Batches.PIXELS}, 'c');
        int size = 0;
        for (int layer = 0; layer < LAYERS; layer++) {
            size += (WIDTHS[layer] + 1) * WIDTHS[layer + 1];
        }
        parameters = Nd4j.rand(DataType.FLOAT, 1, size).subi(0.5).muli(0.1);
        gradient = Nd4j.zeros(DataType.FLOAT, 1, size);
        operations = new Nd4jAdam(parameters);
        updater = new Adam(0.0012, 0.9, 0.999, 1e-8).instantiate(Nd4j.zeros(DataType.FLOAT, 1, 2L * size), true);
        int start = 0;
        for (int layer = 0; layer < LAYERS; layer++) {
            int in = WIDTHS[layer];
            int out = WIDTHS[layer + 1];
            weights[layer] = part(parameters, start, in, out);
            weightGradients[layer] = part(gradient, start, in, out);
            start += in * out;
            biases[layer] = part(parameters, start, 1, out);
            biasGradients[layer] = part(gradient, start, 1, out);
            start += out;
            values[layer + 1] = array(Batches.SIZE, out);
            errors[layer + 1] = array(Batches.SIZE, out);
            lit[layer + 1] = array(Batches.SIZE, out);
        }
        lanes = Nd4j.rand(DataType.FLOAT, 784, 64).dup('f');
        product = array(300, 64);
    }

    @Benchmark
    public void step() {
        batches.next(indices);
        Nd4j.pullRows(images, values[0], 1, indices);
        Nd4j.pullRows(truths, truth, 1, indices);
        for (int layer = 0; layer < LAYERS; layer++) {
            INDArray sum = values[layer + 1];
            Nd4j.gemm(values[layer], weights[layer], sum, false, false, 1, 0);
            sum.addiRowVector(biases[layer]);
            if (layer < LAYERS - 1) {
                Nd4j.exec(new RectifiedLinear(sum, sum));
            }
        }
        Nd4j.exec(new SoftMax(values[LAYERS], errors[LAYERS], 1));
        errors[LAYERS].subi(truth).divi(Batches.SIZE);
        for (int layer = LAYERS - 1; layer >= 0; layer--) {
            INDArray error = errors[layer + 1];
            Nd4j.gemm(values[layer], error, weightGradients[layer], true, false, 1, 0);
            error.sum(biasGradients[layer], 0);
            if (layer > 0) {
                Nd4j.gemm(error, weights[layer], errors[layer], false, true, 1, 0);
                Nd4j.exec(new Step(values[layer], lit[layer]));
                errors[layer].muli(lit[layer]);
            }
        }
        if (adam.equals("operations")) {
            operations.step(parameters, gradient);
        } else {
            updater.applyUpdater(gradient, iteration++, 0);
            parameters.subi(gradient);
        }
    }

    /// The first layer's forward product alone, 300x784 by 784x64: 30.1 MFLOP.
    @Benchmark
    public void forward() {
        Nd4j.gemm(weights[0], lanes, product, true, false, 1, 0);
    }

    private static INDArray array(long rows, long columns) {
        return Nd4j.createUninitialized(DataType.FLOAT, new long[] {rows, columns}, 'f');
    }

    private static INDArray part(INDArray flat, int start, int rows, int columns) {
        return flat.get(NDArrayIndex.point(0), NDArrayIndex.interval(start, start + rows * columns))
                .reshape('f', rows, columns);
    }

    private static INDArray oneHot(int[] labels) {
        float[] values = new float[labels.length * 10];
        for (int i = 0; i < labels.length; i++) {
            values[i * 10 + labels[i]] = 1;
        }
        return Nd4j.createFromArray(values).reshape(labels.length, 10);
    }
}
