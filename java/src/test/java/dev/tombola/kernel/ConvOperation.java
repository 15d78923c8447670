package dev.tombola.kernel;

import dev.tombola.tensor.Activation;
import dev.tombola.tensor.Batch;
import dev.tombola.tensor.Form;
import dev.tombola.tensor.Rule;
import dev.tombola.tensor.Span;
import dev.tombola.tensor.Weights;
import dev.tombola.tensor.Window;
import java.util.List;

/// The operations of a convolution.
enum ConvOperation implements Operation<ImageShape> {
    CONV_FORWARD_DENSE("convForward", (k, s, o) -> forward(k, s, o, Form.DENSE)),
    CONV_FORWARD_COMPRESSED("convForward", (k, s, o) -> forward(k, s, o, Form.COMPRESSED)),
    CONV_BACKWARD_INPUT_DENSE("convBackwardInput", (k, s, o) -> backwardInput(k, s, o, Form.DENSE)),
    CONV_BACKWARD_INPUT_COMPRESSED("convBackwardInput", (k, s, o) -> backwardInput(k, s, o, Form.COMPRESSED)),
    CONV_BACKWARD_WEIGHT_DENSE("convBackwardWeight", (k, s, o) -> backwardWeight(k, s, o, Form.DENSE)),
    CONV_BACKWARD_WEIGHT_COMPRESSED("convBackwardWeight", (k, s, o) -> backwardWeight(k, s, o, Form.COMPRESSED)),
    CONV_UPDATE_ADAM_DENSE("convUpdate", (k, s, o) -> update(k, s, o, Form.DENSE, Rule.Kind.ADAM)),
    CONV_UPDATE_ADAM_COMPRESSED("convUpdate", (k, s, o) -> update(k, s, o, Form.COMPRESSED, Rule.Kind.ADAM)),
    CONV_UPDATE_SGD_DENSE("convUpdate", (k, s, o) -> update(k, s, o, Form.DENSE, Rule.Kind.SGD)),
    CONV_UPDATE_SGD_COMPRESSED("convUpdate", (k, s, o) -> update(k, s, o, Form.COMPRESSED, Rule.Kind.SGD));

    private final String method;

    @SuppressWarnings("ImmutableEnumChecker") // what is called keeps nothing
    private final Call<ImageShape> call;

    ConvOperation(String method, Call<ImageShape> call) {
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

    private static void forward(Kernels kernels, ImageShape shape, Operands operands, Form form) {
        Window window = shape.window(operands.arena());
        Weights weights = weights(shape, operands, form);
        Span bias = operands.input(shape.outputs(), shape.values());
        Batch x = operands.input(window.features(), shape.size(), shape.values());
        int out = shape.outputs() * window.positions();
        kernels.convForward(window, weights, bias, x, Activation.RELU, operands.values(out, shape.size()));
        kernels.convForward(window, weights, null, x, Activation.IDENTITY, operands.values(out, shape.size()));
    }

    private static void backwardInput(Kernels kernels, ImageShape shape, Operands operands, Form form) {
        Window window = shape.window(operands.arena());
        Weights weights = weights(shape, operands, form);
        Batch dy = operands.gradient(shape.outputs() * window.positions(), shape.size(), shape.values());
        Batch gate = operands.input(window.features(), shape.size(), Values.HARSH);
        kernels.convBackwardInput(window, weights, dy, null, operands.output(window.features(), shape.size()));
        kernels.convBackwardInput(window, weights, dy, gate, operands.output(window.features(), shape.size()));
    }

    private static void backwardWeight(Kernels kernels, ImageShape shape, Operands operands, Form form) {
        Window window = shape.window(operands.arena());
        Weights weights = weights(shape, operands, form);
        Batch x = operands.input(window.features(), shape.size(), shape.values());
        Batch dy = operands.gradient(shape.outputs() * window.positions(), shape.size(), shape.values());
        kernels.convBackwardWeight(
                window, weights, x, dy, operands.output(weights.values().length()));
    }

    /// One iteration: that others follow is for [LinearOperation] to show.
    private static void update(Kernels kernels, ImageShape shape, Operands operands, Form form, Rule.Kind optimizer) {
        Window window = shape.window(operands.arena());
        Weights weights = operands.stateWeights(
                form, shape.outputs(), shape.inputs(), window.taps(), shape.mask(), shape.values());
        Batch x = operands.input(window.features(), shape.size(), shape.values());
        Batch dy = operands.gradient(shape.outputs() * window.positions(), shape.size(), shape.values());
        int length = Math.toIntExact(weights.values().length());
        Span m = operands.state(length, Values.PLAIN);
        Span v = optimizer == Rule.Kind.ADAM ? operands.state(length, Values.POSITIVE) : null;
        Span db = optimizer == Rule.Kind.ADAM ? operands.output(shape.outputs()) : null;
        kernels.convUpdate(operands.rule(optimizer), 1, window, weights, x, dy, m, v, db);
    }

    static Weights weights(ImageShape shape, Operands operands, Form form) {
        return operands.weights(
                form, shape.outputs(), shape.inputs(), shape.kernel().taps(), shape.mask(), shape.values());
    }
}
