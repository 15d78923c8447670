package dev.tombola.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The weights of a linear layer, M outputs × K inputs, dense or compressed, over values that live in a
/// parameter slab. The index of a compressed layer is built here, once per mask, from the mask itself,
/// so a kernel can trust it. Carries the descriptor `tombola_weights`.
public final class Weights {
    /// A compressed layer stores its indices in sixteen bits.
    public static final int MAX_COMPRESSED_SIDE = 1 << 16;

    private static final MemoryLayout LAYOUT = MemoryLayout.structLayout(
            ValueLayout.ADDRESS.withName("values"),
            ValueLayout.ADDRESS.withName("mask"),
            ValueLayout.ADDRESS.withName("row_start"),
            ValueLayout.ADDRESS.withName("column"),
            ValueLayout.ADDRESS.withName("column_start"),
            ValueLayout.ADDRESS.withName("row"),
            ValueLayout.ADDRESS.withName("position"),
            ValueLayout.JAVA_LONG.withName("survivors"),
            ValueLayout.JAVA_INT.withName("outputs"),
            ValueLayout.JAVA_INT.withName("inputs"));

    private final Form form;
    private final int outputs;
    private final int inputs;
    private final Mask mask;
    private final Span values;
    private final MemorySegment maskBytes;
    private final Index rows;
    private final Index columns;
    private final MemorySegment position;
    private final MemorySegment descriptor;

    /// One direction of the index: `start[lines + 1]` and, entry by entry, the place across the line.
    private record Index(MemorySegment start, MemorySegment across) {}

    /// @param values the slab's view, [#entries] floats long
    public Weights(Arena arena, Form form, int outputs, int inputs, Mask mask, Span values) {
        Slab.requirePositive("outputs", outputs);
        Slab.requirePositive("inputs", inputs);
        if (mask.length() != (long) outputs * inputs) {
            throw new IllegalArgumentException(
                    "mask has %d entries but weights are [%d×%d]".formatted(mask.length(), outputs, inputs));
        }
        if (values.length() != entries(form, mask)) {
            throw new IllegalArgumentException("%s weights [%d×%d] with %s survivors take %d values, not %d"
                    .formatted(form, outputs, inputs, mask, entries(form, mask), values.length()));
        }
        this.form = form;
        this.outputs = outputs;
        this.inputs = inputs;
        this.mask = mask;
        this.values = values;
        MemorySegment fields = arena.allocate(LAYOUT);
        if (!fields.scope().equals(values.data().scope())) {
            throw new IllegalArgumentException(
                    "weights [%d×%d] and their values must live in one arena".formatted(outputs, inputs));
        }
        if (form == Form.DENSE) {
            maskBytes = mask.isFull() ? MemorySegment.NULL : copyOf(arena, mask);
            rows = columns = new Index(MemorySegment.NULL, MemorySegment.NULL);
            position = MemorySegment.NULL;
        } else {
            requireSide("inputs", inputs);
            requireSide("outputs", outputs);
            maskBytes = MemorySegment.NULL;
            rows = allocate(arena, outputs);
            columns = allocate(arena, inputs);
            position = arena.allocate(ValueLayout.JAVA_INT, Math.max(1, mask.survivors()));
            buildIndex();
        }
        fields.set(ValueLayout.ADDRESS, 0, values.data());
        fields.set(ValueLayout.ADDRESS, 8, maskBytes);
        fields.set(ValueLayout.ADDRESS, 16, rows.start());
        fields.set(ValueLayout.ADDRESS, 24, rows.across());
        fields.set(ValueLayout.ADDRESS, 32, columns.start());
        fields.set(ValueLayout.ADDRESS, 40, columns.across());
        fields.set(ValueLayout.ADDRESS, 48, position);
        fields.set(ValueLayout.JAVA_LONG, 56, values.length());
        fields.set(ValueLayout.JAVA_INT, 64, outputs);
        fields.set(ValueLayout.JAVA_INT, 68, inputs);
        this.descriptor = fields.asReadOnly();
    }

