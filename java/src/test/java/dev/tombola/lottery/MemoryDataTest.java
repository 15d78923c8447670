package dev.tombola.lottery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tombola.base.UserError;
import dev.tombola.data.Dataset;
import dev.tombola.data.Digits;
import dev.tombola.data.Images;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Recipes on images that the program has in memory.
class MemoryDataTest {
    private static final Dataset DIGITS = Digits.draw(1, 400, 100, Digits.Style.DEMO);
    private static final List<String> TICKETS =
            List.of("trial-00/level-00/ticket.safetensors", "trial-00/level-01/ticket.safetensors");

    private final byte[] trainPixels = DIGITS.train().pixels().toArray(ValueLayout.JAVA_BYTE);
    private final int[] trainLabels = labels(DIGITS.train());
    private final byte[] testPixels = DIGITS.test().pixels().toArray(ValueLayout.JAVA_BYTE);
    private final int[] testLabels = labels(DIGITS.test());

    @TempDir
    private Path folder;

    private static Recipe recipe(String... source) {
        List<String> all = new ArrayList<>(List.of(source));
        all.addAll(List.of("data.validation=100", "train.iterations=40", "train.batch=20", "train.evaluate_every=20"));
        all.addAll(List.of("run.trials=1", "run.levels=1", "run.controls=ticket"));
        return Recipe.open("demo", all);
    }

    @Test
    void theSameBytesInAFileTrainToTheSameBits() throws IOException {
        records("train.bin", DIGITS.train());
        records("test.bin", DIGITS.test());
        Recipe files = recipe(
                "data.name=cifar-records",
                "data.train_files=train.bin",
                "data.test_files=test.bin",
                "data.shape=1x14x14");
        Lottery.run(files, options("files").withData(folder), LotteryListener.SILENT);
        run("arrays", recipe("data.name=memory"));
        for (String ticket : TICKETS) {
            Ticket there = Ticket.open(folder.resolve("files").resolve(ticket));
            Ticket here = Ticket.open(folder.resolve("arrays").resolve(ticket));
            assertThat(here.end().values())
                    .usingRecursiveComparison()
                    .isEqualTo(there.end().values());
            assertThat(here.best().values())
                    .usingRecursiveComparison()
                    .isEqualTo(there.best().values());
        }
        assertThat(kept("arrays").values()).containsEntry("data.content", content(kept("files")));
    }

    @Test
    void aRunGoesOnWithTheSameImagesOnly() {
        Recipe recipe = recipe("data.name=memory");
        Path first = folder.resolve("run").resolve(TICKETS.getFirst());
        Lottery.Outcome part = Lottery.run(recipe, images(), options("run"), new LotteryListener() {
            @Override
            public boolean stopping() { // finished() may be called when the next training is over
                return Files.exists(first);
            }
        });
        assertThat(part.levels()).hasSize(1);
        trainPixels[5_000] ^= 1;
        assertThatThrownBy(() -> run("run", recipe))
                .isInstanceOf(UserError.class)
                .hasMessageMatching("The images or labels have changed since the run folder .* was made: there"
                        + " data.content is [0-9a-f]{64}, here it is [0-9a-f]{64}; bring those back, or name another"
                        + " folder with --out\\.");
        assertThatThrownBy(() -> run("run", kept("run")))
                .isInstanceOf(UserError.class)
                .hasMessageMatching("data.content is [0-9a-f]{64} but the sum of the images and labels found is"
                        + " [0-9a-f]{64}: they are others; bring those back, or leave data.content out to run on"
                        + " these\\.");
        trainPixels[5_000] ^= 1;
        assertThat(run("run", recipe).levels())
                .hasSize(2)
                .startsWith(part.levels().getFirst());
        assertThat(run("run", kept("run")).levels()).hasSize(2);
        assertThat(kept("run").hash()).isEqualTo(recipe.on(images()).hash());
        testLabels[99] = (testLabels[99] + 1) % 10;
        assertThat(kept("run").hash()).isNotEqualTo(recipe.on(images()).hash());
    }

    @Test
    void whatDoesNotBelongTogetherIsRefusedAndLeavesNoFolder() {
        refused(
                () -> run("run", recipe("data.train=400", "data.test=100")),
                "data.name is synthetic-digits but the program hands over images of its own; for those it must be"
                        + " memory.");
        refused(
                () -> Lottery.run(recipe("data.name=memory"), options("run"), LotteryListener.SILENT),
                "data.name is memory but no images came with the recipe: run it from the Java program that hands them"
                        + " to Lottery.run, or name their files, with data.name idx or cifar-records.");
        Dataset small = Dataset.of(1, 7, 7, 10, new byte[49], new int[1], new byte[49], new int[1]);
        refused(
                () -> Lottery.run(recipe("data.name=memory"), small, options("run"), LotteryListener.SILENT),
                "network demo takes 1x14x14 images of 10 classes but data.name memory has 1x7x7 of 10.");
        Dataset few = Dataset.of(1, 14, 14, 10, new byte[50 * 196], new int[50], new byte[196], new int[1]);
        refused(
                () -> Lottery.run(recipe("data.name=memory"), few, options("run"), LotteryListener.SILENT),
                "data.validation is 100; with 50 training examples it must be 1 to 49.");
        refused(
                () -> recipe("data.name=memory", "data.classes=10"),
                "data.classes is given but data.name is memory, which has no such value");
        assertThat(folder).isEmptyDirectory();
    }

    private static void refused(Runnable asked, String message) {
        assertThatThrownBy(asked::run).isInstanceOf(UserError.class).hasMessageStartingWith(message);
    }

    private Dataset images() {
        return Dataset.of(1, 14, 14, 10, trainPixels, trainLabels, testPixels, testLabels);
    }

    private Options options(String out) {
        return Options.defaults().withOut(folder.resolve(out));
    }

    private Lottery.Outcome run(String out, Recipe recipe) {
        return Lottery.run(recipe, images(), options(out), LotteryListener.SILENT);
    }

    private Recipe kept(String out) {
        return Recipe.open(folder.resolve(out).resolve("recipe.yaml").toString(), List.of());
    }

    private static String content(Recipe recipe) {
        return recipe.values().get("data.content");
    }

    private static int[] labels(Images images) {
        int[] labels = new int[images.count()];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = images.label(i);
        }
        return labels;
    }

    private void records(String name, Images images) throws IOException {
        byte[] pixels = images.pixels().toArray(ValueLayout.JAVA_BYTE);
        ByteBuffer records = ByteBuffer.allocate(images.count() * (1 + images.features()));
        for (int i = 0; i < images.count(); i++) {
            records.put((byte) images.label(i)).put(pixels, i * images.features(), images.features());
        }
        Files.write(folder.resolve(name), records.array());
    }
}
