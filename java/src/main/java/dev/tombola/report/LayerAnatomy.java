package dev.tombola.report;

import dev.tombola.nn.Conv;
import dev.tombola.nn.Weighted;
import dev.tombola.tensor.Mask;
import java.util.NavigableMap;
import java.util.TreeMap;

/// What is known of one layer's weights, pooled over trials. A weight tensor is `[outputs, inputs]` or
/// `[outputs, inputs, kernel, kernel]`; the units that connections come into are its outputs, those that they go out
/// from its inputs: single values of a linear layer, whole channels of a convolution.
final class LayerAnatomy {
    /// The same of the weights inside a ticket and of those outside.
    record Sides(Tally in, Tally out) {
        Sides() {
            this(new Tally(), new Tally());
        }

        private void add(boolean inside, double value) {
            (inside ? in : out).add(value);
        }
    }

    private final Weighted layer;
    private final Tally initial = new Tally();
    private final NavigableMap<Integer, Tally> surviving = new TreeMap<>();
    private final NavigableMap<Integer, Connections> incoming = new TreeMap<>();
    private final NavigableMap<Integer, Connections> outgoing = new TreeMap<>();
    private final Sides moved = new Sides();
    private final Sides grown = new Sides();

    LayerAnatomy(Weighted layer) {
        this.layer = layer;
    }

    Weighted layer() {
        return layer;
    }

    String name() {
        return layer.name();
    }

    boolean isConv() {
        return layer instanceof Conv;
    }

    /// Whether it knows of a dense training.
    boolean hasDense() {
        return moved.in().total() + moved.out().total() > 0;
    }

    /// Initial values of all weights.
    Tally initial() {
        return initial;
    }

    /// By level, the initial values of those that survive.
    NavigableMap<Integer, Tally> surviving() {
        return surviving;
    }

    /// By level, what is left of the connections into each output.
    NavigableMap<Integer, Connections> incoming() {
        return incoming;
    }

    /// By level, what is left of the connections out of each input.
    NavigableMap<Integer, Connections> outgoing() {
        return outgoing;
    }

    /// |end − start| of the dense training.
    Sides moved() {
        return moved;
    }

    /// |end| − |start| of the dense training.
    Sides grown() {
        return grown;
    }

    /// Takes up a trial's initial values.
    void addInitial(float[] values) {
        for (float value : values) {
            initial.add(value);
        }
    }

    /// Takes up the initial values that a trial's ticket keeps.
    void addSurviving(int level, float[] values, Mask mask) {
        Tally tally = surviving.computeIfAbsent(level, _ -> new Tally());
        for (int i = 0; i < values.length; i++) {
            if (mask.alive(i)) {
                tally.add(values[i]);
            }
        }
    }

    /// Takes up a trial's dense training.
    ///
    /// @param ticket which weights are in the ticket
    void addDense(float[] start, float[] end, Mask ticket) {
        for (int i = 0; i < start.length; i++) {
            boolean inside = ticket.alive(i);
            moved.add(inside, Math.abs((double) end[i] - start[i]));
            grown.add(inside, Math.abs((double) end[i]) - Math.abs((double) start[i]));
        }
    }

    /// Takes up the connections of a trial's ticket.
    void addConnections(int level, Mask mask) {
        int[] into = new int[layer.outputs()];
        int[] from = new int[layer.inputs()];
        int taps = layer.taps();
        for (int i = 0; i < mask.length(); i++) {
            if (mask.alive(i)) {
                into[i / taps / from.length]++;
                from[i / taps % from.length]++;
            }
        }
        incoming.computeIfAbsent(level, _ -> new Connections(from.length * taps))
                .add(into);
        outgoing.computeIfAbsent(level, _ -> new Connections(into.length * taps))
                .add(from);
    }
}
