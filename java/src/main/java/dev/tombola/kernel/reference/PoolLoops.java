package dev.tombola.kernel.reference;

import dev.tombola.tensor.Batch;
import dev.tombola.tensor.Window;

/// Max-pooling over windows that do not overlap, and the average over all positions.
final class PoolLoops {
    private PoolLoops() {}

    static void maxForward(Window window, Batch x, Batch y) {
        for (int i = 0; i < y.features(); i++) {
            for (int n = 0; n < y.lanes(); n++) {
                y.set(i, n, x.get(first(window, x, i, n), n));
            }
        }
    }

    static void maxBackward(Window window, Batch x, Batch dy, Batch dx) {
        for (int k = 0; k < dx.features(); k++) {
            for (int n = 0; n < dx.lanes(); n++) {
                dx.set(k, n, 0f);
            }
        }
        for (int i = 0; i < dy.features(); i++) {
            for (int n = 0; n < dy.lanes(); n++) {
                dx.set(first(window, x, i, n), n, dy.get(i, n));
            }
        }
    }

    static void averageForward(Batch x, Batch y) {
        int positions = x.features() / y.features();
        float share = 1f / positions;
        for (int c = 0; c < y.features(); c++) {
            for (int n = 0; n < y.lanes(); n++) {
                float sum = 0f;
                for (int p = 0; p < positions; p++) {
                    sum = sum + x.get(c * positions + p, n);
                }
                y.set(c, n, sum * share);
            }
        }
    }

    static void averageBackward(Batch dy, Batch dx) {
        int positions = dx.features() / dy.features();
        float share = 1f / positions;
        for (int k = 0; k < dx.features(); k++) {
            for (int n = 0; n < dx.lanes(); n++) {
                dx.set(k, n, dy.get(k / positions, n) * share);
            }
        }
    }

    /// The feature of x that is the first maximum of the window of output i.
    private static int first(Window window, Batch x, int i, int n) {
        int size = window.stride();
        int c = i / window.positions();
        int top = i % window.positions() / window.outWidth() * size;
        int left = i % window.outWidth() * size;
        int corner = (c * window.height() + top) * window.width() + left;
        int first = corner;
        for (int kh = 0; kh < size; kh++) {
            for (int kw = 0; kw < size; kw++) {
                int k = corner + kh * window.width() + kw;
                if (x.get(k, n) > x.get(first, n)) {
                    first = k;
                }
            }
        }
        return first;
    }
}
