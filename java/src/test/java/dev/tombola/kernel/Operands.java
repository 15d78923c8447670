package dev.tombola.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tombola.tensor.Batch;
import dev.tombola.tensor.Form;
import dev.tombola.tensor.Ints;
import dev.tombola.tensor.Mask;
import dev.tombola.tensor.Pixels;
import dev.tombola.tensor.Rule;
import dev.tombola.tensor.Score;
import dev.tombola.tensor.Slab;
import dev.tombola.tensor.Span;
import dev.tombola.tensor.Weights;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Makes the operands of one call, the same for the same seed, and looks at them afterwards: outputs lie
/// between guards, which must be unharmed, and inputs must be as they were.
final class Operands {
    private static final int GUARD = 64;
    private static final float CANARY = Float.intBitsToFloat(0x7fc0beef);

    private final Arena arena;
    private final long seed;
    private final List<Output> outputs = new ArrayList<>();
    private final List<Input> inputs = new ArrayList<>();
    private final List<Score> scores = new ArrayList<>();
    private int streams;

    /// An output's floats are `[GUARD, GUARD + floats)` of its block; all others are guards. Of every `lanes` the first
    /// `size` count.
    private record Output(Span block, long floats, int lanes, int size) {}

    private record Input(MemorySegment data, MemorySegment before) {}

    Operands(Arena arena, long seed) {
        this.arena = arena;
        this.seed = seed;
    }

    Arena arena() {
        return arena;
    }

    long seed() {
        return seed;
    }

    /// A batch to read; padding lanes are finite values too.
    Batch input(int features, int size, Values values) {
        Batch batch = Batch.allocate(arena, features, size);
        write(batch.data(), values.draw(features * batch.lanes(), seed, streams++));
        return batch;
    }

    /// A gradient to read: padding lanes are +0, as every operation leaves them.
    Batch gradient(int features, int size, Values values) {
        Batch batch = Batch.allocate(arena, features, size);
        float[] drawn = values.draw(features * batch.lanes(), seed, streams++);
        for (int i = 0; i < drawn.length; i++) {
            drawn[i] = i % batch.lanes() < size ? drawn[i] : 0f;
        }
        write(batch.data(), drawn);
        return batch;
    }

    Span input(int length, Values values) {
        Span span = Span.allocate(arena, length);
        write(span.data(), values.draw(length, seed, streams++));
        return span;
    }

    Ints labels(int classes, int size) {
        return Ints.of(arena, Values.below(classes, size, seed, streams++));
    }

    Weights weights(Form form, int outputs, int inputs, int taps, Mask mask, Values values) {
        Span entries = Span.allocate(arena, Weights.entries(form, outputs, inputs, mask));
        Weights weights = new Weights(arena, form, outputs, inputs, taps, mask, entries);
        weights.gather(values.draw(outputs * inputs, seed, streams++));
        return weights;
    }

    /// Weights to read and write.
    Weights stateWeights(Form form, int outputs, int inputs, int taps, Mask mask, Values values) {
        Span entries = output(Weights.entries(form, outputs, inputs, mask));
        Weights weights = new Weights(arena, form, outputs, inputs, taps, mask, entries);
        weights.gather(values.draw(outputs * inputs, seed, streams++));
        return weights;
    }

    /// A batch to write, full of canaries.
    Batch output(int features, int size) {
        long floats = Slab.batchFloats(features, size);
        Slab slab = lowGuard(floats);
        Batch batch = slab.batch(features, size);
        highGuard(slab, floats);
        return batch;
    }

    /// A batch of values to write: its padding lanes may become anything finite.
    Batch values(int features, int size) {
        Batch batch = output(features, size);
        Output whole = outputs.removeLast();
        outputs.add(new Output(whole.block(), whole.floats(), batch.lanes(), size));
        return batch;
    }

    /// A run of floats to write, full of canaries; those between its end and a whole vector are guards.
    Span output(long length) {
        Slab slab = lowGuard(length);
        Span span = slab.span(length);
        highGuard(slab, length);
        return span;
    }

    /// A run of floats to read and write.
    Span state(int length, Values values) {
        Span span = output(length);
        span.copyFrom(values.draw(length, seed, streams++));
        return span;
    }

