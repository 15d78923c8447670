package dev.tombola.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The survivors of a compressed matrix line by line, the struct `tombola_index`. What a line's entries choose
/// from is cut into blocks: all lines' entries of the first block come first, then those of the second. A kernel
/// passes over all lines while one block of its inputs stays in the first-level cache.
final class Index {
    /// Inputs that fill the first-level cache with the usual batch beside them.
    private static final int NARROWEST = 112;

    private final int lines;
    private final int across;
    private final int block;
    private final int blocks;
    private final int[] order;
    private final MemorySegment start;
    private final MemorySegment entries;

    /// @param lines and `across`: the matrix as this index sees it
    /// @param lineStep distance of neighbouring lines in the dense tensor; `acrossStep` of neighbours in a line
    Index(Arena arena, Mask mask, int lines, int across, int lineStep, int acrossStep) {
        this.lines = lines;
        this.across = across;
        this.blocks = blocks(across, mask.density());
        this.block = Math.ceilDiv(across, blocks);
        this.order = new int[mask.survivors()];
        this.start = arena.allocate(ValueLayout.JAVA_INT, (long) blocks * lines + 1);
        this.entries = arena.allocate(ValueLayout.JAVA_SHORT, Math.max(1, mask.survivors()));
        int entry = 0;
        for (int b = 0; b < blocks; b++) {
            int end = Math.min(across, (b + 1) * block);
            for (int line = 0; line < lines; line++) {
                start.setAtIndex(ValueLayout.JAVA_INT, (long) b * lines + line, entry);
                for (int i = b * block; i < end; i++) {
                    int at = line * lineStep + i * acrossStep;
                    if (mask.alive(at)) {
                        order[entry] = at;
                        entries.setAtIndex(ValueLayout.JAVA_SHORT, entry++, (short) (i - b * block));
                    }
                }
            }
        }
        start.setAtIndex(ValueLayout.JAVA_INT, (long) blocks * lines, entry);
    }

    /// Into how many blocks `across` inputs are cut. Narrow blocks stay in the cache but cost every line a pass: the
    /// best width grows as 1/√density (measured; bench/RESULTS.md). Blocks are evenly wide, so that none is a stub.
    private static int blocks(int across, double density) {
        double widest = Math.max(NARROWEST, 64 / Math.sqrt(Math.max(density, 1e-6)));
        int blocks = Math.max(1, (int) Math.round(across / widest));
        return Math.ceilDiv(across, Math.ceilDiv(across, blocks));
    }

    int blocks() {
        return blocks;
    }

    /// The first entry of a line in a block; they end where the next line's start.
    int start(int b, int line) {
        return start.getAtIndex(ValueLayout.JAVA_INT, (long) b * lines + line);
    }

    int end(int b, int line) {
        return start.getAtIndex(ValueLayout.JAVA_INT, (long) b * lines + line + 1);
    }

    /// The input that an entry of block b takes.
    int across(int b, int entry) {
        return b * block + Short.toUnsignedInt(entries.getAtIndex(ValueLayout.JAVA_SHORT, entry));
    }

    /// Every entry's place in the dense tensor.
    int[] order() {
        return order;
    }

    /// Writes `tombola_index` at `offset`.
    void describe(MemorySegment fields, long offset) {
        fields.set(ValueLayout.ADDRESS, offset, start);
        fields.set(ValueLayout.ADDRESS, offset + 8, entries);
        fields.set(ValueLayout.JAVA_INT, offset + 16, block);
        fields.set(ValueLayout.JAVA_INT, offset + 20, blocks);
    }

    @Override
    public String toString() {
        return "%d lines across %d in %d blocks".formatted(lines, across, blocks);
    }
}
