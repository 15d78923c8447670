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

    /// The sum over the batch of `positions` lines from `line` on, n div 16 before lines.
    static float ofValues(Batch a, int line, int positions, float[] partials) {
        Arrays.fill(partials, 0f);
        for (int block = 0; block < a.lanes(); block += COUNT) {
            for (int p = 0; p < positions; p++) {
                for (int i = 0; i < COUNT; i++) {
                    partials[i] = partials[i] + a.get(line + p, block + i);
                }
            }
        }
        return join(partials);
    }

    /// What sixteen partials come to.
    static float join(float[] partials) {
        for (int width = COUNT / 2; width > 0; width /= 2) {
            for (int i = 0; i < width; i++) {
                partials[i] = partials[i] + partials[i + width];
            }
        }
        return partials[0] + 0f;
    }
}
