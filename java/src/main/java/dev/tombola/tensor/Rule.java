package dev.tombola.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// An optimiser's constants and per-iteration scalars, the struct `tombola_rule`: what a kernel needs
/// to update the slab at iteration 0, 1, …
public final class Rule {
    /// Floats per iteration in the table of rates: lr, a = lr/(1−β1ᵗ), c = 1/sqrt(1−β2ᵗ).
    public static final int RATES = 3;

    /// Which optimiser, `tombola_optimizer`.
    public enum Kind {
        /// Keeps its velocity in the first moment.
        SGD(0, 1),
        ADAM(1, 2);

        private final int code;
        private final int moments;

        Kind(int code, int moments) {
            this.code = code;
            this.moments = moments;
        }

        /// Floats of state per value.
        public int moments() {
            return moments;
        }
    }

    /// Constants of Adam (β1, β2, ε) and of SGD (momentum, weight decay); the unused are 0.
    public record Constants(
            float beta1,
            float oneMinusBeta1,
            float beta2,
            float oneMinusBeta2,
            float epsilon,
            float momentum,
            float weightDecay) {}

    private final Kind kind;
    private final Constants constants;
    private final int iterations;
    private final MemorySegment rates;
    private final MemorySegment descriptor;

    /// @param rates `[iterations][3]`: lr, a, c
    public Rule(Arena arena, Kind kind, Constants constants, float[] rates) {
        if (rates.length == 0 || rates.length % RATES != 0) {
            throw new IllegalArgumentException(
                    "rates must be whole rows of %d, at least one, but are %d floats".formatted(RATES, rates.length));
        }
        this.kind = kind;
        this.constants = constants;
        this.iterations = rates.length / RATES;
        this.rates = arena.allocateFrom(ValueLayout.JAVA_FLOAT, rates);
        MemorySegment fields = ReplicaArena.descriptor(arena, 48, 8);
        fields.set(ValueLayout.ADDRESS, 0, this.rates);
        fields.set(ValueLayout.JAVA_INT, 8, iterations);
        fields.set(ValueLayout.JAVA_INT, 12, kind.code);
        float[] floats = {
            constants.beta1,
            constants.oneMinusBeta1,
            constants.beta2,
            constants.oneMinusBeta2,
            constants.epsilon,
            constants.momentum,
            constants.weightDecay
        };
        MemorySegment.copy(floats, 0, fields, ValueLayout.JAVA_FLOAT, 16, floats.length);
        this.descriptor = fields.asReadOnly();
    }

    public Kind kind() {
        return kind;
    }

    public Constants constants() {
        return constants;
    }

    public int iterations() {
        return iterations;
    }

    public float lr(int iteration) {
        return rates.getAtIndex(ValueLayout.JAVA_FLOAT, (long) iteration * RATES);
    }

    public float a(int iteration) {
        return rates.getAtIndex(ValueLayout.JAVA_FLOAT, (long) iteration * RATES + 1);
    }

    public float c(int iteration) {
        return rates.getAtIndex(ValueLayout.JAVA_FLOAT, (long) iteration * RATES + 2);
    }

    /// `tombola_rule`.
    public MemorySegment descriptor() {
        return descriptor;
    }

    @Override
    public String toString() {
        return "[" + iterations + " iterations]";
    }
}
