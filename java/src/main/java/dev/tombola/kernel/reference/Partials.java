package dev.tombola.kernel.reference;

import dev.tombola.tensor.Batch;
import java.util.Arrays;

/// Sums over a batch in the canonical order: partial p = n mod 16, each from +0, joined i with i + 8,
/// then + 4, + 2, + 1. Padding lanes of a gradient are +0, so they change no partial.
final class Partials {
    static final int COUNT = 16;

    private Partials() {}

    /// `Σₙ a[row][n]·b[other][n]`.
    static float ofProducts(Batch a, int row, Batch b, int other, float[] partials) {
        Arrays.fill(partials, 0f);
        for (int n = 0; n < a.lanes(); n++) {
            partials[n % COUNT] = Math.fma(a.get(row, n), b.get(other, n), partials[n % COUNT]);
        }
        return join(partials);
    }

    /// `Σₙ a[row][n]`.
    static float ofValues(Batch a, int row, float[] partials) {
        Arrays.fill(partials, 0f);
        for (int n = 0; n < a.lanes(); n++) {
            partials[n % COUNT] = partials[n % COUNT] + a.get(row, n);
        }
        return join(partials);
    }

    private static float join(float[] partials) {
        for (int width = COUNT / 2; width > 0; width /= 2) {
            for (int i = 0; i < width; i++) {
                partials[i] = partials[i] + partials[i + width];
            }
        }
        return partials[0] + 0f;
    }
}
