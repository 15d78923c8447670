package dev.tombola.kernel.reference;

import dev.tombola.tensor.Rule;
import dev.tombola.tensor.Span;

/// One step of an optimiser over a whole slab.
final class OptimizerLoops {
    /// Smaller moments are stored as +0, before they sink into slow denormals.
    private static final float SMALLEST_MOMENT = 0x1p-100f;

    private OptimizerLoops() {}

    static void step(Rule rule, int iteration, Span w, Span g, Span m, Span v) {
        switch (rule.kind()) {
            case ADAM -> adam(rule, iteration, w, g, m, v);
            case SGD -> sgd(rule, iteration, w, g, m);
        }
    }

    private static void adam(Rule rule, int iteration, Span w, Span g, Span m, Span v) {
        Rule.Constants constants = rule.constants();
        float a = rule.a(iteration);
        float c = rule.c(iteration);
        for (long i = 0; i < w.length(); i++) {
            float gradient = g.get(i);
            float first = flushed(Math.fma(constants.beta1(), m.get(i), constants.oneMinusBeta1() * gradient));
            float second =
                    flushed(Math.fma(constants.beta2(), v.get(i), constants.oneMinusBeta2() * (gradient * gradient)));
            m.set(i, first);
            v.set(i, second);
            float root = (float) Math.sqrt(second);
            w.set(i, Math.fma(-a, first / Math.fma(root, c, constants.epsilon()), w.get(i)));
        }
    }

    private static void sgd(Rule rule, int iteration, Span w, Span g, Span v) {
        Rule.Constants constants = rule.constants();
        float lr = rule.lr(iteration);
        for (long i = 0; i < w.length(); i++) {
            float gradient = Math.fma(constants.weightDecay(), w.get(i), g.get(i));
            float moment = flushed(Math.fma(constants.momentum(), v.get(i), gradient));
            v.set(i, moment);
            w.set(i, Math.fma(-lr, moment, w.get(i)));
        }
    }

    private static float flushed(float moment) {
        return Math.abs(moment) < SMALLEST_MOMENT ? 0f : moment;
    }
}
