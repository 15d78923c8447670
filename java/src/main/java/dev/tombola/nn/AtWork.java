package dev.tombola.nn;

import dev.tombola.tensor.Mask;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// The units of a network that are at work under a set of masks, found from its last layer back to its pixels. Which
/// those are, [Plan] says.
final class AtWork {
    private final Network network;
    private final Masks masks;
    private final BitSet lit;
    private final boolean complete;
    private final int[] pixels;
    private final Map<String, Part> parts = new HashMap<>();
    private final Map<String, int[]> channels = new HashMap<>();

    /// The units of a weighted layer that are at work: outputs and inputs (features or channels) of its weights,
    /// ascending.
    static final class Part {
        private final int[] outputs;
        private final int[] inputs;
        private final int positions;

        Part(int[] outputs, int[] inputs, int positions) {
            this.outputs = outputs;
            this.inputs = inputs;
            this.positions = positions;
        }

        int[] outputs() {
            return outputs;
        }

        int[] inputs() {
            return inputs;
        }

        /// Positions of an image that the layer puts out; 1 of a linear layer.
        int positions() {
            return positions;
        }

        /// The dense tensor's place of every place among the outputs and inputs at work, in order.
        int[] places(Weighted layer) {
            int taps = layer.taps();
            int[] places = new int[outputs.length * inputs.length * taps];
            int compact = 0;
            for (int output : outputs) {
                for (int input : inputs) {
                    int place = (output * layer.inputs() + input) * taps;
                    for (int tap = 0; tap < taps; tap++) {
                        places[compact++] = place + tap;
                    }
                }
            }
            return places;
        }

        /// What a mask of the dense tensor leaves of the outputs and inputs at work.
        Mask compact(Mask mask, Weighted layer) {
            int[] places = places(layer);
            byte[] alive = new byte[places.length];
            for (int i = 0; i < alive.length; i++) {
                alive[i] = (byte) (mask.alive(places[i]) ? 1 : 0);
            }
            return Mask.of(alive);
        }
    }

    /// @param lit the pixels that are ever anything but +0; null where whole images are taken, whatever is read of them
    /// @param complete whether every unit counts as at work
    private AtWork(Network network, Masks masks, BitSet lit, boolean complete) {
        this.network = network;
        this.masks = masks;
        this.lit = lit;
        this.complete = complete;
        boolean choosy = lit != null && readsPixels(network);
        BitSet live = back(network.layers(), flat(network), all(network.classes()), !choosy);
        this.pixels = (choosy ? live : all(network.inputs())).stream().toArray();
    }

    /// What is at work for images of which only some pixels are ever anything but +0.
    ///
    /// @param lit those pixels; null where whole images are taken, whatever is read of them
    static AtWork of(Network network, Masks masks, BitSet lit) {
        return new AtWork(network, masks, lit, false);
    }

    /// All units, whatever leads on from them.
    static AtWork complete(Network network, Masks masks) {
        return new AtWork(network, masks, null, true);
    }

    /// The pixels that are at work, ascending.
    int[] pixels() {
        return pixels;
    }

    Part part(Weighted layer) {
        return parts.get(layer.name());
    }

    /// The channels of a normalisation that are at work, ascending.
    int[] channels(BatchNorm norm) {
        return channels.get(norm.name());
    }

    /// The units of a dropout that are at work: which each line of its batch is.
    int[] units(Dropout dropout) {
        return channels.get(key(dropout));
    }

    /// Whether the first layer takes single pixels.
    static boolean readsPixels(Network network) {
        return network.layers().getFirst() instanceof Linear;
    }

    /// The set of 0 … count - 1.
    static BitSet all(int count) {
        BitSet set = new BitSet(count);
        set.set(0, count);
        return set;
    }

    /// Settles layers one after another, from the last: which channels of what goes into the first are at work.
    ///
    /// @param live the channels that come out and are at work
    /// @param whole whether all that goes in is at work, whatever is read
    private BitSet back(List<Layer> layers, Shape input, BitSet live, boolean whole) {
        Shape[] shapes = new Shape[layers.size()];
        boolean[] wholes = new boolean[layers.size()];
        Shape shape = input;
        boolean rest = whole;
        for (int i = 0; i < shapes.length; i++) {
            shapes[i] = shape;
            wholes[i] = rest;
            shape = layers.get(i).output(shape);
            rest = layers.get(i) instanceof Residual || (rest && !(layers.get(i) instanceof Weighted));
        }
        BitSet set = live;
        for (int i = shapes.length - 1; i >= 0; i--) {
            set = back(layers.get(i), shapes[i], set, wholes[i]);
        }
        return set;
    }

    private BitSet back(Layer layer, Shape input, BitSet live, boolean whole) {
        switch (layer) {
            case Weighted weighted -> {
                return part(weighted, input, live, whole || complete);
            }
            case Residual block -> {
                back(block.branch(), input, live, true);
                back(block.shortcut(), input, live, true);
                return all(input.channels());
            }
            case BatchNorm norm -> channels.put(norm.name(), live.stream().toArray());
            case Dropout dropout -> channels.put(key(dropout), positions(live, input.positions()));
            case Relu _, MaxPool _, AveragePool _ -> {}
        }
        return live;
    }

    /// Settles a layer whose outputs at work are known; returns the channels that those read.
    private BitSet part(Weighted layer, Shape input, BitSet outputs, boolean whole) {
        Mask mask = masks.get(layer.weight().name());
        if (mask.length() != layer.weight().count()) {
            throw new IllegalArgumentException("the mask of %s has %d entries but the parameter is %s"
                    .formatted(
                            layer.weight().name(), mask.length(), layer.weight().shape()));
        }
        int[] rows = outputs.stream().toArray();
        int width = layer.inputs() / input.channels() * layer.taps(); // weights of an output per channel
        BitSet live = whole ? all(input.channels()) : read(mask, rows, input.channels(), width);
        if (lit != null && readsPixels(network) && layer.equals(network.layers().getFirst())) {
            live.and(lit);
        }
        if (live.isEmpty()) {
            live.set(0); // a matrix has a column, whether or not anything is in it
        }
        int[] columns =
                layer.taps() == 1 ? positions(live, width) : live.stream().toArray();
        parts.put(layer.name(), new Part(rows, columns, layer.output(input).positions()));
        return live;
    }

    /// The channels, of `width` weights each, that some of these rows read.
    private static BitSet read(Mask mask, int[] rows, int channels, int width) {
        BitSet live = new BitSet(channels);
        for (int m : rows) {
            int place = m * channels * width;
            for (int k = 0; k < channels; k++, place += width) {
                for (int i = 0; i < width && !live.get(k); i++) {
                    if (mask.alive(place + i)) {
                        live.set(k);
                    }
                }
            }
        }
        return live;
    }

    private static Shape flat(Network network) {
        return readsPixels(network) ? Shape.vector(network.inputs()) : network.input();
    }

    private static String key(Dropout dropout) {
        return "dropout " + dropout.number();
    }

    /// All positions of channels, of `count` positions each.
    private static int[] positions(BitSet channels, int count) {
        return channels.stream()
                .flatMap(channel -> IntStream.range(channel * count, (channel + 1) * count))
                .toArray();
    }
}
