package dev.tombola.lottery;

import dev.tombola.nn.Parameter;

/// What the Java heap has room for.
public final class JavaMemory {
    /// The part of it that trainings side by side may take.
    private static final double SHARE = 0.5;

    /// States of a training that are there when its group ends: its first, its best, its last and its rewind point.
    private static final int STATES = 4;

    private JavaMemory() {}

    /// Bytes that trainings which are handed over together may take, however many groups go on.
    public static long share() {
        return share(Runtime.getRuntime().maxMemory());
    }

    /// @param heap its bytes
    static long share(long heap) {
        return (long) (SHARE * heap);
    }

    /// Bytes that such a training takes; all that there are for the largest, since one can always be tried.
    ///
    /// @param share bytes for all
    public static long of(Recipe recipe, long share) {
        long floats = recipe.network().parameters().stream()
                .mapToLong(Parameter::count)
                .sum();
        return Math.min(STATES * floats * Float.BYTES, share);
    }
}
