package dev.tombola.kernel;

import dev.tombola.tensor.Augment;
import dev.tombola.tensor.Batch;
import dev.tombola.tensor.Draws;
import dev.tombola.tensor.Dropout;
import dev.tombola.tensor.Form;
import dev.tombola.tensor.Ints;
import dev.tombola.tensor.Mask;
import dev.tombola.tensor.Norm;
import dev.tombola.tensor.Pixels;
import dev.tombola.tensor.Rule;
import dev.tombola.tensor.Score;
import dev.tombola.tensor.Shuffle;
import dev.tombola.tensor.Span;
import dev.tombola.tensor.Weights;
import dev.tombola.tensor.Window;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.stream.IntStream;

/// One of every operand that kernels take, in one arena, for the tests of what is refused.
final class World {
    static final int OUTPUTS = 4;
    static final int INPUTS = 6;
    static final int SIZE = 5;
    static final int IMAGES = 3;
    static final int CHANNELS = 2;
    static final int HEIGHT = 4;
    static final int WIDTH = 3;

    final Arena arena;
    final Weights weights;
    final Span bias;
    final Span dw;
    final Batch x;
    final Batch y;
    final Batch dx;
    final Ints labels;
    final Score score;
    final Rule rule;
    final Pixels images;
    final Shuffle shuffle;
    final Ints order;
    final Ints all;
    final Window window;
    final Weights kernel;
    final Span dkernel;
    final Batch image;
    final Batch dimage;
    final Batch maps;
    final Window pooling;
    final Batch pooled;
    final Batch averages;
    final Norm norm;
    final Span dscale;
    final Dropout dropout;
    final Augment augment;

    World(Arena arena) {
        this.arena = arena;
        Mask mask = Mask.full(OUTPUTS * INPUTS);
        weights = new Weights(arena, Form.COMPRESSED, OUTPUTS, INPUTS, mask, Span.allocate(arena, OUTPUTS * INPUTS));
        bias = Span.allocate(arena, OUTPUTS);
        dw = Span.allocate(arena, OUTPUTS * INPUTS);
        x = Batch.allocate(arena, INPUTS, SIZE);
        x.data().fill((byte) 1); // positive: ReLU's backward reads every gradient
        y = Batch.allocate(arena, OUTPUTS, SIZE);
        dx = Batch.allocate(arena, INPUTS, SIZE);
        labels = Ints.allocate(arena, SIZE);
        score = new Score(arena);
        rule = new Rule(
                arena, Rule.Kind.ADAM, new Rule.Constants(0f, 0f, 0f, 0f, 1e-8f, 0f, 0f), new float[] {0f, 0f, 0f});
        images = new Pixels(
                arena,
                arena.allocate(IMAGES * INPUTS),
                arena.allocate(IMAGES),
                arena.allocate(256 * Float.BYTES, Float.BYTES),
                IMAGES,
                INPUTS,
                1,
                10);
        shuffle = Shuffle.of(
                arena, new Draws(1, 2, 3), IntStream.range(0, 2 * SIZE).toArray());
        order = Ints.allocate(arena, 2 * SIZE);
        all = Ints.of(arena, 0, 1, 2, 3, 4, 5);
        window = new Window(arena, CHANNELS, HEIGHT, WIDTH, 3, 3, 1, 1);
        int inputs = CHANNELS * window.taps();
        Mask every = Mask.full(OUTPUTS * inputs);
        Span entries = Span.allocate(arena, every.length());
        kernel = new Weights(arena, Form.COMPRESSED, OUTPUTS, inputs, window.taps(), every, entries);
        dkernel = Span.allocate(arena, every.length());
        image = Batch.allocate(arena, window.features(), SIZE);
        image.data().fill((byte) 1);
        dimage = Batch.allocate(arena, window.features(), SIZE);
        maps = Batch.allocate(arena, OUTPUTS * window.positions(), SIZE);
        pooling = new Window(arena, CHANNELS, HEIGHT, WIDTH, 2, 2, 2, 0);
        pooled = Batch.allocate(arena, CHANNELS * pooling.positions(), SIZE);
        averages = Batch.allocate(arena, CHANNELS, SIZE);
        norm = norm(arena, CHANNELS);
        dscale = Span.allocate(arena, CHANNELS);
        Draws draws = new Draws(1, 2, 3);
        dropout = Dropout.of(arena, draws, all, 0); // keeps, and so reads, every value
        augment = Augment.of(arena, draws, 2, INPUTS / 2, 1, true);
    }

    static Norm norm(Arena arena, int channels) {
        Span[] numbers = new Span[6];
        Arrays.setAll(numbers, i -> Span.allocate(arena, channels));
        return Norm.of(arena, numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5]);
    }
}
