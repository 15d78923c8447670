package dev.tombola.kernel.reference;

import static dev.tombola.kernel.reference.PointwiseLoops.draw;

import dev.tombola.tensor.Augment;
import dev.tombola.tensor.Batch;
import dev.tombola.tensor.Ints;
import dev.tombola.tensor.Pixels;
import dev.tombola.tensor.Shuffle;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// Which examples make a batch, and the gather of their scaled images.
final class ExampleLoops {
    private ExampleLoops() {}

    static void shuffle(Shuffle shuffle, int epoch, Ints order) {
        List<Integer> sorted = IntStream.range(0, shuffle.size())
                .mapToObj(shuffle.examples()::get)
                .sorted(Comparator.comparingLong(
                                (Integer number) -> Integer.toUnsignedLong(draw(shuffle.draws(), epoch, number)))
                        .thenComparing(Comparator.naturalOrder()))
                .toList();
        for (int i = 0; i < order.length(); i++) {
            order.set(i, sorted.get(i));
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

    private static int shift(Augment augment, int draw) {
        return (int) ((Integer.toUnsignedLong(draw) * (2L * augment.padding() + 1)) >>> 32);
    }
}
