package dev.tombola.kernel;

import dev.tombola.tensor.Batch;
import dev.tombola.tensor.Form;
import dev.tombola.tensor.Ints;
import dev.tombola.tensor.Mask;
import dev.tombola.tensor.Pixels;
import dev.tombola.tensor.Rule;
import dev.tombola.tensor.Score;
import dev.tombola.tensor.Span;
import dev.tombola.tensor.Weights;
import java.lang.foreign.Arena;

/// One of every operand that kernels take, in one arena, for [RefusalsTest].
final class World {
    static final int OUTPUTS = 4;
    static final int INPUTS = 6;
    static final int SIZE = 5;
    static final int IMAGES = 3;

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
    final Ints order;
    final Ints all;

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
                arena, Rule.Kind.ADAM, new Rule.Constants(0f, 0f, 0f, 0f, 0f, 0f, 0f), new float[] {0f, 0f, 0f});
        images = new Pixels(
                arena,
                arena.allocate(IMAGES * INPUTS),
                arena.allocate(IMAGES),
                arena.allocate(256 * Float.BYTES, Float.BYTES),
                IMAGES,
                INPUTS,
                1,
                10);
        order = Ints.allocate(arena, 2 * SIZE);
        all = Ints.of(arena, 0, 1, 2, 3, 4, 5);
    }
}
