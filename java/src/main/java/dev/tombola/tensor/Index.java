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

    /// What entries of a convolution's block may choose from, before blocks are made even: the kernels take 3072.
    private static final int WIDEST = 2048;

    private final int lines;
    private final int across;
    private final int block;
    private final int blocks;
    private final int[] order;
    private final MemorySegment start;
    private final MemorySegment entries;

    /// Lines are outputs, and choose from all inputs (rows), or they are input channels, and choose from the outputs'
    /// taps (columns). A block holds whole channels, or whole outputs, all taps of each.
    Index(Arena arena, Mask mask, boolean rows, int outputs, int channels, int taps) {
        int groups = rows ? channels : outputs;
        this.lines = rows ? outputs : channels;
        this.across = groups * taps;
        int wide = arena instanceof ReplicaArena
                ? blockOnDevice(groups, taps)
                : taps == 1 ? blockOfLinear(groups, mask.density()) : blockOfConv(groups, taps, mask.density());
        this.block = wide * taps;
        this.blocks = Math.ceilDiv(groups, wide);
        this.order = new int[mask.survivors()];
        int[] next = new int[blocks * lines + 1];
        short[] chosen = new short[order.length];
        byte[] alive = mask.bytes();
        int[] firstLine = new int[groups]; // of a group's block, and
        int[] place = new int[groups]; // its own in that block
        for (int group = 0; group < groups; group++) {
            firstLine[group] = group / wide * lines;
            place[group] = group % wide * taps;
        }
        // The tensor is passed over as it lies, twice: a line's entries come in their order either way.
        for (int m = 0, at = 0; m < outputs; m++) {
            for (int c = 0; c < channels; c++) {
                int line = rows ? firstLine[c] + m : firstLine[m] + c;
                for (int tap = 0; tap < taps; tap++) {
                    next[line + 1] += alive[at++];
                }
            }
        }
        for (int line = 1; line < next.length; line++) {
            next[line] += next[line - 1];
        }
        this.start = arena.allocate(ValueLayout.JAVA_INT, next.length);
        MemorySegment.copy(next, 0, start, ValueLayout.JAVA_INT, 0, next.length);
        for (int m = 0, at = 0; m < outputs; m++) {
            for (int c = 0; c < channels; c++) {
                int line = rows ? firstLine[c] + m : firstLine[m] + c;
                int first = place[rows ? c : m];
                for (int tap = 0; tap < taps; tap++, at++) {
                    if (alive[at] != 0) {
                        int entry = next[line]++;
                        order[entry] = at;
                        chosen[entry] = (short) (first + tap);
                    }
                }
            }
        }
        this.entries = arena.allocate(ValueLayout.JAVA_SHORT, Math.max(1, mask.room()));
        MemorySegment.copy(chosen, 0, entries, ValueLayout.JAVA_SHORT, 0, chosen.length);
    }

    /// A GPU's threads pass over whole lines, many of them at once: as wide as an entry can name and kernels take.
    private static int blockOnDevice(int groups, int taps) {
        return even(groups, taps == 1 ? 1 << 15 : Math.max(1, WIDEST / taps));
    }

    /// How many inputs a block holds. Narrow blocks stay in the cache but cost every line a pass: the best width grows
    /// as 1/√density (measured; bench/RESULTS.md).
    private static int blockOfLinear(int across, double density) {
        return even(across, Math.clamp(64 / Math.sqrt(Math.max(density, 1e-6)), NARROWEST, WIDEST));
    }

    /// How many channels a block holds: twelve of a tile's surroundings stay in the first-level cache; with fewer
    /// survivors more of them, as the sums are parked less often (measured).
    private static int blockOfConv(int channels, int taps, double density) {
        double wanted = Math.clamp(5 / Math.sqrt(Math.max(density, 1e-6)), 12, 24);
        int most = WIDEST / taps;
        return even(channels, Math.clamp(most, 1.0, wanted));
    }

    /// Blocks of about that width, evenly wide, so that none is a stub.
    private static int even(int across, double width) {
        return Math.ceilDiv(across, Math.max(1, (int) Math.round(across / width)));
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
        fields.set(ValueLayout.JAVA_INT, offset + 24, lines);
    }

    @Override
    public String toString() {
        return "%d lines across %d in %d blocks".formatted(lines, across, blocks);
    }
}
