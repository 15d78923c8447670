package dev.tombola.bench.peers;

import java.util.SplittableRandom;

/// What every peer is fed: random byte images as floats from 0 to 1, random labels, and an order that is shuffled anew
/// each epoch.
final class Batches {
    static final int EXAMPLES = 55_000;
    static final int PIXELS = 784;
    static final int SIZE = 60;

    private final SplittableRandom random = new SplittableRandom(EXAMPLES);
    private final int[] order = new int[EXAMPLES];
    private int position = EXAMPLES;

    Batches() {
        for (int i = 0; i < EXAMPLES; i++) {
            order[i] = i;
        }
    }

    float[] images() {
        byte[] bytes = new byte[EXAMPLES * PIXELS];
        random.nextBytes(bytes);
        float[] images = new float[bytes.length];
        for (int i = 0; i < images.length; i++) {
            images[i] = (bytes[i] & 0xFF) / 255f;
        }
        return images;
    }

    int[] labels() {
        int[] labels = new int[EXAMPLES];
        for (int i = 0; i < EXAMPLES; i++) {
            labels[i] = random.nextInt(10);
        }
        return labels;
    }

    /// Fills `batch` with the next indices.
    void next(int[] batch) {
        if (position + batch.length > EXAMPLES) {
            shuffle();
            position = 0;
        }
        System.arraycopy(order, position, batch, 0, batch.length);
        position += batch.length;
    }

    private void shuffle() {
        for (int i = EXAMPLES - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            int swapped = order[i];
            order[i] = order[other];
            order[other] = swapped;
        }
    }
}
