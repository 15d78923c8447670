package dev.tombola.lottery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tombola.base.UserError;
import dev.tombola.data.Dataset;
import dev.tombola.data.Digits;
import dev.tombola.data.Images;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Recipes on files of the user's own: what they say, what they are known by, and that they run.
class OwnDataTest {
    private static final Dataset DIGITS = Digits.draw(1, 400, 100, Digits.Style.DEMO);

    @TempDir
    private Path folder;

    private Path data;

    @BeforeEach
    void write() throws IOException {
        data = Files.createDirectories(folder.resolve("data"));
        idx("train", DIGITS.train());
        idx("test", DIGITS.test());
        Files.write(data.resolve("a.bin"), records(DIGITS.train(), 0, 150));
        Files.write(data.resolve("b.bin"), records(DIGITS.train(), 150, 400));
        Files.write(data.resolve("t.bin"), records(DIGITS.test(), 0, 100));
    }

    private static Recipe idx(String... more) {
        return recipe(
                List.of(
                        "data.name=idx",
                        "data.train_images=train-images",
                        "data.train_labels=train-labels",
                        "data.test_images=test-images",
                        "data.test_labels=test-labels"),
                more);
    }

    private static Recipe records(String... more) {
        return recipe(
                List.of(
                        "data.name=cifar-records",
                        "data.train_files=a.bin, b.bin",
                        "data.test_files=t.bin",
                        "data.shape=1x14x14"),
                more);
    }

    private static Recipe recipe(List<String> source, String... more) {
        List<String> all = new ArrayList<>(source);
        all.addAll(List.of("data.validation=100", "train.iterations=40", "train.batch=20", "train.evaluate_every=20"));
        all.addAll(List.of("run.trials=1", "run.levels=1", "run.controls=ticket"));
        all.addAll(List.of(more));
        return Recipe.preset("demo", all.toArray(String[]::new));
    }

    /// The same bytes train to the same bits, whatever files they come from.
    @Test
    void bothFormatsTrainAsTheDrawnDigitsDo() {
        List<LevelRow> drawn = run("drawn", recipe(List.of("data.train=400", "data.test=100")));
        assertThat(results(run("idx", idx()))).isEqualTo(results(drawn));
        assertThat(results(run("records", records()))).isEqualTo(results(drawn));
    }

    @Test
    void theFolderOfARunNamesTheContent() {
        Lottery.Outcome outcome = Lottery.run(idx(), options().withOut(folder.resolve("run")), LotteryListener.SILENT);
        Recipe kept = Recipe.open(outcome.folder().resolve("recipe.yaml").toString(), List.of());
        String content = idx().load(data).content();
        assertThat(kept).isEqualTo(idx("data.content=" + content));
        assertThat(Ticket.open(outcome.folder().resolve("trial-00/level-01/ticket.safetensors"))
                        .provenance()
                        .recipe())
                .isEqualTo(kept.hash());
        assertThat(Lottery.run(kept, options().withOut(outcome.folder()), LotteryListener.SILENT)
                        .levels())
                .isEqualTo(outcome.levels());
    }

