package dev.tombola.lottery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tombola.base.UserError;
import dev.tombola.data.Dataset;
import dev.tombola.data.Images;
import dev.tombola.data.Scaling;
import dev.tombola.data.Split;
import dev.tombola.nn.FormChoice;
import dev.tombola.nn.State;
import dev.tombola.numeric.Stream;
import dev.tombola.train.IdleCores;
import dev.tombola.train.Point;
import dev.tombola.train.Task;
import dev.tombola.train.Trained;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tickets of a real, short run.
class TicketTest {
    private static final Recipe RECIPE = Recipe.preset(
            "demo",
            "data.train=400",
            "data.test=150",
            "data.validation=100",
            "data.mean=0.1307",
            "data.std=0.3081",
            "train.optimizer.lr=0.01",
            "train.iterations=60",
            "train.batch=20",
            "train.evaluate_every=20",
            "run.seed=3",
            "run.trials=2",
            "run.levels=2",
            "run.draws=1");

    @TempDir
    static Path temp;

    private static Lottery.Outcome outcome;

    @BeforeAll
    static void train() {
        outcome = Lottery.run(RECIPE, Options.defaults().withOut(temp.resolve("run")), LotteryListener.SILENT);
    }

    private static Path file(Job job) {
        return new Layout(outcome.folder()).tensors(job);
    }

    @Test
    void theReferenceLeavesTheSameBytes() {
        Options reference = Options.defaults()
                .withOut(temp.resolve("reference"))
                .withBackend("reference", Options.defaults().isa())
                .withForm(FormChoice.COMPRESSED)
                .withThreads(1);
        Lottery.run(RECIPE, reference, LotteryListener.SILENT);
        assertThat(FolderBytes.of(temp.resolve("reference"))).isEqualTo(FolderBytes.of(outcome.folder()));
    }

    @Test
    void aTicketSaysWhatItIsInOneLine() {
        assertThat(Ticket.open(file(new Job(1, 2, Control.REINIT, 1))))
                .hasToString("demo, trial 1, level 2, reinit-1: 42.75 % of 25,100 weights left");
    }

    @Test
    void predictionsAreThoseThatTrainingMeasured() {
        Dataset dataset = RECIPE.load(null);
        assertThat(outcome.levels()).hasSize(2 * 5).anyMatch(row -> row.earlyStopIteration() < 60);
        for (LevelRow row : outcome.levels()) {
            Job job = new Job(row.trial(), row.level(), Control.of(row.control()), row.draw());
            Ticket ticket = Ticket.open(file(job));
            int right = 0;
            for (int i = 0; i < dataset.test().count(); i++) {
                right += ticket.predict(pixels(dataset.test(), i))
                                == dataset.test().label(i)
                        ? 1
                        : 0;
            }
            assertThat((double) right / dataset.test().count()).as("%s", job).isEqualTo(row.testAccuracyEarlyStop());
        }
    }

    /// Over what is left of the training images without those of the trial's validation, one by one.
    @Test
    void trainingAccuraciesAreADirectCount() {
        Images images = RECIPE.load(null).train();
        for (LevelRow row : outcome.levels()) {
            int[] trained = Split.of(RECIPE.run().seed(), Stream.trial(row.trial()), images.count(), 100)
                    .training();
            assertThat(trained).hasSize(300);
            Job job = new Job(row.trial(), row.level(), Control.of(row.control()), row.draw());
            Ticket ticket = Ticket.open(file(job));
            int predicted = 0;
            int atEarlyStop = 0;
            int atEnd = 0;
            for (int image : trained) {
                byte[] pixels = pixels(images, image);
                predicted += ticket.predict(pixels) == images.label(image) ? 1 : 0;
                atEarlyStop += first(logits(ticket.best(), scaled(pixels))) == images.label(image) ? 1 : 0;
                atEnd += first(logits(ticket.end(), scaled(pixels))) == images.label(image) ? 1 : 0;
            }
            assertThat(row.trainAccuracyEarlyStop())
                    .as("%s", job)
                    .isEqualTo(predicted / 300.0)
                    .isEqualTo(atEarlyStop / 300.0);
            assertThat(row.trainAccuracyEnd()).as("%s", job).isEqualTo(atEnd / 300.0);
            assertThat(ticket.provenance().facts())
                    .containsEntry("train_accuracy_early_stop", Double.toString(row.trainAccuracyEarlyStop()))
                    .containsEntry("train_accuracy_end", Double.toString(row.trainAccuracyEnd()));
        }
    }

    @Test
    void logitsAreTheChainsOfTheContract() {
        Ticket ticket = Ticket.open(file(Job.ticket(1, 2)));
        byte[] pixels = pixels(RECIPE.load(null).test(), 3);
        float[] x = scaled(pixels);
        assertThat(ticket.logits(x)).isEqualTo(ticket.logits(pixels));
        assertThat(ticket.logits(pixels)).isEqualTo(logits(ticket.best(), x));
    }

