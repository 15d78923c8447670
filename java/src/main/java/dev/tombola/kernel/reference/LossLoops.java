package dev.tombola.kernel.reference;

import dev.tombola.tensor.Batch;
import dev.tombola.tensor.Ints;
import dev.tombola.tensor.Score;

/// Softmax cross-entropy: sums in class order in float, losses added in example order in double.
final class LossLoops {
    private LossLoops() {}

    /// @param dlogits null where no gradient is wanted
    static void softmaxCrossEntropy(Batch logits, Ints labels, Batch dlogits, Score score) {
        int classes = logits.features();
        float perExample = 1f / logits.size();
        float[] e = new float[classes];
        double loss = score.loss();
        long correct = score.correct();
        for (int n = 0; n < logits.size(); n++) {
            int label = labels.get(n);
            int prediction = largest(logits, n);
            float max = logits.get(prediction, n);
            for (int c = 0; c < classes; c++) {
                e[c] = Elementary.exp(logits.get(c, n) - max);
            }
            float sum = e[0];
            for (int c = 1; c < classes; c++) {
                sum = sum + e[c];
            }
            // sum·0 is +0, or NaN where the sum is not finite: log would make a number of it.
            float nats = (Elementary.log(sum) - (logits.get(label, n) - max)) + sum * 0f;
            loss += nats;
            correct += prediction == label ? 1 : 0;
            if (dlogits != null) {
                for (int c = 0; c < classes; c++) {
                    dlogits.set(c, n, (e[c] / sum - (c == label ? 1f : 0f)) * perExample);
                }
            }
        }
        score.set(loss, correct, score.examples() + logits.size());
        if (dlogits != null) {
            clearPadding(dlogits);
        }
    }

    /// The class of the largest logit, the first of equals.
    private static int largest(Batch logits, int n) {
        int best = 0;
        for (int c = 1; c < logits.features(); c++) {
            if (logits.get(c, n) > logits.get(best, n)) {
                best = c;
            }
        }
        return best;
    }

    private static void clearPadding(Batch dlogits) {
        for (int c = 0; c < dlogits.features(); c++) {
            for (int n = dlogits.size(); n < dlogits.lanes(); n++) {
                dlogits.set(c, n, 0f);
            }
        }
    }
}
