package dev.tombola.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Random crops and flips of images, the struct `tombola_augment`: an image is taken from itself with `padding` zero
/// pixels on every side, some rows and columns in, then mirrored left to right or not. Example n has draws 4n (flip
/// where bit 31 is set), 4n + 1 and 4n + 2 (rows and columns in: draw · (2·padding + 1) >> 32).
public record Augment(Draws draws, int height, int width, int padding, boolean flips, MemorySegment descriptor) {
    /// @param padding 0 for no crops
    public static Augment of(Arena arena, Draws draws, int height, int width, int padding, boolean flips) {
        Slab.requirePositive("height", height);
        Slab.requirePositive("width", width);
        if (padding < 0) {
            throw new IllegalArgumentException("padding must be at least 0, but is " + padding);
        }
        MemorySegment fields = arena.allocate(32, 8);
        draws.describe(fields);
        fields.set(ValueLayout.JAVA_INT, 16, height);
        fields.set(ValueLayout.JAVA_INT, 20, width);
        fields.set(ValueLayout.JAVA_INT, 24, padding);
        fields.set(ValueLayout.JAVA_INT, 28, flips ? 1 : 0);
        return new Augment(draws, height, width, padding, flips, fields.asReadOnly());
    }

    @Override
    public String toString() {
        return "padding %d%s on [%d×%d]".formatted(padding, flips ? ", flips" : "", height, width);
    }
}
