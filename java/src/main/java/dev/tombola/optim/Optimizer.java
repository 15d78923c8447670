package dev.tombola.optim;

import dev.tombola.tensor.Rule;
import java.io.Serializable;
import java.lang.foreign.Arena;

/// An optimiser as a value; its state lives in spans of the parameter slab's length, zeroed for every
/// training.
public sealed interface Optimizer extends Serializable {
    double lr();

    Schedule schedule();

    /// Which update it is.
    Rule.Kind kind();

    /// Whether a weight moves whose gradient is +0 in every step.
    boolean movesIdleWeights();

    Rule.Constants constants();

    /// The table of per-iteration scalars, made in double with StrictMath, for a training that begins at iteration
    /// `first`: the schedule is that of the iteration, while bias correction counts the steps done since, for the
    /// moments begin at 0 with them. Nothing is there before `first`.
    float[] rates(int first, int iterations);

    /// Constants and table in the form of kernels.
    default Rule rule(Arena arena, int iterations) {
        return rule(arena, 0, iterations);
    }

    /// The same from iteration `first` on.
    default Rule rule(Arena arena, int first, int iterations) {
        return new Rule(arena, kind(), constants(), LastRates.of(this, first, iterations));
    }

    /// Adam (Kingma & Ba): betas 0.9 and 0.999, epsilon 1e-8 unless given.
    record Adam(double lr, double beta1, double beta2, double epsilon, Schedule schedule) implements Optimizer {
        @Override
        public Rule.Kind kind() {
            return Rule.Kind.ADAM;
        }

        @Override
        public boolean movesIdleWeights() {
            return false;
        }

        @Override
        public Rule.Constants constants() {
            return new Rule.Constants(
                    (float) beta1, (float) (1 - beta1), (float) beta2, (float) (1 - beta2), (float) epsilon, 0f, 0f);
        }

        @Override
        public float[] rates(int first, int iterations) {
            float[] rates = new float[iterations * Rule.RATES];
            for (int i = first; i < iterations; i++) {
                double rate = lr * schedule.factor(i);
                rates[i * Rule.RATES] = (float) rate;
                rates[i * Rule.RATES + 1] = (float) (rate / (1 - StrictMath.pow(beta1, i - first + 1)));
                rates[i * Rule.RATES + 2] = (float) (1 / StrictMath.sqrt(1 - StrictMath.pow(beta2, i - first + 1)));
            }
            return rates;
        }
    }

    /// Stochastic gradient descent with momentum; weight decay is added to the gradient of every
    /// parameter.
    record Sgd(double lr, double momentum, double weightDecay, Schedule schedule) implements Optimizer {
        @Override
        public Rule.Kind kind() {
            return Rule.Kind.SGD;
        }

        @Override
        public boolean movesIdleWeights() {
            return weightDecay != 0;
        }

        @Override
        public Rule.Constants constants() {
            return new Rule.Constants(0f, 0f, 0f, 0f, 0f, (float) momentum, (float) weightDecay);
        }

        @Override
        public float[] rates(int first, int iterations) {
            float[] rates = new float[iterations * Rule.RATES];
            for (int i = first; i < iterations; i++) {
                rates[i * Rule.RATES] = (float) (lr * schedule.factor(i));
            }
            return rates;
        }
    }
}
