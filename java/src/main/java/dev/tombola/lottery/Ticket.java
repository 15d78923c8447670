package dev.tombola.lottery;

import dev.tombola.base.UserError;
import dev.tombola.data.Scaling;
import dev.tombola.kernel.Backends;
import dev.tombola.nn.Masks;
import dev.tombola.nn.Network;
import dev.tombola.nn.Parameter;
import dev.tombola.nn.State;
import dev.tombola.tensor.Mask;
import dev.tombola.train.Task;
import dev.tombola.train.Trained;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;

/// A finished training: its mask, and its weights at the start, at the early-stop iteration and at the end; a network
/// that predicts. Any threads may use it; of those that predict, one does at a time. What it hands out is the caller's
/// own: no change to that changes the ticket. Its file holds tensors `start/fc1.weight`, `best/…`, `end/…` and
/// `mask/…` of dense shapes.
public final class Ticket {
    static final String START = "start/";
    static final String END = "end/";
    static final String MASK = "mask/";
    private static final String BEST = "best/";

    private final Provenance provenance;
    private final Network network;
    private final Masks masks;
    private final State start;
    private final State best;
    private final State end;
    private final String backend;
    private Predictor predictor;

    /// What pruning left of a layer.
    ///
    /// @param name of its weight, such as `fc1.weight`
    /// @param shape of the dense tensor
    public record LayerCount(String name, List<Integer> shape, int survivors, int total) {
        public double percentLeft() {
            return 100.0 * survivors / total;
        }
    }

    private Ticket(Provenance provenance, Masks masks, State start, State best, State end, String backend) {
        this.provenance = provenance;
        this.network = provenance.network();
        this.masks = masks;
        this.start = start;
        this.best = best;
        this.end = end;
        this.backend = backend;
    }

    static Ticket of(Recipe recipe, Job job, Task task, Trained trained) {
        return new Ticket(
                Provenance.of(recipe, job, task, trained),
                task.masks(),
                task.start(),
                trained.bestState(),
                trained.endState(),
                "auto");
    }

    /// Opens a ticket's file.
    ///
    /// @throws UserError naming the file, what was found and what would be right
    public static Ticket open(Path file) {
        SafeTensors content = SafeTensors.read(file);
        Provenance provenance = new Provenance(content.metadata(), file);
        if (provenance.text("format").equals(RewindFile.FORMAT)) {
            throw new UserError(
                    ("%s holds the weights that its trial's tickets go back to, and is no ticket; those are in"
                                    + " its folders of levels, such as level-01/ticket.safetensors.")
                            .formatted(file));
        }
        if (!provenance.text("format").equals(Provenance.FORMAT)) {
            throw new UserError("%s is of format %s; this version reads %s."
                    .formatted(file, provenance.text("format"), Provenance.FORMAT));
        }
        if (provenance.stripped()) {
            throw new UserError(("%s says what a training came to and has no weights: its sweep left them out; ask for"
                            + " them with --tickets all.")
                    .formatted(file));
        }
        Network network = provenance.network();
        SequencedMap<String, Mask> masks = new LinkedHashMap<>();
        for (Parameter parameter : network.prunable()) {
            masks.put(parameter.name(), StateTensors.mask(file, content, MASK, parameter));
        }
        return new Ticket(
                provenance,
                new Masks(masks),
                StateTensors.get(file, content, START, network),
                StateTensors.get(file, content, BEST, network),
                StateTensors.get(file, content, END, network),
                "auto");
    }

    /// The same ticket, whose predictions are made by a backend of that name: `cpu`, as where none is named, or
    /// `reference`, which is plain Java, for where no C can be called. Both come to the same bits.
    ///
    /// @throws UserError at the first prediction, if that backend is not to be had
    public Ticket on(String name) {
        return new Ticket(provenance, masks, start, best, end, name);
    }

    /// The class of an image of `[channel][row][column]` pixels, 0 to 255, by the weights of the early-stop iteration.
    ///
    /// @throws IllegalArgumentException if it has not as many pixels
    /// @throws UserError if the kernels are not to be had ([#on] names others), or the training diverged before it was
    ///     evaluated
    public int predict(byte[] pixels) {
        return first(logits(pixels));
    }

    /// The class of an image that is scaled already.
    ///
    /// @throws IllegalArgumentException if it has not as many values, or one is not finite or so large that a logit is
    /// not
    /// @throws UserError as for pixels
    public int predict(float[] image) {
        return first(logits(image));
    }

