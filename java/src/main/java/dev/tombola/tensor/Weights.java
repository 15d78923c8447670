package dev.tombola.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// The weights of a linear layer, M outputs × K inputs, or of a convolution, where K = C × taps (one tap is one place
/// of the kernel, and a linear layer has one), dense or compressed, over values that live in a parameter slab.
/// The index of a compressed layer is built here, once per mask, from the mask itself, so a kernel can trust it.
/// Carries the descriptor `tombola_weights`.
public final class Weights {
    /// A compressed layer stores its indices in sixteen bits.
    public static final int MAX_COMPRESSED_SIDE = 1 << 16;

    /// Places of the largest kernel that a convolution takes: 15 × 15.
    public static final int MAX_TAPS = 225;

    private static final int BYTES = 112;

    private final Form form;
    private final int outputs;
    private final int inputs;
    private final int taps;
    private final Mask mask;
    private final Span values;
    private final Index rows;
    private final Index columns;
    private final MemorySegment position;
    private final MemorySegment descriptor;

    /// A linear layer's.
    ///
    /// @param values the slab's view, [#entries] floats long
    public Weights(Arena arena, Form form, int outputs, int inputs, Mask mask, Span values) {
        this(arena, form, outputs, inputs, 1, mask, values);
    }

    /// @param inputs K, channels × taps
    /// @param taps places of a kernel: height × width
    /// @param values the slab's view, [#entries] floats long
    public Weights(Arena arena, Form form, int outputs, int inputs, int taps, Mask mask, Span values) {
        Slab.requirePositive("outputs", outputs);
        Slab.requirePositive("inputs", inputs);
        Slab.requirePositive("taps", taps);
        if (taps > MAX_TAPS) {
            throw new IllegalArgumentException(
                    "a convolution's kernel has at most %d places, not %d".formatted(MAX_TAPS, taps));
        }
        if (inputs % taps != 0) {
            throw new IllegalArgumentException("%d inputs are no whole number of %d taps".formatted(inputs, taps));
        }
        if (mask.length() != (long) outputs * inputs) {
            throw new IllegalArgumentException(
                    "mask has %d entries but weights are [%d×%d]".formatted(mask.length(), outputs, inputs));
        }
        if (values.length() != entries(form, outputs, inputs, mask)) {
            throw new IllegalArgumentException("%s weights [%d×%d] with %s survivors take %d values, not %d"
                    .formatted(form, outputs, inputs, mask, entries(form, outputs, inputs, mask), values.length()));
        }
        this.form = form;
        this.outputs = outputs;
        this.inputs = inputs;
        this.taps = taps;
        this.mask = mask;
        this.values = values;
        MemorySegment fields = ReplicaArena.descriptor(arena, BYTES, 8);
        if (!fields.scope().equals(values.data().scope())) {
            throw new IllegalArgumentException(
                    "weights [%d×%d] and their values must live in one arena".formatted(outputs, inputs));
        }
        fields.set(ValueLayout.ADDRESS, 0, values.data());
        if (form == Form.DENSE) {
            rows = columns = null;
            position = MemorySegment.NULL;
            fields.set(
                    ValueLayout.ADDRESS,
                    8,
                    mask.isFull() ? MemorySegment.NULL : arena.allocateFrom(ValueLayout.JAVA_BYTE, wide()));
        } else {
            requireSide("inputs", inputs);
            requireSide("outputs", outputs);
            rows = new Index(arena, mask, true, outputs, inputs / taps, taps);
            columns = new Index(arena, mask, false, outputs, inputs / taps, taps);
            position = positions(arena);
            rows.describe(fields, 16);
            columns.describe(fields, 48);
        }
        fields.set(ValueLayout.ADDRESS, 80, position);
        fields.set(ValueLayout.JAVA_LONG, 88, values.length());
        fields.set(ValueLayout.JAVA_INT, 96, outputs);
        fields.set(ValueLayout.JAVA_INT, 100, inputs);
        fields.set(ValueLayout.JAVA_INT, 104, taps);
        fields.set(ValueLayout.JAVA_INT, 108, stride());
        this.descriptor = fields.asReadOnly();
    }

    /// These weights with other values, in memory that the index must outlive.
    private Weights(Arena arena, Weights like, Span values) {
        this.form = like.form;
        this.outputs = like.outputs;
        this.inputs = like.inputs;
        this.taps = like.taps;
        this.mask = like.mask;
        this.values = values;
        this.rows = like.rows;
        this.columns = like.columns;
        this.position = like.position;
        MemorySegment fields = ReplicaArena.descriptor(arena, BYTES, 8);
        fields.copyFrom(like.descriptor);
        fields.set(ValueLayout.ADDRESS, 0, values.data());
        this.descriptor = fields.asReadOnly();
    }

