package dev.tombola.kernel;

import dev.tombola.numeric.Purpose;
import dev.tombola.numeric.Stream;
import dev.tombola.tensor.Activation;
import dev.tombola.tensor.Augment;
import dev.tombola.tensor.Batch;
import dev.tombola.tensor.Draws;
import dev.tombola.tensor.Ints;
import dev.tombola.tensor.Norm;
import dev.tombola.tensor.Pixels;
import dev.tombola.tensor.Window;
import java.util.List;

/// Operations on images, without weights: pooling, batch normalisation, sums over positions, crops and flips.
enum ImageOperation implements Operation<ImageShape> {
    MAX_POOL_FORWARD("maxPoolForward", (kernels, shape, operands) -> {
        Window window = shape.pooling(operands.arena());
        for (Values values : new Values[] {Values.HARSH, Values.TIED}) {
            Batch x = operands.input(window.features(), shape.size(), values);
            kernels.maxPoolForward(window, x, pooled(shape, window, operands));
        }
    }),
    MAX_POOL_BACKWARD("maxPoolBackward", (kernels, shape, operands) -> {
        Window window = shape.pooling(operands.arena());
        Batch dy = operands.gradient(window.channels() * window.positions(), shape.size(), Values.HARSH);
        Batch gate = image(shape, operands, Values.HARSH);
        for (Values values : new Values[] {Values.HARSH, Values.TIED}) {
            Batch x = image(shape, operands, values);
            kernels.maxPoolBackward(window, x, dy, null, operands.output(window.features(), shape.size()));
            kernels.maxPoolBackward(window, x, dy, gate, operands.output(window.features(), shape.size()));
        }
    }),
    AVERAGE_POOL_FORWARD("averagePoolForward", (kernels, shape, operands) -> {
        Batch x = image(shape, operands, shape.values());
        kernels.averagePoolForward(x, operands.output(shape.channels(), shape.size()));
    }),
    AVERAGE_POOL_BACKWARD("averagePoolBackward", (kernels, shape, operands) -> {
        Batch dy = operands.gradient(shape.channels(), shape.size(), Values.HARSH);
        Batch gate = image(shape, operands, Values.HARSH);
        kernels.averagePoolBackward(dy, null, operands.output(gate.features(), shape.size()));
        kernels.averagePoolBackward(dy, gate, operands.output(gate.features(), shape.size()));
    }),
    BATCH_NORM_FORWARD("batchNormForward", (kernels, shape, operands) -> {
        Batch x = image(shape, operands, shape.values());
        for (Activation activation : Activation.values()) {
            Norm norm = Norm.of(
                    operands.arena(),
                    operands.input(shape.channels(), Values.PLAIN),
                    operands.input(shape.channels(), Values.HARSH),
                    operands.state(shape.channels(), Values.HARSH),
                    operands.state(shape.channels(), Values.POSITIVE),
                    operands.output(shape.channels()),
                    operands.output(shape.channels()));
            kernels.batchNormForward(norm, x, activation, operands.output(x.features(), shape.size()));
        }
    }),
    BATCH_NORM_INFER("batchNormInfer", (kernels, shape, operands) -> {
        Batch x = image(shape, operands, shape.values());
        Norm norm = Norm.of(
                operands.arena(),
                operands.input(shape.channels(), Values.PLAIN),
                operands.input(shape.channels(), Values.HARSH),
                operands.input(shape.channels(), Values.HARSH),
                operands.input(shape.channels(), Values.POSITIVE),
                null,
                null);
        for (Activation activation : Activation.values()) {
            kernels.batchNormInfer(norm, x, activation, operands.output(x.features(), shape.size()));
        }
    }),
    BATCH_NORM_BACKWARD("batchNormBackward", (kernels, shape, operands) -> {
        Norm norm = trained(shape, operands);
        Batch x = image(shape, operands, shape.values());
        Batch dy = operands.gradient(x.features(), shape.size(), shape.values());
        Batch gate = image(shape, operands, Values.HARSH);
        batchNormBackward(kernels, norm, x, dy, null, operands, operands.output(x.features(), shape.size()));
        batchNormBackward(kernels, norm, x, dy, gate, operands, operands.output(x.features(), shape.size()));
    }),
    BATCH_NORM_BACKWARD_IN_PLACE("batchNormBackward", (kernels, shape, operands) -> {
        Norm norm = trained(shape, operands);
        Batch x = image(shape, operands, shape.values());
        Batch dy = operands.state(x.features(), shape.size(), shape.values());
        for (int feature = 0; feature < dy.features(); feature++) {
            for (int n = dy.size(); n < dy.lanes(); n++) {
                dy.set(feature, n, 0f);
            }
        }
        batchNormBackward(kernels, norm, x, dy, image(shape, operands, Values.HARSH), operands, dy);
    }),
    BIAS_BACKWARD_OVER_POSITIONS("biasBackward", (kernels, shape, operands) -> {
        Batch dy = operands.gradient(shape.features(), shape.size(), shape.values());
        kernels.biasBackward(dy, operands.output(shape.channels()));
    }),
    GATHER_AUGMENTED("gatherAugmented", (kernels, shape, operands) -> {
        int count = 37;
        Pixels images = operands.images(count, shape.features(), shape.channels(), shape.outputs());
        int from = shape.outputs();
        Ints order = operands.labels(count, from + shape.size());
        Draws draws = new Draws(shape.seed(), Purpose.AUGMENT.word(), Stream.trial(shape.outputs()));
        for (int padding : new int[] {0, 1, 4}) {
            kernels.gatherAugmented(
                    images,
                    Augment.of(operands.arena(), draws, shape.height(), shape.width(), padding, padding != 1),
                    shape.outputs() + padding,
                    order,
                    from,
                    operands.output(shape.features(), shape.size()),
                    operands.outputInts(shape.size()));
        }
    });

    private final String method;

    @SuppressWarnings("ImmutableEnumChecker") // what is called keeps nothing
    private final Call<ImageShape> call;

    ImageOperation(String method, Call<ImageShape> call) {
        this.method = method;
        this.call = call;
    }

    @Override
    public List<ImageShape> cases() {
        return ImageShape.all();
    }

    @Override
    public ImageShape typical() {
        return ImageShape.TYPICAL;
    }

    @Override
    public String method() {
        return method;
    }

    @Override
    public Call<ImageShape> call() {
        return call;
    }

    private static Batch image(ImageShape shape, Operands operands, Values values) {
        return operands.input(shape.features(), shape.size(), values);
    }

    private static Batch pooled(ImageShape shape, Window window, Operands operands) {
        return operands.output(window.channels() * window.positions(), shape.size());
    }

    /// What a forward pass left.
    private static Norm trained(ImageShape shape, Operands operands) {
        return Norm.of(
                operands.arena(),
                operands.input(shape.channels(), Values.HARSH),
                operands.input(shape.channels(), Values.HARSH),
                operands.input(shape.channels(), Values.HARSH),
                operands.input(shape.channels(), Values.POSITIVE),
                operands.input(shape.channels(), Values.PLAIN),
                operands.input(shape.channels(), Values.PLAIN));
    }

    private static void batchNormBackward(
            Kernels kernels, Norm norm, Batch x, Batch dy, Batch gate, Operands operands, Batch dx) {
        kernels.batchNormBackward(
                norm, x, dy, gate, operands.output(norm.channels()), operands.output(norm.channels()), dx);
    }
}
