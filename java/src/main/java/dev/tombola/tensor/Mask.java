package dev.tombola.tensor;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;

/// Which weights of one parameter survive, by position in the dense tensor ([out, in] or
/// [out, in, kh, kw]). Immutable.
public final class Mask implements Serializable {
    private static final long serialVersionUID = 1L;

    private final byte[] alive;
    private final int survivors;
    private final int room;
    private final boolean full;

    private Mask(byte[] alive) {
        this.alive = alive;
        int count = 0;
        for (byte b : alive) {
            count += b;
        }
        this.survivors = count;
        this.room = count;
        this.full = count == alive.length;
    }

    private Mask(Mask mask, int room, boolean full) {
        this.alive = mask.alive;
        this.survivors = mask.survivors;
        this.room = room;
        this.full = full;
    }

    /// Every one of `length` weights survives.
    public static Mask full(int length) {
        byte[] alive = new byte[length];
        Arrays.fill(alive, (byte) 1);
        return new Mask(alive);
    }

    /// From bytes that are 0 (pruned) or 1 (survives); the array is copied.
    public static Mask of(byte[] alive) {
        int others = 0;
        for (byte b : alive) { // without a branch, many bytes at once
            others |= b & ~1;
        }
        if (others != 0) {
            int i = 0;
            while ((alive[i] & ~1) == 0) {
                i++;
            }
            throw new IllegalArgumentException("mask entry %d is %d: it must be 0 or 1".formatted(i, alive[i]));
        }
        return new Mask(alive.clone());
    }

    /// The masks of one layer of several networks that run side by side: memory is laid out alike for all of them.
    public static List<Mask> together(List<Mask> masks) {
        int room = masks.stream().mapToInt(Mask::survivors).max().orElseThrow();
        boolean full = masks.stream().allMatch(Mask::isFull);
        return masks.stream().map(mask -> new Mask(mask, room, full)).toList();
    }

    public int length() {
        return alive.length;
    }

    public int survivors() {
        return survivors;
    }

    public boolean alive(int index) {
        return alive[index] != 0;
    }

    /// Survivors that memory is laid out for: its own or, among networks that run side by side, the most of any.
    int room() {
        return room;
    }

    /// Whether nothing is pruned: among networks that run side by side, of none.
    public boolean isFull() {
        return full;
    }

    /// Survivors that memory is laid out for as a fraction of all weights, 0 to 1.
    public double density() {
        return (double) room / alive.length;
    }

    /// Its own bytes, not to be written: 1 where the weight survives.
    byte[] bytes() {
        return alive;
    }

    /// A copy: 1 where the weight survives.
    public byte[] toArray() {
        return alive.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Mask mask && Arrays.equals(alive, mask.alive);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(alive);
    }

    @Override
    public String toString() {
        return survivors + " of " + alive.length;
    }
}