    /// The logits of an image of pixels, to the bits that a training in FP32 saw.
    ///
    /// @throws IllegalArgumentException if it has not as many pixels
    public float[] logits(byte[] pixels) {
        Scaling scaling = Scaling.of(provenance.inputMean(), provenance.inputStd(), network.channels());
        requirePixels(pixels.length);
        float[] image = new float[pixels.length];
        int plane = network.height() * network.width();
        for (int k = 0; k < image.length; k++) {
            image[k] = scaling.value(k / plane, Byte.toUnsignedInt(pixels[k]));
        }
        return logits(image);
    }

    /// The logits of an image that is scaled already.
    ///
    /// @throws IllegalArgumentException if it has not as many values, or one is not finite
    public float[] logits(float[] image) {
        requirePixels(image.length);
        requireFinite(image);
        return predictor().logits(image);
    }

    public Provenance provenance() {
        return provenance;
    }

    public Network network() {
        return network;
    }

    public Masks masks() {
        return masks;
    }

    /// First values, pruned entries +0.
    public State start() {
        return start.copy();
    }

    /// Weights at the early-stop iteration.
    public State best() {
        return best.copy();
    }

    /// Weights after the last iteration.
    public State end() {
        return end.copy();
    }

    /// Every prunable layer, in order.
    public List<LayerCount> layers() {
        return network.prunable().stream()
                .map(parameter -> new LayerCount(
                        parameter.name(),
                        parameter.shape(),
                        masks.get(parameter.name()).survivors(),
                        parameter.count()))
                .toList();
    }

    /// Survivors in percent of all weights.
    public double percentLeft() {
        return provenance.percentLeft();
    }

    /// One line, such as `demo, trial 1, level 2, reinit-1: 42.75 % of 25,100 weights left`.
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s, %s: %.2f %% of %,d weights left",
                network.name(),
                provenance.job(),
                percentLeft(),
                provenance.weightsTotal());
    }

    /// The file of a training whose weights do not stay: what it was and what it came to.
    SafeTensors stripped() {
        return new SafeTensors(provenance.strip().facts(), new LinkedHashMap<>());
    }

    SafeTensors content() {
        SequencedMap<String, SafeTensors.Tensor> tensors = new LinkedHashMap<>();
        StateTensors.put(tensors, START, network, start);
        StateTensors.put(tensors, BEST, network, best);
        StateTensors.put(tensors, END, network, end);
        for (Parameter parameter : network.prunable()) {
            byte[] mask = masks.get(parameter.name()).toArray();
            tensors.put(MASK + parameter.name(), new SafeTensors.Bytes(parameter.shape(), mask));
        }
        return new SafeTensors(provenance.facts(), tensors);
    }

    private synchronized Predictor predictor() {
        if (predictor == null) {
            if (provenance.unevaluated()) {
                throw new UserError(
                        "%s, %s, diverged at iteration %d, before its first evaluation: it has no weights to predict with."
                                .formatted(network.name(), provenance.job(), provenance.divergedAt()));
            }
            predictor = new Predictor(
                    network, masks, best, Backends.open(backend, Backends.BEST).kernels());
        }
        return predictor;
    }

    private void requirePixels(int values) {
        if (values != network.inputs()) {
            throw new IllegalArgumentException("an image of %s has %dx%dx%d = %d values, not %d"
                    .formatted(
                            network.name(),
                            network.channels(),
                            network.height(),
                            network.width(),
                            network.inputs(),
                            values));
        }
    }

    /// What is not finite would come out as a class all the same.
    private static void requireFinite(float[] image) {
        for (int k = 0; k < image.length; k++) {
            if (!Float.isFinite(image[k])) {
                throw new IllegalArgumentException(
                        "an image has %s at index %d, where a finite number must be".formatted(image[k], k));
            }
        }
    }

    private static int first(float[] logits) {
        int largest = 0;
        for (int m = 0; m < logits.length; m++) {
            if (!Float.isFinite(logits[m])) {
                throw new IllegalArgumentException(
                        "the image's values are too large: they make logit %d %s, where a finite number must be"
                                .formatted(m, logits[m]));
            }
            if (logits[m] > logits[largest]) {
                largest = m;
            }
        }
        return largest;
    }
}