    /// Floats that the values take in a slab.
    public static int entries(Form form, Mask mask) {
        return form == Form.DENSE ? mask.length() : mask.survivors();
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

    /// Compressed: the first entry of row m; entries of row m end where row m + 1 starts.
    public int rowStart(int m) {
        return rows.start().getAtIndex(ValueLayout.JAVA_INT, m);
    }

    /// Compressed: the column of an entry.
    public int column(int entry) {
        return Short.toUnsignedInt(rows.across().getAtIndex(ValueLayout.JAVA_SHORT, entry));
    }

    /// Compressed: the first place of column k in the column view.
    public int columnStart(int k) {
        return columns.start().getAtIndex(ValueLayout.JAVA_INT, k);
    }

    /// Compressed: the row at a place of the column view.
    public int row(int place) {
        return Short.toUnsignedInt(columns.across().getAtIndex(ValueLayout.JAVA_SHORT, place));
    }

    /// Compressed: the entry (index into values) at a place of the column view.
    public int position(int place) {
        return position.getAtIndex(ValueLayout.JAVA_INT, place);
    }

    /// Fills the values from a dense [outputs][inputs] tensor: survivors are copied, pruned values of a
    /// dense form become +0.
    public void gather(float[] dense) {
        requireDense(dense);
        int entry = 0;
        for (int i = 0; i < dense.length; i++) {
            if (mask.alive(i)) {
                values.set(entry++, dense[i]);
            } else if (form == Form.DENSE) {
                values.set(entry++, 0f);
            }
        }
    }

    /// Spreads values laid out as [#values], found in `source` from `offset` on, over a dense
    /// [outputs][inputs] tensor, +0 where pruned.
    public void scatter(Span source, long offset, float[] dense) {
        requireDense(dense);
        long entry = offset;
        for (int i = 0; i < dense.length; i++) {
            boolean stored = form == Form.DENSE || mask.alive(i);
            dense[i] = stored ? source.get(entry++) : 0f;
        }
    }

    @Override
    public String toString() {
        return "[%d×%d] %s".formatted(outputs, inputs, form.name().toLowerCase(java.util.Locale.ROOT));
    }

    private void buildIndex() {
        int[] perColumn = new int[inputs + 1];
        int entry = 0;
        for (int m = 0; m < outputs; m++) {
            rows.start().setAtIndex(ValueLayout.JAVA_INT, m, entry);
            for (int k = 0; k < inputs; k++) {
                if (mask.alive(m * inputs + k)) {
                    rows.across().setAtIndex(ValueLayout.JAVA_SHORT, entry++, (short) k);
                    perColumn[k + 1]++;
                }
            }
        }
        rows.start().setAtIndex(ValueLayout.JAVA_INT, outputs, entry);
        for (int k = 0; k < inputs; k++) {
            perColumn[k + 1] += perColumn[k];
        }
        MemorySegment.copy(perColumn, 0, columns.start(), ValueLayout.JAVA_INT, 0, inputs + 1);
        for (int m = 0; m < outputs; m++) {
            for (int e = rowStart(m); e < rowStart(m + 1); e++) {
                int place = perColumn[column(e)]++;
                columns.across().setAtIndex(ValueLayout.JAVA_SHORT, place, (short) m);
                position.setAtIndex(ValueLayout.JAVA_INT, place, e);
            }
        }
    }

    private Index allocate(Arena arena, int lines) {
        return new Index(
                arena.allocate(ValueLayout.JAVA_INT, lines + 1L),
                arena.allocate(ValueLayout.JAVA_SHORT, Math.max(1, mask.survivors())));
    }

    private void requireDense(float[] dense) {
        if (dense.length != mask.length()) {
            throw new IllegalArgumentException(
                    "dense tensor has %d values but weights are [%d×%d]".formatted(dense.length, outputs, inputs));
        }
    }

    private static MemorySegment copyOf(Arena arena, Mask mask) {
        return arena.allocateFrom(ValueLayout.JAVA_BYTE, mask.toArray());
    }

    private static void requireSide(String what, int value) {
        if (value > MAX_COMPRESSED_SIDE) {
            throw new IllegalArgumentException(
                    "a compressed layer takes at most %d %s, not %d".formatted(MAX_COMPRESSED_SIDE, what, value));
        }
    }
}
