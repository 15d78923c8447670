package dev.tombola.kernel;

import dev.tombola.tensor.Activation;
import dev.tombola.tensor.Batch;
import dev.tombola.tensor.Form;
import dev.tombola.tensor.Mask;
import dev.tombola.tensor.Rule;
import dev.tombola.tensor.Span;
import dev.tombola.tensor.Weights;
import java.util.List;

/// The operations of a linear layer.
enum LinearOperation implements Operation<Shape> {
    LINEAR_FORWARD_DENSE("linearForward", (k, s, o) -> forward(k, s, o, Form.DENSE)),
    LINEAR_FORWARD_COMPRESSED("linearForward", (k, s, o) -> forward(k, s, o, Form.COMPRESSED)),
    LINEAR_BACKWARD_INPUT_DENSE("linearBackwardInput", (k, s, o) -> backwardInput(k, s, o, Form.DENSE)),
    LINEAR_BACKWARD_INPUT_COMPRESSED("linearBackwardInput", (k, s, o) -> backwardInput(k, s, o, Form.COMPRESSED)),
    LINEAR_BACKWARD_WEIGHT_DENSE("linearBackwardWeight", (k, s, o) -> backwardWeight(k, s, o, Form.DENSE)),
    LINEAR_BACKWARD_WEIGHT_COMPRESSED("linearBackwardWeight", (k, s, o) -> backwardWeight(k, s, o, Form.COMPRESSED)),
    LINEAR_UPDATE_ADAM_DENSE("linearUpdate", (k, s, o) -> update(k, s, o, Form.DENSE, Rule.Kind.ADAM)),
    LINEAR_UPDATE_ADAM_COMPRESSED("linearUpdate", (k, s, o) -> update(k, s, o, Form.COMPRESSED, Rule.Kind.ADAM)),
    LINEAR_UPDATE_SGD_DENSE("linearUpdate", (k, s, o) -> update(k, s, o, Form.DENSE, Rule.Kind.SGD)),
    LINEAR_UPDATE_SGD_COMPRESSED("linearUpdate", (k, s, o) -> update(k, s, o, Form.COMPRESSED, Rule.Kind.SGD)),
    BIAS_BACKWARD("biasBackward", (kernels, shape, operands) -> {
        Batch dy = operands.gradient(shape.outputs(), shape.size(), shape.values());
        kernels.biasBackward(dy, operands.output(shape.outputs()));
    });

    private final String method;

    @SuppressWarnings("ImmutableEnumChecker") // what is called keeps nothing
    private final Call<Shape> call;

    LinearOperation(String method, Call<Shape> call) {
        this.method = method;
        this.call = call;
    }

    @Override
    public List<Shape> cases() {
        return Shape.all();
    }

    @Override
    public Shape typical() {
        return Shape.TYPICAL;
    }

    @Override
    public String method() {
        return method;
    }

    @Override
    public Call<Shape> call() {
        return call;
    }

    private static void forward(Kernels kernels, Shape shape, Operands operands, Form form) {
        Weights weights = weights(shape, operands, form);
        Span bias = operands.input(shape.outputs(), shape.values());
        Batch x = operands.input(shape.inputs(), shape.size(), shape.values());
        for (Activation activation : Activation.values()) {
            kernels.linearForward(weights, bias, x, activation, operands.output(shape.outputs(), shape.size()));
        }
    }

    private static void backwardInput(Kernels kernels, Shape shape, Operands operands, Form form) {
        Weights weights = weights(shape, operands, form);
        Batch dy = operands.gradient(shape.outputs(), shape.size(), shape.values());
        Batch gate = operands.input(shape.inputs(), shape.size(), Values.HARSH);
        kernels.linearBackwardInput(weights, dy, null, operands.output(shape.inputs(), shape.size()));
        kernels.linearBackwardInput(weights, dy, gate, operands.output(shape.inputs(), shape.size()));
    }

    private static void backwardWeight(Kernels kernels, Shape shape, Operands operands, Form form) {
        Weights weights = weights(shape, operands, form);
        Batch x = operands.input(shape.inputs(), shape.size(), shape.values());
        Batch dy = operands.gradient(shape.outputs(), shape.size(), shape.values());
        kernels.linearBackwardWeight(
                weights, x, dy, operands.output(weights.values().length()));
    }

    private static void update(Kernels kernels, Shape shape, Operands operands, Form form, Rule.Kind optimizer) {
        Weights weights = operands.stateWeights(form, shape.outputs(), shape.inputs(), 1, mask(shape), shape.values());
        Batch x = operands.input(shape.inputs(), shape.size(), shape.values());
        Batch dy = operands.gradient(shape.outputs(), shape.size(), shape.values());
        Rule rule = operands.rule(optimizer);
        int length = Math.toIntExact(weights.values().length());
        Span m = operands.state(length, Values.PLAIN);
        Span v = optimizer == Rule.Kind.ADAM ? operands.state(length, Values.POSITIVE) : null;
        for (int iteration = 0; iteration < rule.iterations(); iteration++) {
            Span db = iteration == 0 ? null : operands.output(shape.outputs());
            kernels.linearUpdate(rule, iteration, weights, x, dy, m, v, db);
        }
    }

    static Weights weights(Shape shape, Operands operands, Form form) {
        return operands.weights(form, shape.outputs(), shape.inputs(), 1, mask(shape), shape.values());
    }

    private static Mask mask(Shape shape) {
        return shape.pattern().mask(shape.outputs(), shape.inputs(), shape.seed());
    }
}
