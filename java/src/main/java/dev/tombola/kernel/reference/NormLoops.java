package dev.tombola.kernel.reference;

import dev.tombola.tensor.Batch;
import dev.tombola.tensor.Norm;
import dev.tombola.tensor.Span;
import java.util.Arrays;

/// Batch normalisation: statistics in double, values in float.
final class NormLoops {
    private static final double EPSILON = 1e-5;
    private static final double KEPT = 0.9;
    private static final double NEW = 0.1;

    private NormLoops() {}

    static void forward(Norm norm, Batch x, Batch y) {
        int positions = x.features() / norm.channels();
        double count = (double) positions * x.size();
        for (int c = 0; c < norm.channels(); c++) {
            double mean = sum(x, c, positions, 0, false) / count;
            double squares = sum(x, c, positions, mean, true);
            norm.mean().set(c, (float) mean);
            norm.inverseDeviation().set(c, (float) (1 / Math.sqrt(squares / count + EPSILON)));
            move(norm.runningMean(), c, mean);
            move(norm.runningVariance(), c, squares / Math.max(count - 1, 1));
            apply(norm, c, norm.mean().get(c), norm.inverseDeviation().get(c), x, y);
        }
    }

    static void infer(Norm norm, Batch x, Batch y) {
        for (int c = 0; c < norm.channels(); c++) {
            float inverse =
                    (float) (1 / Math.sqrt((double) norm.runningVariance().get(c) + EPSILON));
            apply(norm, c, norm.runningMean().get(c), inverse, x, y);
        }
    }

    static void backward(Norm norm, Batch x, Batch dy, Span dscale, Span dshift, Batch dx) {
        int positions = x.features() / norm.channels();
        float count = (float) ((long) positions * x.size());
        float[] scales = new float[Partials.COUNT];
        float[] shifts = new float[Partials.COUNT];
        for (int c = 0; c < norm.channels(); c++) {
            float mean = norm.mean().get(c);
            float inverse = norm.inverseDeviation().get(c);
            Arrays.fill(scales, 0f);
            Arrays.fill(shifts, 0f);
            for (int block = 0; block < x.lanes(); block += Partials.COUNT) {
                for (int k = c * positions; k < (c + 1) * positions; k++) {
                    for (int i = 0; i < Partials.COUNT; i++) {
                        float d = dy.get(k, block + i);
                        float hat = (x.get(k, block + i) - mean) * inverse;
                        scales[i] = Math.fma(d, hat, scales[i]);
                        shifts[i] = shifts[i] + d;
                    }
                }
            }
            dscale.set(c, Partials.join(scales));
            dshift.set(c, Partials.join(shifts));
            float factor = norm.scale().get(c) * inverse;
            float scale = dscale.get(c) / count;
            float shift = dshift.get(c) / count;
            for (int k = c * positions; k < (c + 1) * positions; k++) {
                for (int n = 0; n < x.lanes(); n++) {
                    float hat = (x.get(k, n) - mean) * inverse;
                    float value = factor * Math.fma(-hat, scale, dy.get(k, n) - shift);
                    dx.set(k, n, n < x.size() ? value : 0f);
                }
            }
        }
    }

    private static void apply(Norm norm, int c, float mean, float inverse, Batch x, Batch y) {
        int positions = x.features() / norm.channels();
        float scale = norm.scale().get(c);
        float shift = norm.shift().get(c);
        for (int k = c * positions; k < (c + 1) * positions; k++) {
            for (int n = 0; n < x.lanes(); n++) {
                y.set(k, n, Math.fma(scale, (x.get(k, n) - mean) * inverse, shift));
            }
        }
    }

    /// The sum of a channel's values, or of their squared distances from `centre`.
    private static double sum(Batch x, int c, int positions, double centre, boolean squared) {
        double[] partials = new double[Partials.COUNT];
        for (int block = 0; block < x.lanes(); block += Partials.COUNT) {
            for (int k = c * positions; k < (c + 1) * positions; k++) {
                for (int i = 0; i < Partials.COUNT && block + i < x.size(); i++) {
                    double value = x.get(k, block + i);
                    double distance = value - centre;
                    partials[i] = squared ? Math.fma(distance, distance, partials[i]) : partials[i] + value;
                }
            }
        }
        for (int width = Partials.COUNT / 2; width > 0; width /= 2) {
            for (int i = 0; i < width; i++) {
                partials[i] = partials[i] + partials[i + width];
            }
        }
        return partials[0];
    }

    private static void move(Span running, int c, double value) {
        running.set(c, (float) (KEPT * (double) running.get(c) + NEW * value));
    }
}
