package dev.tombola.nn;

import dev.tombola.kernel.Kernels;
import dev.tombola.tensor.Activation;
import dev.tombola.tensor.Batch;
import java.util.List;
import java.util.stream.Stream;

/// A residual block (He et al., 2016): y = branch(x) + shortcut(x).
///
/// @param shortcut empty where x itself is added
public record Residual(String name, List<Layer> branch, List<Layer> shortcut) implements Layer {
    public Residual {
        branch = List.copyOf(branch);
        shortcut = List.copyOf(shortcut);
        if (branch.isEmpty()) {
            throw new IllegalArgumentException("residual block " + name + " has no branch");
        }
    }

    @Override
    public Shape output(Shape input) {
        Shape through = Network.output(branch, input);
        Shape beside = Network.output(shortcut, input);
        if (!through.equals(beside)) {
            throw new IllegalArgumentException(
                    "residual block %s adds a branch of %s to a shortcut of %s".formatted(name, through, beside));
        }
        return through;
    }

    @Override
    public List<Parameter> parameters() {
        return Stream.concat(branch.stream(), shortcut.stream())
                .flatMap(layer -> layer.parameters().stream())
                .toList();
    }

    @Override
    public boolean rectifies() {
        return true;
    }

    /// The branch leaves its input's gradient unmasked: the sum of both ways is masked once. Both ways read the
    /// output's gradient.
    @Override
    public Stage bind(Pass pass, Signal x, Activation activation, Place place) {
        Signal entry = new Signal(x.value(), x.gradient(), false, x.shape());
        Stage[] through = pass.bind(branch, entry, new Place(true, place.gradient()));
        Signal last = through[through.length - 1].output();
        Batch side = x.gradient() == null || shortcut.isEmpty() ? null : pass.gradient(x.shape());
        Stage[] beside =
                pass.bind(shortcut, new Signal(x.value(), side, false, x.shape()), new Place(true, last.gradient()));
        Batch added = shortcut.isEmpty()
                ? x.value()
                : beside[beside.length - 1].output().value();
        Signal output = pass.output(last.shape(), activation == Activation.RELU, new Place(true, last.gradient()));
        return new Bound(
                pass.kernels(),
                through,
                beside,
                x,
                added,
                shortcut.isEmpty() ? last.gradient() : side,
                activation,
                output);
    }

    private static final class Bound implements Stage {
        private final Kernels kernels;
        private final Stage[] through;
        private final Stage[] beside;
        private final Signal x;
        private final Batch shortcut;
        private final Batch dshortcut;
        private final Activation activation;
        private final Signal output;

        Bound(
                Kernels kernels,
                Stage[] through,
                Stage[] beside,
                Signal x,
                Batch shortcut,
                Batch dshortcut,
                Activation activation,
                Signal output) {
            this.kernels = kernels;
            this.through = through;
            this.beside = beside;
            this.x = x;
            this.shortcut = shortcut;
            this.dshortcut = dshortcut;
            this.activation = activation;
            this.output = output;
        }

        @Override
        public Signal output() {
            return output;
        }

        @Override
        public void forward(int iteration) {
            Pass.forward(through, iteration);
            Pass.forward(beside, iteration);
            Batch branch = through[through.length - 1].output().value();
            kernels.add(branch, shortcut, activation, null, output.value());
        }

        @Override
        public void backward(int iteration) {
            Pass.backward(through, iteration);
            Pass.backward(beside, iteration);
            if (x.gradient() != null) {
                kernels.add(x.gradient(), dshortcut, Activation.IDENTITY, x.gate(), x.gradient());
            }
        }
    }
}