    @Test
    void ofEqualLogitsTheFirstIsPredicted() {
        Job job = Job.ticket(0, 0);
        Task task = new Experiment(RECIPE, RECIPE.ladder(), _ -> null, _ -> null).task(job);
        State zero = task.start().copy();
        zero.values().values().forEach(values -> Arrays.fill(values, 0f));
        Point only = new Point(60, 2.3, 2.3, 0.1, 0.1);
        Trained dead = new Trained(List.of(only), only, zero, zero, null, 0.1, 0.1, 0, List.of(), 1, 1, 1);
        assertThat(Ticket.of(RECIPE, job, task, dead).predict(new byte[196])).isZero();
    }

    @Test
    void eachChannelIsScaledByItsOwnNumbers() {
        Recipe recipe = Recipe.parse("""
                network: {name: colours, input: 3x2x2, layers: [linear 4, relu, output 10]}
                data: {name: cifar-10, mean: [0.5, 0.25, 0], std: [1, 0.5, 0.125], validation: 5000}
                train: {iterations: 10, batch: 5, evaluate_every: 10, optimizer: {name: sgd, lr: 0.1}}
                prune: {rates: {fc: 0.2, output: 0.1}}
                run: {seed: 1, trials: 1, levels: 0}
                """);
        Path out = temp.resolve("colours");
        try (RunFolder folder = RunFolder.open(out, recipe)) {
            Lottery.run(recipe, folder, new FakeEngine(), 1, new IdleCores(), LotteryListener.SILENT, System::nanoTime);
        }
        byte[] pixels = new byte[12];
        Arrays.fill(pixels, (byte) 255);
        Ticket ticket = Ticket.open(new Layout(out).tensors(Job.ticket(0, 0)));
        assertThat(ticket.logits(pixels))
                .isEqualTo(ticket.logits(new float[] {0.5f, 0.5f, 0.5f, 0.5f, 1.5f, 1.5f, 1.5f, 1.5f, 8, 8, 8, 8}));
    }

    @Test
    void aTicketTellsWhatIsInIt() {
        Ticket ticket = Ticket.open(file(Job.ticket(1, 2)));
        assertThat(ticket.layers())
                .extracting(Ticket.LayerCount::name)
                .containsExactly("fc1.weight", "fc2.weight", "output.weight");
        assertThat(ticket.layers().stream()
                        .mapToLong(Ticket.LayerCount::survivors)
                        .sum())
                .isEqualTo(RECIPE.ladder().weights(2));
        assertThat(ticket.percentLeft()).isEqualTo(RECIPE.ladder().percentLeft(2));
        assertThat(ticket.provenance().job()).isEqualTo(Job.ticket(1, 2));
        assertThat(ticket.provenance().recipe()).isEqualTo(RECIPE.hash());
        assertThat(ticket.provenance().facts())
                .containsEntry("input.mean", "0.1307")
                .containsEntry("input.std", "0.3081")
                .containsEntry("layers", "fc1.weight,fc2.weight,output.weight")
                .containsEntry("data", "synthetic-digits")
                .doesNotContainKey("diverged_at");
        for (State state : new State[] {ticket.start(), ticket.best(), ticket.end()}) {
            float[] weights = state.get("fc1.weight");
            for (int i = 0; i < weights.length; i++) {
                if (!ticket.masks().get("fc1.weight").alive(i)) {
                    assertThat(Float.floatToRawIntBits(weights[i])).isZero();
                }
            }
        }
    }

