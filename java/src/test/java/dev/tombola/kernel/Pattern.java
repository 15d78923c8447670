package dev.tombola.kernel;

import dev.tombola.tensor.Mask;

/// Which weights of a test case survive.
enum Pattern {
    NONE(0),
    HUNDREDTH(0.01),
    TENTH(0.1),
    HALF(0.5),
    ALL(1),
    /// Every second row and every third column is empty.
    STRIPES(0.5) {
        @Override
        boolean allows(int m, int k) {
            return m % 2 == 1 && k % 3 != 0;
        }
    },
    ONE_ROW(1) {
        @Override
        boolean allows(int m, int k) {
            return m == 0;
        }
    },
    ONE_COLUMN(1) {
        @Override
        boolean allows(int m, int k) {
            return k == 0;
        }
    };

    private final double density;

    Pattern(double density) {
        this.density = density;
    }

    boolean allows(int m, int k) {
        return true;
    }

    Mask mask(int outputs, int inputs, long seed) {
        int[] draws = Values.draws(outputs * inputs, seed, -1);
        byte[] alive = new byte[outputs * inputs];
        for (int i = 0; i < alive.length; i++) {
            boolean drawn = Integer.toUnsignedLong(draws[i]) < density * 0x1p32;
            alive[i] = (byte) (drawn && allows(i / inputs, i % inputs) ? 1 : 0);
        }
        return Mask.of(alive);
    }
}
