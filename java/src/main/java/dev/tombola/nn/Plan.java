package dev.tombola.nn;

import dev.tombola.tensor.Mask;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What of a network is at work under a set of masks. A unit or channel from which no surviving weight leads on is left
/// out of every pass, and so is a pixel that is dark in all images or that no weight reads: layers are as large as what
/// is left. In FP32 nothing else changes by it, to the bit: what is left out would have been multiplied by +0, and the
/// weights that hang on it have a gradient of +0. Those are [#asleep]; they stay with the optimiser and in every
/// snapshot. In TF32 other sums may have other bits, so that plans there are [#unpruned].
///
/// A unit with no weight into it is at work: it puts out its bias. So are all channels that go into or come out of a
/// residual block, and all pixels that a convolution reads.
public final class Plan {
    private final Network network;
    private final AtWork work;
    private final AtWork alone;
    private final Map<String, Mask> compact = new HashMap<>();
    private final Map<String, int[]> asleep = new HashMap<>();
    private final Map<String, Integer> roomAsleep = new HashMap<>();

    /// @param work what any pass works with
    /// @param alone what would be at work without others side by side
    private Plan(Network network, Masks masks, AtWork work, AtWork alone) {
        this.network = network;
        this.work = work;
        this.alone = alone;
        for (Weighted layer : network.weighted()) {
            Mask mask = masks.get(layer.weight().name());
            compact.put(layer.name(), work.part(layer).compact(mask, layer));
            asleep.put(layer.name(), asleep(layer, mask));
        }
    }

    private Plan(Network network, Masks masks, AtWork work) {
        this(network, masks, work, work);
    }

    /// The plan that leaves nothing out: what tests compare the others with.
    public static Plan complete(Network network, Masks masks) {
        return new Plan(network, masks, AtWork.complete(network, masks));
    }

    /// The plan for images of which only some pixels are ever anything but +0.
    ///
    /// @param lit those pixels
    public static Plan of(Network network, Masks masks, BitSet lit) {
        return new Plan(network, masks, AtWork.of(network, masks, lit));
    }

    /// The plan that takes whole images, whatever is read of them.
    public static Plan ofAllPixels(Network network, Masks masks) {
        return new Plan(network, masks, AtWork.of(network, masks, null));
    }

    /// The plan for any images.
    public static Plan of(Network network, Masks masks) {
        return of(network, masks, AtWork.all(network.inputs()));
    }

    /// A plan for each of several networks that run side by side: what is at work in one of them is at work in all, and
    /// their memory is laid out alike.
    ///
    /// @param lit as in [#of]; null for whole images
    public static List<Plan> together(Network network, List<Masks> masks, BitSet lit) {
        return together(network, masks, Masks.union(network, masks), lit);
    }

    /// The same where all are at work that would be without pruning: it leaves out dark pixels alone, whatever the
    /// masks are.
    public static List<Plan> unpruned(Network network, List<Masks> masks, BitSet lit) {
        return together(network, masks, Masks.full(network), lit);
    }

    /// @param working masks that say what is at work, of no less than each network's own
    private static List<Plan> together(Network network, List<Masks> masks, Masks working, BitSet lit) {
        AtWork shared = AtWork.of(network, working, lit);
        boolean alike = network.norms().isEmpty(); // nobody asks what each has at work alone
        List<Plan> plans = masks.parallelStream()
                .map(own -> new Plan(network, own, shared, alike ? shared : AtWork.of(network, own, lit)))
                .toList();
        for (Weighted layer : network.weighted()) {
            List<Mask> aligned =
                    Mask.together(plans.stream().map(plan -> plan.mask(layer)).toList());
            int asleep = plans.stream()
                    .mapToInt(plan -> plan.asleep(layer).length)
                    .max()
                    .orElseThrow();
            for (int i = 0; i < plans.size(); i++) {
                plans.get(i).compact.put(layer.name(), aligned.get(i));
                plans.get(i).roomAsleep.put(layer.name(), asleep);
            }
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

    public Network network() {
        return network;
    }

    /// The shape of what goes in: a vector of [#pixels] where the first layer takes one.
    Shape input() {
        return AtWork.readsPixels(network) ? Shape.vector(work.pixels().length) : network.input();
    }

    /// The pixels that the first layer reads, ascending.
    public int[] pixels() {
        return work.pixels().clone();
    }

    /// The mask of a weight tensor among the units at work, `[outputs, inputs]` or `[outputs, inputs, kernel, kernel]`.
    public Mask mask(Weighted layer) {
        return compact.get(layer.name());
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
        return part(layer).positions();
    }

    AtWork.Part part(Weighted layer) {
        return work.part(layer);
    }

    /// The channels of a normalisation that are at work, ascending.
    int[] channels(BatchNorm norm) {
        return work.channels(norm);
    }

    /// The channels of a normalisation at work whose statistics count; -1 for one that is at work only in others
    /// side by side: alone its statistics would stay as they were, and nothing reads them.
    int[] statistics(BatchNorm norm) {
        BitSet own = setOf(alone.channels(norm));
        return Arrays.stream(channels(norm))
                .map(channel -> own.get(channel) ? channel : -1)
                .toArray();
    }

    /// The channels of a normalisation whose statistics stay as they were; -1 as in [#asleep].
    int[] statisticsAsleep(BatchNorm norm) {
        int[] places = others(alone.channels(norm), norm.channels());
        return padded(places, roomAsleep.getOrDefault(norm.name(), places.length));
    }

    /// The units of a dropout that are at work: which each line of its batch is.
    int[] units(Dropout dropout) {
        return work.units(dropout);
    }

    /// Dense places of the surviving weights of a layer that no pass touches; -1 for room that others side by side
    /// take.
    int[] asleep(Weighted layer) {
        int[] places = asleep.get(layer.name());
        return padded(places, roomAsleep.getOrDefault(layer.name(), places.length));
    }

    private int[] asleep(Weighted layer, Mask mask) {
        BitSet rows = setOf(part(layer).outputs());
        boolean[] columns = new boolean[layer.inputs()];
        for (int k : part(layer).inputs()) {
            columns[k] = true;
        }
        int[] places = new int[mask.survivors() - mask(layer).survivors()];
        int found = 0;
        for (int m = 0; m < layer.outputs() && found < places.length; m++) {
            boolean works = rows.get(m);
            int place = m * layer.inputs() * layer.taps();
            for (boolean column : columns) {
                for (int tap = 0; tap < layer.taps(); tap++, place++) {
                    if (!(works && column) && mask.alive(place)) {
                        places[found++] = place;
                    }
                }
            }
        }
        return places;
    }

    /// The places, and -1 for what room there is besides.
    private static int[] padded(int[] places, int room) {
        int[] all = Arrays.copyOf(places, room);
        Arrays.fill(all, places.length, room, -1);
        return all;
    }

    /// What of 0 … count - 1 is not among `members`.
    static int[] others(int[] members, int count) {
        BitSet others = AtWork.all(count);
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
