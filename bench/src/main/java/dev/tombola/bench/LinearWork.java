package dev.tombola.bench;

import dev.tombola.base.UserError;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One linear layer's work.
record LinearWork(int outputs, int inputs, int batch, Thinned weights) implements LayerWork {
    private static final Pattern SHAPE = Pattern.compile("([1-9]\\d{0,5})x([1-9]\\d{0,5})");

    /// @param shape outputs x inputs, such as `300x784`
    /// @param form `auto`, `dense` or `compressed`
    /// @throws UserError for anything else
    static LinearWork of(String shape, int batch, String density, String form) {
        Matcher sides = SHAPE.matcher(shape);
        if (!sides.matches()) {
            throw new UserError("shape is " + shape + "; it must be OUTPUTSxINPUTS, such as 300x784.");
        }
        int outputs = Integer.parseInt(sides.group(1));
        int inputs = Integer.parseInt(sides.group(2));
        Thinned weights = Thinned.of(shape, (long) outputs * inputs, density, form);
        return new LinearWork(outputs, inputs, LayerWork.batch(batch), weights);
    }

    @Override
    public int taps() {
        return 1;
    }

    @Override
    public int read() {
        return inputs;
    }

    @Override
    public int written() {
        return outputs;
    }

    /// Of each surviving weight and each example; lanes that fill up a batch do not count.
    @Override
    public double flop() {
        return 2.0 * weights.survivors() * batch;
    }
}
