package dev.tombola.nn;

import dev.tombola.tensor.Mask;
import dev.tombola.tensor.Weights;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What of a network is at work under a set of masks. A unit from which no surviving weight leads on is left out of
/// every pass, and so is a pixel that is dark in all images or that no weight reads: layers are as large as what is
/// left. Nothing else changes by it, to the bit: what is left out would have been multiplied by +0, and the weights
/// that hang on it have a gradient of +0. Those are [#asleep]; they stay with the optimiser and in every snapshot.
///
/// A unit with no weight into it is at work: it puts out its bias.
public final class Plan {
    private final Network network;
    private final Masks masks;
    private final int[] pixels;
    private final Map<String, Part> parts = new HashMap<>();

    /// The units of a linear layer that are at work: rows and columns of its weight matrix, ascending, and the mask of
    /// these.
    static final class Part {
        private final int[] outputs;
        private final int[] inputs;
        private final Mask mask;

        Part(int[] outputs, int[] inputs, Mask mask) {
            this.outputs = outputs;
            this.inputs = inputs;
            this.mask = mask;
        }

        int[] outputs() {
            return outputs;
        }

        int[] inputs() {
            return inputs;
        }

        Mask mask() {
            return mask;
        }

        /// The dense tensor's place of a place among the rows and columns at work.
        int place(int compact, int denseInputs) {
            return outputs[compact / inputs.length] * denseInputs + inputs[compact % inputs.length];
        }
    }

    private Plan(Network network, Masks masks, BitSet lit) {
        this.network = network;
        this.masks = masks;
        List<Layer> layers = network.layers();
        BitSet live = all(network.classes());
        for (int i = layers.size() - 1; i >= 0; i--) {
            if (layers.get(i) instanceof Linear linear) {
                live = part(linear, live, i > 0 || lit == null ? all(linear.inputs()) : lit, lit == null);
            }
        }
        this.pixels = live.stream().toArray();
    }

    /// The plan that leaves nothing out, to compare others with.
    public static Plan complete(Network network, Masks masks) {
        return new Plan(network, masks, null);
    }

    /// The plan for images of which only some pixels are ever anything but +0.
    ///
    /// @param lit those pixels
    public static Plan of(Network network, Masks masks, BitSet lit) {
        return new Plan(network, masks, lit);
    }

    /// The plan for any images.
    public static Plan of(Network network, Masks masks) {
        return new Plan(network, masks, all(network.inputs()));
    }

    public Network network() {
        return network;
    }

    /// The pixels that the first layer reads, ascending.
    public int[] pixels() {
        return pixels.clone();
    }

    /// The mask of a weight tensor among the units at work, `[outputs, inputs]`.
    public Mask mask(Linear layer) {
        return part(layer).mask();
    }

    /// Outputs of a layer that are at work.
    public int outputs(Linear layer) {
        return part(layer).outputs().length;
    }

    /// Inputs of a layer that are at work.
    public int inputs(Linear layer) {
        return part(layer).inputs().length;
    }

    /// Whether the layer can be stored compressed at all.
    boolean compressible(Linear layer) {
        return Math.max(outputs(layer), inputs(layer)) <= Weights.MAX_COMPRESSED_SIDE;
    }

    Part part(Linear layer) {
        return parts.get(layer.name());
    }

    /// Dense places of the surviving weights of a layer that no pass touches.
    int[] asleep(Linear layer) {
        Mask mask = masks.get(layer.weight().name());
        Part part = part(layer);
        BitSet rows = setOf(part.outputs());
        BitSet columns = setOf(part.inputs());
        int[] places = new int[mask.survivors() - part.mask().survivors()];
        int found = 0;
        for (int m = 0; m < layer.outputs(); m++) {
            for (int k = 0; k < layer.inputs(); k++) {
                if (mask.alive(m * layer.inputs() + k) && !(rows.get(m) && columns.get(k))) {
                    places[found++] = m * layer.inputs() + k;
                }
            }
        }
        return places;
    }

    /// Settles a layer whose outputs at work are known; returns the inputs that those read.
    private BitSet part(Linear layer, BitSet outputs, BitSet lit, boolean complete) {
        Mask mask = masks.get(layer.weight().name());
        if (mask.length() != layer.weight().count()) {
            throw new IllegalArgumentException("the mask of %s has %d entries but the parameter is %s"
                    .formatted(
                            layer.weight().name(), mask.length(), layer.weight().shape()));
        }
        int[] rows = outputs.stream().toArray();
        BitSet live = new BitSet(layer.inputs());
        for (int m : rows) {
            for (int k = 0; k < layer.inputs(); k++) {
                if (complete || (lit.get(k) && mask.alive(m * layer.inputs() + k))) {
                    live.set(k);
                }
            }
        }
        if (live.isEmpty()) {
            live.set(0); // a matrix has a column, whether or not anything is in it
        }
        int[] columns = live.stream().toArray();
        byte[] alive = new byte[rows.length * columns.length];
        for (int r = 0; r < rows.length; r++) {
            for (int c = 0; c < columns.length; c++) {
                alive[r * columns.length + c] = (byte) (mask.alive(rows[r] * layer.inputs() + columns[c]) ? 1 : 0);
            }
        }
        parts.put(layer.name(), new Part(rows, columns, Mask.of(alive)));
        return live;
    }

    private static BitSet all(int count) {
        BitSet set = new BitSet(count);
        set.set(0, count);
        return set;
    }

    /// What of 0 … count - 1 is not among `members`.
    static int[] others(int[] members, int count) {
        BitSet others = all(count);
        others.andNot(setOf(members));
        return others.stream().toArray();
    }

    private static BitSet setOf(int[] members) {
        BitSet set = new BitSet();
        for (int member : members) {
            set.set(member);
        }
        return set;
    }
}