    @Test
    void anImageOfAnotherSizeIsRefused() {
        Ticket ticket = Ticket.open(file(Job.ticket(0, 0)));
        assertThatThrownBy(() -> ticket.predict(new byte[784]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("an image of demo has 1x14x14 = 196 values, not 784");
    }

    @Test
    void anImageWithoutNumbersIsRefused() {
        Ticket ticket = Ticket.open(file(Job.ticket(0, 0)));
        for (float wrong : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
            float[] image = new float[196];
            image[17] = wrong;
            assertThatThrownBy(() -> ticket.predict(image))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("an image has " + wrong + " at index 17, where a finite number must be");
        }
    }

    @Test
    void anImageThatIsTooLargeForAnyClassIsRefused() {
        float[] image = new float[14 * 14];
        Arrays.fill(image, Float.MAX_VALUE);
        assertThatThrownBy(() -> Ticket.open(file(Job.ticket(0, 0))).predict(image))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("the image's values are too large: they make logit 0 ");
    }

    @Test
    void aTicketThatDivergedUnevaluatedPredictsNothing() {
        Recipe wild = Recipe.preset(
                "demo",
                "data.train=400",
                "data.test=150",
                "data.validation=100",
                "data.std=0.0000001",
                "train.optimizer.name=sgd",
                "train.optimizer.lr=999",
                "train.iterations=40",
                "train.evaluate_every=40",
                "run.trials=1",
                "run.levels=0");
        Path folder = temp.resolve("wild");
        Lottery.run(wild, Options.defaults().withOut(folder), LotteryListener.SILENT);
        Ticket ticket = Ticket.open(new Layout(folder).tensors(Job.ticket(0, 0)));
        assertThatThrownBy(() -> ticket.predict(new byte[14 * 14]))
                .isInstanceOf(UserError.class)
                .hasMessageMatching("demo, trial 0, level 0, ticket, diverged at iteration \\d+, before its first"
                        + " evaluation: it has no weights to predict with\\.");
    }

    @Test
    void predictionsAreTheFilesWhateverBecomesOfWhatATicketGave() {
        byte[] pixels = pixels(RECIPE.load(null).test(), 3);
        Ticket changed = Ticket.open(file(Job.ticket(1, 2)));
        for (State state : new State[] {changed.start(), changed.best(), changed.end()}) {
            state.values().values().forEach(values -> Arrays.fill(values, 1f));
        }
        Ticket ticket = Ticket.open(file(Job.ticket(1, 2)));
        assertThat(changed.logits(pixels)).isEqualTo(ticket.logits(pixels));
        assertThat(changed.end().get("fc1.weight")).isEqualTo(ticket.end().get("fc1.weight"));
        assertThatThrownBy(() -> changed.masks().byName().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> changed.provenance().facts().put("input.mean", "0.9"))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void plainJavaPredictsTheSameBits() {
        byte[] pixels = pixels(RECIPE.load(null).test(), 3);
        Ticket ticket = Ticket.open(file(Job.ticket(1, 2)));
        assertThat(ticket.on("reference").logits(pixels)).isEqualTo(ticket.logits(pixels));
        assertThatThrownBy(() -> ticket.on("abacus").predict(pixels))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("There is no backend 'abacus'");
    }

    @Test
    void aFileThatIsNoTicketIsRefused() throws IOException {
        assertRefused(
                "its metadata has no format", content -> content.metadata().clear());
        assertRefused(
                "is of format x; this version reads",
                content -> content.metadata().put("format", "x"));
        assertRefused(
                "damaged.safetensors is no sound ticket: There is no network vgg; the networks are lenet-300-100, demo,",
                content -> content.metadata().put("network", "vgg"));
        assertRefused(
                "best/fc2.weight is not there", content -> content.tensors().remove("best/fc2.weight"));
        assertRefused(
                "end/fc2.weight is F32 [10] where F32 [50, 100] is expected",
                content -> content.tensors()
                        .put("end/fc2.weight", content.tensors().get("end/output.bias")));
        assertRefused(
                "mask/output.weight is F32 [10, 50] where U8 [10, 50] is expected",
                content -> content.tensors()
                        .put("mask/output.weight", content.tensors().get("end/output.weight")));
        assertRefused("has a wrong mask for fc1.weight: mask entry 5 is 2", content -> {
            SafeTensors.Bytes mask = (SafeTensors.Bytes) content.tensors().get("mask/fc1.weight");
            mask.values()[5] = 2;
        });
    }

    private static void assertRefused(String message, Consumer<SafeTensors> damage) throws IOException {
        SafeTensors sound = SafeTensors.read(file(Job.ticket(0, 1)));
        SequencedMap<String, String> metadata = new LinkedHashMap<>(sound.metadata());
        SequencedMap<String, SafeTensors.Tensor> tensors = new LinkedHashMap<>(sound.tensors());
        SafeTensors damaged = new SafeTensors(metadata, tensors);
        damage.accept(damaged);
        Path file = temp.resolve("damaged.safetensors");
        try (OutputStream out = Files.newOutputStream(file)) {
            damaged.write(out);
        }
        assertThatThrownBy(() -> Ticket.open(file))
                .isInstanceOf(UserError.class)
                .hasMessageContaining(message);
    }

    private static byte[] pixels(Images images, int image) {
        byte[] pixels = new byte[images.features()];
        for (int k = 0; k < pixels.length; k++) {
            pixels[k] = (byte) images.pixel(image, k);
        }
        return pixels;
    }

    private static float[] scaled(byte[] pixels) {
        Scaling scaling = Scaling.of(List.of(0.1307), List.of(0.3081), 1);
        float[] x = new float[pixels.length];
        for (int k = 0; k < x.length; k++) {
            x[k] = scaling.value(0, Byte.toUnsignedInt(pixels[k]));
        }
        return x;
    }

    /// The whole network in plain Java.
    private static float[] logits(State state, float[] x) {
        return linear(state, "output", linear(state, "fc2", linear(state, "fc1", x, true), true), false);
    }

    /// The class of the largest, the first of several.
    private static int first(float[] logits) {
        int largest = 0;
        for (int m = 1; m < logits.length; m++) {
            largest = logits[m] > logits[largest] ? m : largest;
        }
        return largest;
    }

    /// A layer in plain Java: from the bias, one fused multiply-add per input in order.
    private static float[] linear(State state, String layer, float[] x, boolean relu) {
        float[] weight = state.get(layer + ".weight");
        float[] y = state.get(layer + ".bias").clone();
        for (int m = 0; m < y.length; m++) {
            for (int k = 0; k < x.length; k++) {
                y[m] = Math.fma(weight[m * x.length + k], x[k], y[m]);
            }
            y[m] += 0.0f;
            y[m] = relu && y[m] <= 0 ? 0f : y[m];
        }
        return y;
    }
}
