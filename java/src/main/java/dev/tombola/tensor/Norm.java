package dev.tombola.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Batch normalisation's numbers, one of each per channel, the struct `tombola_norm`: trained scale and shift, the
/// running statistics that evaluation uses and, in training, those of the last batch.
///
/// @param mean, inverseDeviation of the last batch; null in evaluation
public record Norm(
        Span scale,
        Span shift,
        Span runningMean,
        Span runningVariance,
        Span mean,
        Span inverseDeviation,
        MemorySegment descriptor) {
    /// @param mean, inverseDeviation null in evaluation
    public static Norm of(
            Arena arena,
            Span scale,
            Span shift,
            Span runningMean,
            Span runningVariance,
            Span mean,
            Span inverseDeviation) {
        Span[] spans = {scale, shift, runningMean, runningVariance, mean, inverseDeviation};
        MemorySegment fields = arena.allocate(56, 8);
        for (int i = 0; i < spans.length; i++) {
            if (spans[i] == null && i > 3) {
                continue;
            }
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
        return new Norm(scale, shift, runningMean, runningVariance, mean, inverseDeviation, fields.asReadOnly());
    }

    public int channels() {
        return Math.toIntExact(scale.length());
    }

    @Override
    public String toString() {
        return "[" + channels() + " channels]";
    }
}
