package dev.tombola.nn;

import dev.tombola.tensor.Mask;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// What of a network is at work under a set of masks. A unit or channel from which no surviving weight leads on is left
/// out of every pass, and so is a pixel that is dark in all images or that no weight reads: layers are as large as what
/// is left. Nothing else changes by it, to the bit: what is left out would have been multiplied by +0, and the weights
/// that hang on it have a gradient of +0. Those are [#asleep]; they stay with the optimiser and in every snapshot.
///
/// A unit with no weight into it is at work: it puts out its bias. So are all channels that go into or come out of a
/// residual block, and all pixels that a convolution reads.
public final class Plan {
    private final Network network;
    private final Masks masks;
    private final BitSet lit;
    private final int[] pixels;
    private final Map<String, Part> parts = new HashMap<>();
    private final Map<String, Integer> positions = new HashMap<>();
    private final Map<String, int[]> channels = new HashMap<>();
    private final Map<String, int[]> ownChannels = new HashMap<>();
    private final Map<String, Integer> roomAsleep = new HashMap<>();

    /// The units of a weighted layer that are at work: outputs and inputs (features or channels) of its weights,
    /// ascending, and the mask of these.
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

        /// The dense tensor's place of a place among the outputs and inputs at work.
        int place(int compact, Weighted layer) {
            int taps = layer.taps();
            int input = compact / taps;
            return (outputs[input / inputs.length] * layer.inputs() + inputs[input % inputs.length]) * taps
                    + compact % taps;
        }
    }

    private Plan(Network network, Masks masks, BitSet lit, boolean allPixels) {
        this.network = network;
        this.masks = masks;
        this.lit = lit;
        boolean choosy = !allPixels && readsPixels(network);
        BitSet live = back(network.layers(), flat(network), all(network.classes()), !choosy);
        this.pixels = choosy
                ? live.stream().toArray()
                : all(network.inputs()).stream().toArray();
    }

    /// The plan that leaves nothing out, to compare others with.
    public static Plan complete(Network network, Masks masks) {
        return new Plan(network, masks, null, true);
    }

    /// The plan for images of which only some pixels are ever anything but +0.
    ///
    /// @param lit those pixels
    public static Plan of(Network network, Masks masks, BitSet lit) {
        return new Plan(network, masks, lit, false);
    }

    /// The plan that takes whole images, whatever is read of them.
    public static Plan ofAllPixels(Network network, Masks masks) {
        return new Plan(network, masks, all(network.inputs()), true);
    }

    /// The plan for any images.
    public static Plan of(Network network, Masks masks) {
        return new Plan(network, masks, all(network.inputs()), false);
    }

    /// A plan for each of several networks that run side by side: what is at work in one of them is at work in all, and
    /// their memory is laid out alike.
    ///
    /// @param lit as in [#of]; null for whole images
    public static List<Plan> together(Network network, List<Masks> masks, BitSet lit) {
        Masks union = Masks.union(network, masks);
        Plan shared = lit == null ? ofAllPixels(network, union) : of(network, union, lit);
        List<Plan> plans = masks.stream().map(own -> new Plan(shared, own)).toList();
        for (Weighted layer : network.weighted()) {
            List<Mask> aligned =
                    Mask.together(plans.stream().map(plan -> plan.mask(layer)).toList());
            int asleep = plans.stream()
                    .mapToInt(plan -> plan.asleep(layer).length)
                    .max()
                    .orElseThrow();
            for (int i = 0; i < plans.size(); i++) {
                Plan plan = plans.get(i);
                Part part = plan.part(layer);
                plan.parts.put(layer.name(), new Part(part.outputs(), part.inputs(), aligned.get(i)));
                plan.roomAsleep.put(layer.name(), asleep);
            }
        }
        for (int i = 0; i < plans.size() && !network.norms().isEmpty(); i++) {
            Plan alone = lit == null ? ofAllPixels(network, masks.get(i)) : of(network, masks.get(i), lit);
            plans.get(i).ownChannels.putAll(alone.channels);
        }
        for (BatchNorm norm : network.norms()) {
            int asleep = plans.stream()
                    .mapToInt(plan -> plan.statisticsAsleep(norm).length)
                    .max()
                    .orElseThrow();
            plans.forEach(plan -> plan.roomAsleep.put(norm.name(), asleep));
        }
        return plans;
    }

    /// The same units at work under masks of its own.
    private Plan(Plan shared, Masks masks) {
        this.network = shared.network;
        this.masks = masks;
        this.lit = shared.lit;
        this.pixels = shared.pixels;
        this.positions.putAll(shared.positions);
        this.channels.putAll(shared.channels);
        for (Weighted layer : network.weighted()) {
            Part part = shared.part(layer);
            parts.put(layer.name(), compact(masks.get(layer.weight().name()), layer, part.outputs(), part.inputs()));
        }
    }

    public Network network() {
        return network;
    }

    /// The shape of what goes in: a vector of [#pixels] where the first layer takes one.
    Shape input() {
        return readsPixels(network) ? Shape.vector(pixels.length) : network.input();
    }

    /// The pixels that the first layer reads, ascending.
    public int[] pixels() {
        return pixels.clone();
    }

    /// The mask of a weight tensor among the units at work, `[outputs, inputs]` or `[outputs, inputs, kernel, kernel]`.
    public Mask mask(Weighted layer) {
        return part(layer).mask();
    }

    /// Outputs of a layer that are at work.
    public int outputs(Weighted layer) {
        return part(layer).outputs().length;
    }

    /// Weights of an output at work: inputs at work × taps.
    public int inputs(Weighted layer) {
        return part(layer).inputs().length * layer.taps();
    }

    /// Positions of an image that a layer puts out; 1 of a linear layer.
    int positions(Weighted layer) {
        return positions.get(layer.name());
    }

    Part part(Weighted layer) {
        return parts.get(layer.name());
    }

    /// The channels of a normalisation that are at work, ascending.
    int[] channels(BatchNorm norm) {
        return channels.get(norm.name());
    }

    /// The channels of a normalisation at work whose statistics count; -1 for one that is at work only in others side
    /// by
    /// side: alone its statistics would stay as they were, and nothing reads them.
    int[] statistics(BatchNorm norm) {
        BitSet own = setOf(ownChannels.getOrDefault(norm.name(), channels(norm)));
        return Arrays.stream(channels(norm))
                .map(channel -> own.get(channel) ? channel : -1)
                .toArray();
    }

    /// The channels of a normalisation whose statistics stay as they were; -1 as in [#asleep].
    int[] statisticsAsleep(BatchNorm norm) {
        int[] places = others(ownChannels.getOrDefault(norm.name(), channels(norm)), norm.channels());
        return padded(places, roomAsleep.getOrDefault(norm.name(), places.length));
    }

    /// The units of a dropout that are at work: which each line of its batch is.
    int[] units(Dropout dropout) {
        return channels.get(key(dropout));
    }

    /// Dense places of the surviving weights of a layer that no pass touches; -1 for room that others side by side
    /// take.
    int[] asleep(Weighted layer) {
        Mask mask = masks.get(layer.weight().name());
        Part part = part(layer);
        BitSet rows = setOf(part.outputs());
        BitSet columns = setOf(part.inputs());
        int count = mask.survivors() - part.mask().survivors();
        int[] places = new int[count];
        int found = 0;
        int place = 0;
        for (int m = 0; m < layer.outputs() && found < count; m++) {
            for (int k = 0; k < layer.inputs(); k++) {
                boolean works = rows.get(m) && columns.get(k);
                for (int tap = 0; tap < layer.taps(); tap++, place++) {
                    if (!works && mask.alive(place)) {
                        places[found++] = place;
                    }
                }
            }
        }
        return padded(places, roomAsleep.getOrDefault(layer.name(), count));
    }

    /// The places, and -1 for what room there is besides.
    private static int[] padded(int[] places, int room) {
        int[] all = Arrays.copyOf(places, room);
        Arrays.fill(all, places.length, room, -1);
        return all;
    }

    /// Settles layers one after another, from the last: which channels of what goes into the first are at work.
    ///
    /// @param live the channels that come out and are at work
    /// @param whole whether all that goes in is at work, whatever is read
    private BitSet back(List<Layer> layers, Shape input, BitSet live, boolean whole) {
        Shape[] shapes = new Shape[layers.size()];
        boolean[] wholes = new boolean[layers.size()];
        Shape shape = input;
        boolean complete = whole;
        for (int i = 0; i < shapes.length; i++) {
            shapes[i] = shape;
            wholes[i] = complete;
            shape = layers.get(i).output(shape);
            complete = layers.get(i) instanceof Residual || (complete && !(layers.get(i) instanceof Weighted));
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
                return part(weighted, input, live, whole || lit == null);
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
        positions.put(layer.name(), layer.output(input).positions());
        int[] rows = outputs.stream().toArray();
        int width = layer.inputs() / input.channels() * layer.taps(); // weights of an output per channel
        BitSet live = whole ? all(input.channels()) : read(mask, rows, input.channels(), width);
        if (lit != null && layer.equals(network.layers().getFirst()) && readsPixels(network)) {
            live.and(lit);
        }
        if (live.isEmpty()) {
            live.set(0); // a matrix has a column, whether or not anything is in it
        }
        int[] columns =
                layer.taps() == 1 ? positions(live, width) : live.stream().toArray();
        parts.put(layer.name(), compact(mask, layer, rows, columns));
        return live;
    }

    private static Part compact(Mask mask, Weighted layer, int[] rows, int[] columns) {
        Part all = new Part(rows, columns, mask);
        byte[] alive = new byte[rows.length * columns.length * layer.taps()];
        for (int i = 0; i < alive.length; i++) {
            alive[i] = (byte) (mask.alive(all.place(i, layer)) ? 1 : 0);
        }
        return new Part(rows, columns, Mask.of(alive));
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

    /// Whether the first layer takes single pixels.
    private static boolean readsPixels(Network network) {
        return network.layers().getFirst() instanceof Linear;
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