    /// The same weights over other values: they share the index, which must outlive them.
    public Weights over(Arena arena, Span others) {
        if (others.length() != values.length()) {
            throw new IllegalArgumentException(
                    "weights %s have %d values, not %d".formatted(this, values.length(), others.length()));
        }
        return new Weights(arena, this, others);
    }

    /// Floats that the values take in a slab. Rows of a dense form start on a vector boundary.
    public static int entries(Form form, int outputs, int inputs, Mask mask) {
        return form == Form.DENSE ? Math.toIntExact(outputs * Slab.padded(inputs)) : mask.room();
    }

    public Form form() {
        return form;
    }

    public int outputs() {
        return outputs;
    }

    public int inputs() {
        return inputs;
    }

    public int taps() {
        return taps;
    }

    public Mask mask() {
        return mask;
    }

    public Span values() {
        return values;
    }

    /// `tombola_weights`.
    public MemorySegment descriptor() {
        return descriptor;
    }

    /// Takes entries one by one: `input` (or output), and the entry's index into values.
    @FunctionalInterface
    public interface Entry {
        void at(int across, int index);
    }

    /// Compressed: output m's entries, inputs ascending.
    public void row(int m, Entry entry) {
        for (int b = 0; b < rows.blocks(); b++) {
            for (int e = rows.start(b, m); e < rows.end(b, m); e++) {
                entry.at(rows.across(b, e), e);
            }
        }
    }

    /// Compressed: input channel c's entries, outputs' taps (m, kh, kw) ascending.
    public void column(int c, Entry entry) {
        for (int b = 0; b < columns.blocks(); b++) {
            for (int e = columns.start(b, c); e < columns.end(b, c); e++) {
                entry.at(columns.across(b, e), position.getAtIndex(ValueLayout.JAVA_INT, e));
            }
        }
    }

    /// Fills the values from a dense [outputs][inputs] tensor: survivors are copied, pruned values of a
    /// dense form become +0.
    public void gather(float[] dense) {
        if (dense.length != mask.length()) {
            throw new IllegalArgumentException(
                    "dense tensor has %d values but weights are [%d×%d]".formatted(dense.length, outputs, inputs));
        }
        int[] places = places();
        for (int i = 0; i < places.length; i++) {
            values.set(i, places[i] >= 0 ? dense[places[i]] : 0f);
        }
    }

    /// The place of a value in the dense [outputs][inputs] tensor; -1 for what fills a row up to a whole vector, or
    /// up to the survivors that memory is laid out for.
    public int place(int index) {
        if (form == Form.COMPRESSED) {
            return index < mask.survivors() ? rows.order()[index] : -1;
        }
        int stride = stride();
        return index % stride < inputs ? index / stride * inputs + index % stride : -1;
    }

    /// Those of all values; -1 for what is pruned, too.
    public int[] places() {
        int[] places = new int[Math.toIntExact(values.length())];
        if (form == Form.COMPRESSED) {
            System.arraycopy(rows.order(), 0, places, 0, mask.survivors());
            Arrays.fill(places, mask.survivors(), places.length, -1);
            return places;
        }
        byte[] alive = mask.bytes();
        int stride = stride();
        for (int m = 0; m < outputs; m++) {
            for (int k = 0; k < stride; k++) {
                int place = m * inputs + k;
                places[m * stride + k] = k < inputs && alive[place] != 0 ? place : -1;
            }
        }
        return places;
    }

    /// Values between the rows of a dense form.
    private int stride() {
        return Math.toIntExact(Slab.padded(inputs));
    }

    /// The mask in the layout of a dense form's values.
    private byte[] wide() {
        byte[] alive = new byte[Math.toIntExact(values.length())];
        for (int m = 0; m < outputs; m++) {
            System.arraycopy(mask.bytes(), m * inputs, alive, m * stride(), inputs);
        }
        return alive;
    }

    @Override
    public String toString() {
        return "[%d×%d] %s".formatted(outputs, inputs, form.name().toLowerCase(java.util.Locale.ROOT));
    }

    /// Where each entry of the column view lies in values.
    private MemorySegment positions(Arena arena) {
        int[] place = new int[mask.length()];
        int[] order = rows.order();
        for (int entry = 0; entry < order.length; entry++) {
            place[order[entry]] = entry;
        }
        int[] position = columns.order().clone();
        for (int entry = 0; entry < position.length; entry++) {
            position[entry] = place[position[entry]];
        }
        MemorySegment positions = arena.allocate(ValueLayout.JAVA_INT, Math.max(1, mask.room()));
        MemorySegment.copy(position, 0, positions, ValueLayout.JAVA_INT, 0, position.length);
        return positions;
    }

    private static void requireSide(String what, int value) {
        if (value > MAX_COMPRESSED_SIDE) {
            throw new IllegalArgumentException(
                    "a compressed layer takes at most %d %s, not %d".formatted(MAX_COMPRESSED_SIDE, what, value));
        }
    }
}
