package dev.tombola.bench;

import dev.tombola.base.UserError;
import dev.tombola.nn.Conv;
import dev.tombola.nn.Network;
import dev.tombola.nn.Role;
import dev.tombola.nn.Shape;
import dev.tombola.tensor.Window;
import java.lang.foreign.Arena;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One convolution's work, on square images, with a border of zeros that keeps their size at stride 1.
///
/// @param side rows and columns of the images that go in
record ConvWork(Conv layer, int side, int batch, Thinned weights) implements LayerWork {
    private static final Pattern SHAPE =
            Pattern.compile("([1-9]\\d{0,4})x([1-9]\\d{0,4})x([1-9]\\d{0,2})(?:k([1-9]))?(?:s([1-9]))?");
    private static final int KERNEL = 3;
    private static final int LANES = 16;

    /// @param shape outputs x channels x side, then `k` and the kernel's size if that is not 3, `s` and the stride if
    ///     that is not 1: `64x3x32`, `32x16x32k1s2`
    /// @param form `auto`, `dense` or `compressed`
    /// @throws UserError for anything else
    static ConvWork of(String shape, int batch, String density, String form) {
        Matcher sizes = SHAPE.matcher(shape);
        if (!sizes.matches()) {
            throw new UserError("shape is " + shape
                    + "; it must be OUTPUTSxCHANNELSxSIDE, then kKERNEL and sSTRIDE where they are not 3 and 1, such as"
                    + " 64x3x32 or 32x16x32k1s2.");
        }
        int outputs = Integer.parseInt(sizes.group(1));
        int channels = Integer.parseInt(sizes.group(2));
        int kernel = sizes.group(4) == null ? KERNEL : Integer.parseInt(sizes.group(4));
        int stride = sizes.group(5) == null ? 1 : Integer.parseInt(sizes.group(5));
        Conv layer = new Conv("conv", Role.CONV, channels, outputs, kernel, stride, kernel / 2, true);
        Thinned weights = Thinned.of(shape, (long) outputs * channels * layer.taps(), density, form);
        return new ConvWork(layer, Integer.parseInt(sizes.group(3)), LayerWork.batch(batch), weights);
    }

    /// The shapes of a network's convolutions, each once, in the order in which data pass.
    static Set<String> shapes(Network network) {
        Set<String> shapes = new LinkedHashSet<>();
        Inputs.of(network).forEach((layer, input) -> {
            if (layer instanceof Conv conv) {
                shapes.add(name(conv, input.height()));
            }
        });
        return shapes;
    }

    private static String name(Conv conv, int side) {
        return "%dx%dx%d".formatted(conv.outputs(), conv.inputs(), side)
                + (conv.kernel() == KERNEL ? "" : "k" + conv.kernel())
                + (conv.stride() == 1 ? "" : "s" + conv.stride());
    }

    Window window(Arena arena) {
        return new Window(
                arena, layer.inputs(), side, side, layer.kernel(), layer.kernel(), layer.stride(), layer.padding());
    }

    @Override
    public int outputs() {
        return layer.outputs();
    }

    @Override
    public int taps() {
        return layer.taps();
    }

    @Override
    public int read() {
        return input().features();
    }

    @Override
    public int written() {
        return layer.output(input()).features();
    }

    /// Of each surviving weight, each position that comes out and each lane: N rounded up to sixteen. What a tap reads
    /// of the border counts like the rest, as is usual, though a kernel may leave it out.
    @Override
    public double flop() {
        double lanes = Math.ceilDiv(batch, LANES) * (double) LANES;
        return 2.0 * weights.survivors() * layer.output(input()).positions() * lanes;
    }

    private Shape input() {
        return new Shape(layer.inputs(), side, side);
    }
}
