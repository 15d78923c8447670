package dev.tombola.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Batch normalisation's numbers, one of each per channel, the struct `tombola_norm`: trained scale and shift, the
/// running statistics that evaluation uses and, in training, those of the last batch.
public final class Norm {
    private final Span scale;
    private final Span shift;
    private final Span runningMean;
    private final Span runningVariance;
    private final Span mean;
    private final Span inverseDeviation;
    private final MemorySegment descriptor;

    private Norm(Arena arena, Span scale, Span shift, Span runningMean, Span runningVariance, Span mean, Span inverse) {
        Slab.requirePositive("channels", scale.length());
        if ((mean == null) != (inverse == null)) {
            throw new IllegalArgumentException("a normalisation has both statistics of the last batch, or neither");
        }
        this.scale = scale;
        this.shift = shift;
        this.runningMean = runningMean;
        this.runningVariance = runningVariance;
        this.mean = mean;
        this.inverseDeviation = inverse;
        MemorySegment fields = ReplicaArena.descriptor(arena, 56, 8);
        Span[] spans = {scale, shift, runningMean, runningVariance, mean, inverse};
        for (int i = 0; i < (mean == null ? 4 : 6); i++) {
            if (spans[i].length() != scale.length()) {
                throw new IllegalArgumentException("the numbers of a normalisation have one length, but are %d and %d"
                        .formatted(scale.length(), spans[i].length()));
            }
            if (!fields.scope().equals(spans[i].data().scope())) {
                throw new IllegalArgumentException("a normalisation and its numbers must live in one arena");
            }
            fields.set(ValueLayout.ADDRESS, 8L * i, spans[i].data());
        }
        fields.set(ValueLayout.JAVA_INT, 48, Math.toIntExact(scale.length()));
        this.descriptor = fields.asReadOnly();
    }

    /// @param mean null in evaluation, as inverseDeviation in evaluation
    public static Norm of(
            Arena arena,
            Span scale,
            Span shift,
            Span runningMean,
            Span runningVariance,
            Span mean,
            Span inverseDeviation) {
        return new Norm(arena, scale, shift, runningMean, runningVariance, mean, inverseDeviation);
    }

    public int channels() {
        return Math.toIntExact(scale.length());
    }

    public Span scale() {
        return scale;
    }

    public Span shift() {
        return shift;
    }

    public Span runningMean() {
        return runningMean;
    }

    public Span runningVariance() {
        return runningVariance;
    }

    /// Of the last batch; null in evaluation.
    public Span mean() {
        return mean;
    }

    /// 1 / sqrt(variance + 1e-5) of the last batch; null in evaluation.
    public Span inverseDeviation() {
        return inverseDeviation;
    }

    /// `tombola_norm`.
    public MemorySegment descriptor() {
        return descriptor;
    }

    @Override
    public String toString() {
        return "[" + channels() + " channels]";
    }
}
