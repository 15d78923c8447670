package dev.tombola.bench.peers;

import java.util.SplittableRandom;

/// What every peer is fed: random byte images as floats from 0 to 1, random labels, and an order that is shuffled anew
/// each epoch.
final class Batches {
    static final int EXAMPLES = 55_000;
    static final int PIXELS = 784;
    static final int SIZE = 60;

    private final SplittableRandom random;
    private final int pixels;
    private final int[] order;
    private int position;

    /// Of images like MNIST's.
    Batches() {
        this(EXAMPLES, PIXELS);
    }

    Batches(int examples, int pixels) {
        this.random = new SplittableRandom(examples);
        this.pixels = pixels;
        this.order = new int[examples];
        this.position = examples;
        for (int i = 0; i < examples; i++) {
            order[i] = i;
        }
    }

    float[] images() {
        byte[] bytes = new byte[order.length * pixels];
        random.nextBytes(bytes);
        float[] images = new float[bytes.length];
        for (int i = 0; i < images.length; i++) {
            images[i] = (bytes[i] & 0xFF) / 255f;
        }
        return images;
    }

    int[] labels() {
        int[] labels = new int[order.length];
        for (int i = 0; i < order.length; i++) {
            labels[i] = random.nextInt(10);
        }
        return labels;
    }

    /// Fills `batch` with the next indices.
    void next(int[] batch) {
        if (position + batch.length > order.length) {
            shuffle();
            position = 0;
        }
        System.arraycopy(order, position, batch, 0, batch.length);
        position += batch.length;
    }

    private void shuffle() {
        for (int i = order.length - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            int swapped = order[i];
            order[i] = order[other];
            order[other] = swapped;
        }
    }
}
