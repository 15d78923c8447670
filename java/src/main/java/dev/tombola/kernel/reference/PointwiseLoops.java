package dev.tombola.kernel.reference;

import dev.tombola.tensor.Batch;
import dev.tombola.tensor.Ints;
import dev.tombola.tensor.Pixels;

/// Operations of one value each: ReLU, and the gather of scaled images.
final class PointwiseLoops {
    private PointwiseLoops() {}

    static void reluForward(Batch x, Batch y) {
        for (int m = 0; m < x.features(); m++) {
            for (int n = 0; n < x.lanes(); n++) {
                float value = x.get(m, n);
                y.set(m, n, value <= 0f ? 0f : value);
            }
        }
    }

    static void reluBackward(Batch y, Batch dy, Batch dx) {
        for (int m = 0; m < y.features(); m++) {
            for (int n = 0; n < y.lanes(); n++) {
                dx.set(m, n, y.get(m, n) > 0f ? dy.get(m, n) : 0f);
            }
        }
    }

    static void gather(Pixels images, Ints features, Ints order, int from, Batch x, Ints labels) {
        for (int n = 0; n < x.lanes(); n++) {
            boolean used = n < x.size();
            int image = used ? order.get(from + n) : 0;
            for (int l = 0; l < x.features(); l++) {
                x.set(l, n, used ? images.value(image, features == null ? l : features.get(l)) : 0f);
            }
            if (used) {
                labels.set(n, images.label(image));
            }
        }
    }
}
