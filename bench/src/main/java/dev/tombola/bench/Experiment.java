package dev.tombola.bench;

import dev.tombola.lottery.Recipe;
import dev.tombola.nn.Masks;
import dev.tombola.nn.Plan;
import dev.tombola.nn.Shape;
import dev.tombola.nn.Weighted;
import java.util.BitSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/// A recipe's whole experiment in figures: how long its levels take one after another on one core, computed from a few
/// measured ones: between those,
/// times follow a straight line in the logarithms of time and of weights left.
final class Experiment {
    private final Recipe recipe;

    Experiment(Recipe recipe) {
        this.recipe = recipe;
    }

    /// @param stepMicros time of a step by level, the first and the last level among them
    /// @param evaluationMillis time of an evaluation by level, likewise
    double minutes(NavigableMap<Integer, Double> stepMicros, NavigableMap<Integer, Double> evaluationMillis) {
        int steps = recipe.train().iterations();
        int evaluations = Math.ceilDiv(steps, recipe.train().evaluateEvery());
        double seconds = 0;
        for (int level = 0; level <= recipe.run().levels(); level++) {
            seconds += steps * at(level, stepMicros) / 1e6 + evaluations * at(level, evaluationMillis) / 1e3;
        }
        return seconds / 60;
    }

    /// Floating-point operations of a step's products with surviving weights: forward, gradient of the weights and, but
    /// for the first layer, gradient of the input. A convolution's border counts like the rest.
    ///
    /// @param lit pixels that are in the products
    double flop(Masks masks, BitSet lit) {
        Plan plan = Plan.of(recipe.network(), masks, lit);
        double products = 0;
        for (Map.Entry<Weighted, Shape> entry : Inputs.of(recipe.network()).entrySet()) {
            Weighted layer = entry.getKey();
            double each = (double) plan.mask(layer).survivors()
                    * layer.output(entry.getValue()).positions();
            products += (products == 0 ? 2 : 3) * each;
        }
        return 2 * products * recipe.train().batch();
    }

    /// The time at a level, measured or between its measured neighbours.
    private double at(int level, NavigableMap<Integer, Double> times) {
        int before = times.floorKey(level);
        int after = times.ceilingKey(level);
        if (before == after) {
            return times.get(level);
        }
        double way = (log(level) - log(before)) / (log(after) - log(before));
        return Math.exp(Math.log(times.get(before)) * (1 - way) + Math.log(times.get(after)) * way);
    }

    private double log(int level) {
        return Math.log(recipe.ladder().percentLeft(level));
    }

    /// The same time at every level.
    NavigableMap<Integer, Double> everywhere(double time) {
        return new TreeMap<>(Map.of(0, time, recipe.run().levels(), time));
    }
}
