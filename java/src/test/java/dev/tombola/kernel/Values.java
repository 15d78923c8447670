package dev.tombola.kernel;

import dev.tombola.numeric.Philox;

/// Kinds of random test data, drawn with Philox.
enum Values {
    /// Uniform in [−1, 1).
    PLAIN {
        @Override
        float of(int draw) {
            return draw * 0x1p-31f;
        }
    },
    /// Half plain; half ±0, denormal, tiny or large, all finite.
    HARSH {
        @Override
        float of(int draw) {
            float sign = draw < 0 ? -1f : 1f;
            float size = 1f + (draw >>> 8 & 0xFFFF) * 0x1p-16f;
            return switch (draw & 7) {
                case 0 -> sign * 0f;
                case 1 -> sign * size * 0x1p-140f;
                case 2 -> sign * size * 0x1p-110f;
                case 3 -> sign * size * 0x1p20f;
                default -> PLAIN.of(draw);
            };
        }
    },
    /// [#HARSH] without signs: second moments.
    POSITIVE {
        @Override
        float of(int draw) {
            return Math.abs(HARSH.of(draw));
        }
    },
    /// −1, −0, +0 or 1: equals abound.
    TIED {
        @Override
        float of(int draw) {
            float size = draw & 1;
            return draw < 0 ? -size : size;
        }
    };

    /// The value that one integer draw gives.
    abstract float of(int draw);

    float[] draw(int count, long seed, int stream) {
        int[] draws = draws(count, seed, stream);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = of(draws[i]);
        }
        return values;
    }

    static int[] draws(int count, long seed, int stream) {
        int[] draws = new int[count];
        Philox.fill(draws, count, seed, 0, 0, stream);
        return draws;
    }

    /// Integers in [0, bound).
    static int[] below(int bound, int count, long seed, int stream) {
        int[] draws = draws(count, seed, stream);
        for (int i = 0; i < count; i++) {
            draws[i] = Integer.remainderUnsigned(draws[i], bound);
        }
        return draws;
    }
}