    @Test
    void otherBytesUnderTheSameNameAreAnotherRecipe() throws IOException {
        String hash = held(idx()).hash();
        Path run = folder.resolve("run");
        Lottery.run(idx(), options().withOut(run), LotteryListener.SILENT);
        Files.copy(data.resolve("train-images"), data.resolve("elsewhere"));
        assertThat(held(idx("data.train_images=elsewhere")).hash()).isEqualTo(hash);
        assertThat(held(idx("data.classes=10")).hash()).isEqualTo(hash);
        byte[] images = Files.readAllBytes(data.resolve("train-images"));
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(data.resolve("train-images")))) {
            out.write(images);
        }
        assertThat(held(idx()).hash()).isEqualTo(hash);
        images[5_000] ^= 1;
        Files.write(data.resolve("train-images"), images);
        assertThat(held(idx()).hash()).isNotEqualTo(hash);
        assertThatThrownBy(() -> run("run", idx()))
                .isInstanceOf(UserError.class)
                .hasMessageMatching("The images or labels have changed since the run folder .* was made: there"
                        + " data.content is [0-9a-f]{64}, here it is [0-9a-f]{64}; bring those back, or name another"
                        + " folder with --out\\.");
        Recipe kept = Recipe.open(run.resolve("recipe.yaml").toString(), List.of());
        assertThatThrownBy(() -> run("run", kept))
                .isInstanceOf(UserError.class)
                .hasMessageMatching(
                        "data.content is [0-9a-f]{64} but the sum of the images and labels found is [0-9a-f]{64}: .*");
        Files.write(data.resolve("train-images"), Files.readAllBytes(data.resolve("elsewhere")));
        byte[] labels = Files.readAllBytes(data.resolve("test-labels"));
        labels[8 + 99] = 3;
        Files.write(data.resolve("test-labels"), labels);
        assertThat(held(idx()).hash()).isNotEqualTo(hash);
    }

    @Test
    void aRecipeReadsBackAsItself() {
        for (Recipe recipe : new Recipe[] {
            idx("data.train_images=a #1: \"x\", y.idx", "data.test_labels=007"),
            records("data.label_bytes=2", "data.classes=10", "data.test_files=~,null , 1e5"),
            held(idx())
        }) {
            assertThat(Recipe.parse(recipe.toYaml())).isEqualTo(recipe);
        }
        assertThat(records().toYaml()).contains("  train_files: [\"a.bin\", \"b.bin\"]\n");
    }

    @Test
    void withoutItsContentARecipeHasNoHash() {
        assertThatThrownBy(() -> idx().hash()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void classesAreCountedOrGivenAndMustFitTheNetwork() throws IOException {
        byte[] labels = Files.readAllBytes(data.resolve("train-labels"));
        byte[] tests = Files.readAllBytes(data.resolve("test-labels"));
        for (byte[] all : List.of(labels, tests)) {
            for (int i = 8; i < all.length; i++) {
                all[i] = (byte) Math.min(all[i], 7);
            }
        }
        Files.write(data.resolve("train-labels"), labels);
        Files.write(data.resolve("test-labels"), tests);
        assertThatThrownBy(() -> idx().load(data))
                .isInstanceOf(UserError.class)
                .hasMessage("network demo takes 1x14x14 images of 10 classes but data.name idx has 1x14x14 of 8.");
        assertThat(idx("data.classes=10").load(data).classes()).isEqualTo(10);
        tests[8 + 50] = 10;
        Files.write(data.resolve("test-labels"), tests);
        assertThatThrownBy(() -> idx().load(data))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("of 10 classes but data.name idx has 1x14x14 of 11.");
        assertThatThrownBy(() -> idx("data.classes=10").load(data))
                .isInstanceOf(UserError.class)
                .hasMessage(data.resolve("test-labels") + " has label 10 at place 50; labels must be 0 to 9.");
        assertThatThrownBy(() -> records("data.classes=5").load(data))
                .isInstanceOf(UserError.class)
                .hasMessage(data.resolve("a.bin") + " has label 5 in record 5; labels must be 0 to 4.");
    }

    @Test
    void sizesMustFitTheNetworkAndEachOther() throws IOException {
        assertThatThrownBy(() -> records("data.shape=4x7x7").load(data))
                .isInstanceOf(UserError.class)
                .hasMessage("network demo takes 1x14x14 images of 10 classes but data.name cifar-records has 4x7x7 of"
                        + " 10.");
        assertThatThrownBy(() -> records("data.shape=3x32x32").load(data))
                .isInstanceOf(UserError.class)
                .hasMessage(data.resolve("a.bin") + " has 29550 bytes; it must be one or more whole records of 3073"
                        + " bytes (a label and an image of 3x32x32), in at most 2147483647 bytes.");
        Files.write(data.resolve("t.bin"), new byte[0]);
        assertThatThrownBy(() -> records().load(data))
                .isInstanceOf(UserError.class)
                .hasMessageStartingWith(data.resolve("t.bin") + " has 0 bytes; it must be one or more whole records");
        byte[] images = Files.readAllBytes(data.resolve("test-images"));
        ByteBuffer.wrap(images).putInt(8, 7).putInt(12, 28);
        Files.write(data.resolve("test-images"), images);
        assertThatThrownBy(() -> idx().load(data))
                .isInstanceOf(UserError.class)
                .hasMessage("%s has images of 14x14 pixels and %s of 7x28; they must be of one size."
                        .formatted(data.resolve("train-images"), data.resolve("test-images")));
        byte[] labels = Files.readAllBytes(data.resolve("test-labels"));
        int half = (labels.length - 8) / 2;
        ByteBuffer.wrap(labels).putInt(4, half);
        Files.write(data.resolve("test-labels"), Arrays.copyOf(labels, 8 + half));
        ByteBuffer.wrap(images).putInt(4, half).putInt(8, 14);
        Files.write(data.resolve("test-images"), images);
        assertThatThrownBy(() -> idx().load(data))
                .isInstanceOf(UserError.class)
                .hasMessageEndingWith(" of 14x28; they must be of one size.");
    }

    /// As CIFAR-100 has a coarse label before the fine one.
    @Test
    void theLastLabelOfARecordIsTheClass() throws IOException {
        for (String name : List.of("a.bin", "b.bin", "t.bin")) {
            byte[] one = Files.readAllBytes(data.resolve(name));
            ByteBuffer two = ByteBuffer.allocate(one.length / 197 * 198);
            for (int at = 0; at < one.length; at += 197) {
                two.put((byte) 19).put(one, at, 197);
            }
            Files.write(data.resolve(name), two.array());
        }
        Dataset dataset = records("data.label_bytes=2").load(data);
        assertThat(dataset.content()).isEqualTo(idx().load(data).content());
    }

    @Test
    void filesAreFoundInTheDataFolderOrByTheirWholeNames() throws IOException {
        Path whole = data.resolve("train-images").toAbsolutePath();
        assertThat(idx("data.train_images=" + whole).load(data).train().count()).isEqualTo(400);
        assertThatThrownBy(() -> idx("data.train_images=nowhere").load(data))
                .isInstanceOf(UserError.class)
                .hasMessage(
                        "There is no file " + data.resolve("nowhere") + "; the names of your own files are absolute,"
                                + " or relative to the folder that --data names.");
        Path folder = Files.createDirectories(data.resolve("folder"));
        assertThatThrownBy(() -> idx("data.train_images=folder").load(data))
                .isInstanceOf(UserError.class)
                .hasMessageStartingWith("There is no file " + folder + " (a folder); ");
    }

    @Test
    void aZippedFileGoesByItsNameWithoutTheEnding() throws IOException {
        String content = idx().load(data).content();
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(data.resolve("train-images.gz")))) {
            Files.copy(data.resolve("train-images"), out);
        }
        Files.delete(data.resolve("train-images"));
        assertThat(idx().load(data).content()).isEqualTo(content);
    }

    @Test
    void mistakesInTheRecipeAreNamed() {
        refused("data.train_labels=", "data.train_labels is empty; it must be the name of a file.");
        refused("data.content=abc", "data.content is abc; it must be a SHA-256 sum of 64 digits from 0 to f.");
        refused("data.classes=257", "data.classes is 257; it must be a whole number from 0 to 256.");
        refused("data.train_files=x", "data.train_files is given but data.name is idx, which has no such value");
        refused("data.grain=0.1", "data.grain is given but data.name is idx, which has no such value");
        assertThatThrownBy(() -> records("data.shape=3x32"))
                .isInstanceOf(UserError.class)
                .hasMessage("data.shape is 3x32; it must be channels, height and width of an image, as 3x32x32.");
        assertThatThrownBy(() -> records("data.shape=3x0x32")).isInstanceOf(UserError.class);
        assertThatThrownBy(() -> records("data.test_files=a,,b"))
                .isInstanceOf(UserError.class)
                .hasMessage("data.test_files is a,,b; it must be the names of files.");
        assertThatThrownBy(() -> Recipe.parse(
                        "{network: demo, data: {name: cifar-records, train_files: ['b, c.bin'], test_files: [t.bin]}}"))
                .isInstanceOf(UserError.class)
                .hasMessage("data.train_files has the item b, c.bin; an item of a list has no comma in it.");
    }

    private static void refused(String setting, String message) {
        assertThatThrownBy(() -> idx(setting)).isInstanceOf(UserError.class).hasMessageStartingWith(message);
    }

    private Options options() {
        return Options.defaults().withData(data);
    }

    private List<LevelRow> run(String out, Recipe recipe) {
        return Lottery.run(recipe, options().withOut(folder.resolve(out)), LotteryListener.SILENT)
                .levels();
    }

    private static List<List<Object>> results(List<LevelRow> rows) {
        return rows.stream()
                .map(row -> List.<Object>of(
                        row.level(), row.valLossEarlyStop(), row.testAccuracyEnd(), row.trainAccuracyEnd()))
                .toList();
    }

    private Recipe held(Recipe recipe) {
        return recipe.on(recipe.load(data));
    }

    private void idx(String set, Images images) throws IOException {
        byte[] pixels = images.pixels().toArray(ValueLayout.JAVA_BYTE);
        byte[] labels = images.labels().toArray(ValueLayout.JAVA_BYTE);
        Files.write(
                data.resolve(set + "-images"),
                ByteBuffer.allocate(16 + pixels.length)
                        .putInt(0x803)
                        .putInt(images.count())
                        .putInt(14)
                        .putInt(14)
                        .put(pixels)
                        .array());
        Files.write(
                data.resolve(set + "-labels"),
                ByteBuffer.allocate(8 + labels.length)
                        .putInt(0x801)
                        .putInt(labels.length)
                        .put(labels)
                        .array());
    }

    private static byte[] records(Images images, int from, int to) {
        byte[] pixels = images.pixels().toArray(ValueLayout.JAVA_BYTE);
        ByteBuffer records = ByteBuffer.allocate((to - from) * (1 + images.features()));
        for (int i = from; i < to; i++) {
            records.put((byte) images.label(i))
                    .put(Arrays.copyOfRange(pixels, i * images.features(), (i + 1) * images.features()));
        }
        return records.array();
    }
}
