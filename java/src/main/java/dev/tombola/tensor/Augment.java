package dev.tombola.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Random crops and flips of images, the struct `tombola_augment`: an image is taken from itself with `padding` zero
/// pixels on every side, some rows and columns in, then mirrored left to right or not. Example n has draws 4n (flip
/// where bit 31 is set), 4n + 1 and 4n + 2 (rows and columns in: draw · (2·padding + 1) >> 32).
public final class Augment {
    private static final int LARGEST_PADDING = 1 << 20;

    private final Draws draws;
    private final int height;
    private final int width;
    private final int padding;
    private final boolean flips;
    private final MemorySegment descriptor;

    private Augment(Arena arena, Draws draws, int height, int width, int padding, boolean flips) {
        Slab.requirePositive("height", height);
        Slab.requirePositive("width", width);
        if (padding < 0 || padding > LARGEST_PADDING) {
            throw new IllegalArgumentException(
                    "padding must be 0 to %d, but is %d".formatted(LARGEST_PADDING, padding));
        }
        this.draws = draws;
        this.height = height;
        this.width = width;
        this.padding = padding;
        this.flips = flips;
        MemorySegment fields = ReplicaArena.descriptor(arena, 32, 8);
        draws.describe(fields);
        fields.set(ValueLayout.JAVA_INT, 16, height);
        fields.set(ValueLayout.JAVA_INT, 20, width);
        fields.set(ValueLayout.JAVA_INT, 24, padding);
        fields.set(ValueLayout.JAVA_INT, 28, flips ? 1 : 0);
        this.descriptor = fields.asReadOnly();
    }

    /// @param padding 0 for no crops
    public static Augment of(Arena arena, Draws draws, int height, int width, int padding, boolean flips) {
        return new Augment(arena, draws, height, width, padding, flips);
    }

    public Draws draws() {
        return draws;
    }

    public int height() {
        return height;
    }

    public int width() {
        return width;
    }

    public int padding() {
        return padding;
    }

    public boolean flips() {
        return flips;
    }

    /// `tombola_augment`.
    public MemorySegment descriptor() {
        return descriptor;
    }

    @Override
    public String toString() {
        return "padding %d%s on [%d×%d]".formatted(padding, flips ? ", flips" : "", height, width);
    }
}
