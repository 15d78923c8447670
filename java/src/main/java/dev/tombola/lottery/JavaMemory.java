package dev.tombola.lottery;

import dev.tombola.nn.Parameter;

/// What the Java heap has room for.
public final class JavaMemory {
    /// The part of it that trainings side by side may take.
    private static final double SHARE = 0.5;

    /// States of a training that are there when its group ends: its first, its best, its last and its rewind point.
    private static final int STATES = 4;

    private JavaMemory() {}

    /// How many trainings of a recipe can be held at once; one at least.
    public static int trainings(Recipe recipe) {
        return trainings(recipe, Runtime.getRuntime().maxMemory());
    }

    /// @param bytes of the heap
    static int trainings(Recipe recipe, long bytes) {
        long floats = recipe.network().parameters().stream()
                .mapToLong(Parameter::count)
                .sum();
        return Math.clamp((long) (SHARE * bytes) / (STATES * floats * Float.BYTES), 1, Integer.MAX_VALUE);
    }
}