    /// A batch to read and write.
    Batch state(int features, int size, Values values) {
        Batch batch = output(features, size);
        float[] drawn = values.draw(features * batch.lanes(), seed, streams++);
        MemorySegment.copy(drawn, 0, batch.data(), ValueLayout.JAVA_FLOAT, 0, drawn.length);
        return batch;
    }

    /// Integers to write.
    Ints outputInts(int length) {
        return new Ints(output(length).data(), length);
    }

    /// Totals that are not 0 at first.
    Score score() {
        Score score = new Score(arena);
        score.set(0.1, 3, 5);
        scores.add(score);
        return score;
    }

    /// Three iterations of an optimiser with everything in it.
    Rule rule(Rule.Kind kind) {
        Rule.Constants constants = switch (kind) {
            case ADAM -> new Rule.Constants(0.9f, 0.1f, 0.999f, 0.001f, 1e-8f, 0f, 0f);
            case SGD -> new Rule.Constants(0f, 0f, 0f, 0f, 0f, 0.9f, 1e-4f);
        };
        float[] rates = {0.1f, 0.012f, 31.6f, 0.03f, 0.0063f, 22.4f, 0.01f, 0.0044f, 18.3f};
        return new Rule(arena, kind, constants, rates);
    }

    /// Images of random bytes, each channel with its own scale.
    Pixels images(int count, int features, int channels, int classes) {
        MemorySegment pixels = arena.allocate((long) count * features);
        fill(pixels, Values.below(256, count * features, seed, streams++));
        MemorySegment labels = arena.allocate(count);
        fill(labels, Values.below(classes, count, seed, streams++));
        MemorySegment scale =
                arena.allocateFrom(ValueLayout.JAVA_FLOAT, Values.HARSH.draw(channels * 256, seed, streams++));
        return new Pixels(arena, pixels, labels, scale, count, features, channels, classes);
    }

    /// The bits of every output in order, after a look at guards and inputs.
    int[] bits() {
        for (Input input : inputs) {
            assertThat(input.data().mismatch(input.before()))
                    .as("first changed byte of an input")
                    .isEqualTo(-1);
        }
        IntStream totals = scores.stream()
                .flatMapToInt(score -> Arrays.stream(score.descriptor().toArray(ValueLayout.JAVA_INT)));
        return IntStream.concat(outputs.stream().flatMapToInt(Operands::bits), totals)
                .toArray();
    }

    private static IntStream bits(Output output) {
        int[] found = output.block().data().toArray(ValueLayout.JAVA_INT);
        int end = Math.toIntExact(GUARD + output.floats());
        assertThat(IntStream.concat(Arrays.stream(found, 0, GUARD), Arrays.stream(found, end, found.length)))
                .as("guards around %d floats", output.floats())
                .containsOnly(Float.floatToRawIntBits(CANARY));
        int[] bits = Arrays.copyOfRange(found, GUARD, end);
        for (int i = 0; i < bits.length; i++) {
            if (i % output.lanes() >= output.size()) {
                assertThat(Float.intBitsToFloat(bits[i])).as("padding lane").isFinite();
                bits[i] = 0;
            }
        }
        return Arrays.stream(bits);
    }

    private Slab lowGuard(long floats) {
        Slab slab = new Slab(arena, GUARD + Slab.padded(floats) + GUARD);
        slab.span(GUARD);
        return slab;
    }

    private void highGuard(Slab slab, long floats) {
        slab.span(GUARD);
        Span block = slab.whole();
        block.fill(CANARY);
        outputs.add(new Output(block, floats, 1, 1));
    }

    private void write(MemorySegment data, float[] values) {
        MemorySegment.copy(values, 0, data, ValueLayout.JAVA_FLOAT, 0, values.length);
        inputs.add(new Input(data, MemorySegment.ofArray(data.toArray(ValueLayout.JAVA_INT))));
    }

    private static void fill(MemorySegment bytes, int[] values) {
        for (int i = 0; i < values.length; i++) {
            bytes.set(ValueLayout.JAVA_BYTE, i, (byte) values[i]);
        }
    }
}
