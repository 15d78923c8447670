package dev.tombola.kernel.reference;

import dev.tombola.numeric.Philox;
import dev.tombola.tensor.Augment;
import dev.tombola.tensor.Batch;
import dev.tombola.tensor.Draws;
import dev.tombola.tensor.Dropout;
import dev.tombola.tensor.Ints;
import dev.tombola.tensor.Pixels;

/// Operations of one value each: ReLU, sums, dropout, and the gather of scaled images.
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

    static void add(Batch a, Batch b, Batch y) {
        for (int k = 0; k < y.features(); k++) {
            for (int n = 0; n < y.lanes(); n++) {
                y.set(k, n, a.get(k, n) + b.get(k, n) + 0f);
            }
        }
    }

    static void dropout(Dropout dropout, int iteration, Batch x, Batch y) {
        Draws draws = dropout.draws();
        for (int l = 0; l < x.features(); l++) {
            for (int n = 0; n < x.lanes(); n++) {
                boolean kept = n < x.size()
                        && Integer.compareUnsigned(
                                        draw(draws, iteration, dropout.unit(l) * x.size() + n), dropout.threshold())
                                >= 0;
                y.set(l, n, kept ? x.get(l, n) * dropout.scale() : 0f);
            }
        }
    }

    static void gatherAugmented(
            Pixels images, Augment augment, int iteration, Ints order, int from, Batch x, Ints labels) {
        int height = augment.height();
        int width = augment.width();
        for (int n = 0; n < x.size(); n++) {
            boolean flipped = augment.flips() && draw(augment.draws(), iteration, 4 * n) < 0;
            int top = shift(augment, draw(augment.draws(), iteration, 4 * n + 1));
            int left = shift(augment, draw(augment.draws(), iteration, 4 * n + 2));
            int image = order.get(from + n);
            for (int k = 0; k < x.features(); k++) {
                int h = k / width % height + top - augment.padding();
                int across = flipped ? width - 1 - k % width : k % width;
                int w = across + left - augment.padding();
                int channel = k / (height * width);
                boolean inside = h >= 0 && h < height && w >= 0 && w < width;
                x.set(k, n, inside ? images.value(image, (channel * height + h) * width + w) : images.black(channel));
            }
            labels.set(n, images.label(image));
        }
        for (int k = 0; k < x.features(); k++) {
            for (int n = x.size(); n < x.lanes(); n++) {
                x.set(k, n, 0f);
            }
        }
    }

    private static int draw(Draws draws, int iteration, int index) {
        return Philox.draw(draws.seed(), index, iteration, draws.purpose(), draws.stream());
    }

    private static int shift(Augment augment, int draw) {
        return (int) ((Integer.toUnsignedLong(draw) * (2L * augment.padding() + 1)) >>> 32);
    }
}
