package dev.tombola.kernel.reference;

import dev.tombola.kernel.Status;
import dev.tombola.tensor.Augment;
import dev.tombola.tensor.Batch;
import dev.tombola.tensor.Dropout;
import dev.tombola.tensor.Ints;
import dev.tombola.tensor.Norm;
import dev.tombola.tensor.Pixels;
import dev.tombola.tensor.Rule;
import dev.tombola.tensor.Span;
import dev.tombola.tensor.Weights;
import dev.tombola.tensor.Window;

/// What goes together: the questions that the C drivers ask of their operands.
final class Checks {
    private Checks() {}

    /// Whether a convolution makes y of x.
    static boolean fits(Window window, Weights weights, Batch x, Batch y) {
        return weights.taps() == window.taps()
                && weights.inputs() == (long) window.channels() * window.taps()
                && x.features() == window.features()
                && y.features() == (long) weights.outputs() * window.positions()
                && x.size() == y.size();
    }

    /// Whether windows do not overlap and x is pooled to y.
    static boolean fits(Window window, Batch x, Batch y) {
        return window.stride() == window.kernelHeight()
                && window.stride() == window.kernelWidth()
                && window.padding() == 0
                && x.features() == window.features()
                && y.features() == (long) window.channels() * window.positions()
                && x.size() == y.size();
    }

    /// Whether x has as many channels as are normalised, of equally many positions.
    static boolean fits(Norm norm, Batch x, Batch y) {
        return x.features() % norm.channels() == 0 && same(x, y);
    }

    static boolean fits(Norm norm, Span gradient) {
        return gradient.length() == norm.channels();
    }

    /// Whether there is a place for a batch's statistics.
    static Status statistics(Norm norm) {
        return norm.mean() == null ? Status.NULL : Status.OK;
    }

    /// Whether `lines` lines have units, and those have draws in that iteration.
    static Status drops(Dropout dropout, int iteration, int lines) {
        if (dropout.units() != null && dropout.units().length() < lines) {
            return Status.SHAPE;
        }
        for (int line = 0; line < lines; line++) {
            if (dropout.unit(line) < 0) {
                return Status.RANGE;
            }
        }
        return iteration < 0 ? Status.RANGE : Status.OK;
    }

    /// Whether images, cropped and flipped, make x.
    static boolean fits(Pixels images, Augment augment, Batch x) {
        return images.features() == x.features() && (long) augment.height() * augment.width() == images.area();
    }

    /// Whether x has as many channels as y, of equally many positions.
    static boolean averages(Batch x, Batch y) {
        return x.features() % y.features() == 0 && x.size() == y.size();
    }

    static boolean gates(Batch gate, Batch dx) {
        return gate == null || same(gate, dx);
    }

    /// Whether a rule has that iteration, divisors that are normal numbers, and state for w.
    static Status step(Rule rule, int iteration, Span w, Span m, Span v) {
        boolean divides = rule.kind() != Rule.Kind.ADAM || rule.constants().epsilon() >= Float.MIN_NORMAL;
        if (iteration < 0 || iteration >= rule.iterations() || !divides) {
            return Status.RANGE;
        }
        return same(w, m) && (rule.kind() != Rule.Kind.ADAM || same(w, v)) ? Status.OK : Status.SHAPE;
    }

    /// Whether there are as many places in `order` and `labels` as x has examples.
    static Status places(Ints order, int from, Batch x, Ints labels) {
        if (labels.length() < x.size()) {
            return Status.SHAPE;
        }
        return from < 0 || from > order.length() - x.size() ? Status.RANGE : Status.OK;
    }

    /// Whether features are ascending, of those that images have; all of them where none are named.
    static Status featuresFit(Pixels images, Ints features, int lines) {
        if (features == null) {
            return images.features() == lines ? Status.OK : Status.SHAPE;
        }
        if (features.length() < lines) {
            return Status.SHAPE;
        }
        int least = 0;
        for (int line = 0; line < lines; line++) {
            int feature = features.get(line);
            if (feature < least || feature >= images.features()) {
                return Status.RANGE;
            }
            least = feature + 1;
        }
        return Status.OK;
    }

    /// Whether a linear layer makes y of x.
    static boolean fits(Weights weights, Batch x, Batch y) {
        return weights.taps() == 1
                && x.features() == weights.inputs()
                && y.features() == weights.outputs()
                && x.size() == y.size();
    }

    static boolean same(Batch a, Batch b) {
        return a.features() == b.features() && a.size() == b.size();
    }

    static boolean same(Span a, Span b) {
        return a.length() == b.length();
    }

    static Status labelsInRange(Batch logits, Ints labels) {
        for (int n = 0; n < logits.size(); n++) {
            if (labels.get(n) < 0 || labels.get(n) >= logits.features()) {
                return Status.RANGE;
            }
        }
        return Status.OK;
    }

    static Status imagesInRange(Pixels images, Ints order, int from, int size) {
        for (int n = from; n < from + size; n++) {
            int image = order.get(n);
            if (image < 0 || image >= images.count() || images.label(image) >= images.classes()) {
                return Status.RANGE;
            }
        }
        return Status.OK;
    }
}
