package dev.tombola.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tombola.base.UserError;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Cifar10Test {
    private static final List<String> NAMES = List.of(
            "data_batch_1.bin",
            "data_batch_2.bin",
            "data_batch_3.bin",
            "data_batch_4.bin",
            "data_batch_5.bin",
            "test_batch.bin");

    private static final String RECORDS = "10000 records of 3073 bytes (a label and an image of 3x32x32)";

    /// Six files that hold together, zipped to almost nothing; file i has pixels of value i + 1.
    private static byte[][] zipped;

    @TempDir
    private Path folder;

    @BeforeAll
    static void zip() throws IOException {
        zipped = new byte[NAMES.size()][];
        for (int i = 0; i < zipped.length; i++) {
            zipped[i] = CifarFiles.gzip(CifarFiles.records(CifarFiles.PER_FILE, i + 1));
        }
    }

    @Test
    void readsTheOriginal() {
        Path original = TestData.cifar10();
        Dataset cifar = Published.CIFAR_10.load(original);
        assertThat(cifar.train().count()).isEqualTo(50_000);
        assertThat(cifar.test().count()).isEqualTo(10_000);
        int[] counts = new int[10];
        for (int i = 0; i < 50_000; i++) {
            counts[cifar.train().label(i)]++;
        }
        assertThat(counts).containsOnly(5_000);
        assertThat(cifar.className(cifar.train().label(0))).isEqualTo("frog");
        assertThat(cifar.className(cifar.train().label(1))).isEqualTo("truck");
        assertThat(cifar.className(cifar.test().label(0))).isEqualTo("cat");
        double[][] expected = {{0.4914, 0.2470}, {0.4822, 0.2435}, {0.4465, 0.2616}};
        byte[] pixels = cifar.train().pixels().toArray(ValueLayout.JAVA_BYTE);
        for (int channel = 0; channel < 3; channel++) {
            long sum = 0;
            long squares = 0;
            for (int i = channel * 1024; i < pixels.length; i += i % 1024 == 1023 ? 2049 : 1) {
                long value = pixels[i] & 0xFF;
                sum += value;
                squares += value * value;
            }
            double count = pixels.length / 3.0;
            double mean = sum / 255.0 / count;
            assertThat(mean).isCloseTo(expected[channel][0], within(5e-5));
            assertThat(Math.sqrt(squares / (255.0 * 255.0) / count - mean * mean))
                    .isCloseTo(expected[channel][1], within(5e-5));
        }
        List<String> lines = Published.CIFAR_10.check(original);
        assertThat(lines).hasSize(7).last().asString().endsWith("3x32x32 in 10 classes");
        assertThat(lines.subList(0, 5)).allMatch(line -> line.endsWith("the original"));
        assertThat(cifar.warning().isEmpty()).isEqualTo(lines.get(5).endsWith("the original"));
    }

    @Test
    void filesAreReadZippedOrNotAndSaidNotToBeTheOriginal() throws IOException {
        writeAll(folder);
        Files.delete(folder.resolve("data_batch_2.bin.gz"));
        Path plain = Files.write(folder.resolve("data_batch_2.bin"), CifarFiles.records(CifarFiles.PER_FILE, 2));
        Dataset cifar = Published.CIFAR_10.load(folder);
        assertThatItIsTheSix(cifar);
        assertThat(cifar.warning().orElseThrow())
                .startsWith("The data are not byte for byte the original CIFAR-10: ")
                .contains(plain + ", ", "data_batch_5.bin.gz, ", " have another SHA-256 sum")
                .doesNotContain("\n");
        assertThat(Published.CIFAR_10.check(folder))
                .contains(plain + ": 30,730,000 bytes, 30,730,000 unzipped, readable, but not the original CIFAR-10");
    }

    @Test
    void theFolderThatTheArchiveUnpacksToIsFound() throws IOException {
        Path set = Files.createDirectories(folder.resolve("cifar-10/cifar-10-batches-bin"));
        writeAll(set);
        assertThat(Published.CIFAR_10.folder(folder)).isEqualTo(set.getParent());
        assertThatItIsTheSix(Published.CIFAR_10.load(folder));
    }

    /// In another order, among other entries, one of them a link, and by old programs, before files that are there as
    /// well.
    @Test
    void theArchiveIsReadAsItIs() throws IOException {
        CifarFiles.Archive archive = new CifarFiles.Archive()
                .with("pax_global_header", 'g', new byte[52])
                .with("./cifar-10-batches-bin/", '5', new byte[0])
                .with("./data_batch_1.bin", '2', new byte[0])
                .with("./cifar-10-batches-bin/batches.meta.txt", '0', new byte[61]);
        for (int i = NAMES.size() - 1; i >= 0; i--) {
            char type = i < 2 ? '0' : 0;
            archive.with(
                    "./cifar-10-batches-bin/" + NAMES.get(i), type, CifarFiles.records(CifarFiles.PER_FILE, i + 1));
        }
        Files.write(folder.resolve(Cifar10.ARCHIVE), CifarFiles.gzip(archive.end()));
        Files.createFile(folder.resolve("data_batch_1.bin"));
        assertThatItIsTheSix(Published.CIFAR_10.load(folder));
        assertThat(Published.CIFAR_10.check(folder).getFirst())
                .startsWith(folder.resolve(Cifar10.ARCHIVE) + ":data_batch_1.bin: 30,730,000 bytes");
    }

    @Test
    void aMissingFileIsNamed() throws IOException {
        writeAll(folder);
        Files.delete(folder.resolve("data_batch_4.bin.gz"));
        fails(folder + " has no data_batch_4.bin or data_batch_4.bin.gz; CIFAR-10 is cifar-10-binary.tar.gz, or "
                + "data_batch_1.bin to data_batch_5.bin and test_batch.bin.");
    }

    @Test
    void noneAtAll() {
        assertThatThrownBy(() -> Published.CIFAR_10.load(folder))
                .isInstanceOf(UserError.class)
                .hasMessageStartingWith("CIFAR-10 was not found: looked in " + folder.resolve("cifar-10"))
                .hasMessageEndingWith("or run tombola data fetch cifar-10.");
    }

    @Test
    void wrongSizes() throws IOException {
        writeAll(folder);
        Path file = folder.resolve("data_batch_1.bin");
        byte[] whole = CifarFiles.records(CifarFiles.PER_FILE, 1);
        Files.write(file, Arrays.copyOf(whole, whole.length - 1));
        fails(file + " ends after 30729999 bytes; " + RECORDS + " are 30730000.");
        Files.write(file, Arrays.copyOf(whole, whole.length + 1));
        fails(file + " goes on after the 30730000 bytes that " + RECORDS + " are; it must end there.");
        Files.write(file, new byte[0]);
        fails(file + " ends after 0 bytes; " + RECORDS + " are 30730000.");
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 255})
    void aWrongLabel(int label) throws IOException {
        writeAll(folder);
        byte[] records = CifarFiles.records(CifarFiles.PER_FILE, 1);
        records[4711 * CifarFiles.RECORD] = (byte) label;
        Files.write(folder.resolve("data_batch_1.bin.gz"), CifarFiles.gzip(records));
        fails("%s has label %d in record 4711; labels must be 0 to 9."
                .formatted(folder.resolve("data_batch_1.bin.gz"), label));
    }

    @Test
    void damagedGzip() throws IOException {
        writeAll(folder);
        Path file = folder.resolve("data_batch_1.bin.gz");
        byte[] damaged = zipped[0].clone();
        damaged[damaged.length - 6] ^= 1;
        Files.write(file, damaged);
        failsWith(file + " is damaged or cut short (");
        Files.write(file, Arrays.copyOf(zipped[0], zipped[0].length / 2));
        failsWith(file + " is damaged or cut short (");
    }

    @Test
    void aWrongArchive() throws IOException {
        Path file = folder.resolve(Cifar10.ARCHIVE);
        byte[] one = new CifarFiles.Archive()
                .with("data_batch_1.bin", '0', CifarFiles.records(CifarFiles.PER_FILE, 1))
                .end();
        Files.write(file, CifarFiles.gzip(one));
        fails(file + " has no data_batch_2.bin in it; CIFAR-10's binary version has data_batch_1.bin to "
                + "data_batch_5.bin and test_batch.bin.");
        Files.write(file, CifarFiles.gzip(Arrays.copyOf(one, 20_000_000)));
        fails(file + " is damaged or cut short (it ends within a file); get it again.");
        Files.write(file, CifarFiles.gzip(Arrays.copyOf(one, 300)));
        fails(file + " is damaged or cut short (it ends within a header); get it again.");
        byte[] zip = CifarFiles.gzip(one);
        Files.write(file, Arrays.copyOf(zip, zip.length - 9));
        failsWith(file + " is damaged or cut short (");
        zip[zip.length - 6] ^= 1; // the checksum behind the last byte
        Files.write(file, zip);
        failsWith(file + " is damaged or cut short (");
        one[130] ^= 1;
        Files.write(file, CifarFiles.gzip(one));
        fails(file + " is no tar archive: at byte 0 there is no sound header.");
        Files.writeString(file, "<html>not found</html>".repeat(100));
        fails(file + " is no tar archive: at byte 0 there is no sound header.");
        Files.write(
                file,
                CifarFiles.gzip(new CifarFiles.Archive()
                        .with("data_batch_1.bin", '0', CifarFiles.records(9, 1))
                        .end()));
        fails(file + ":data_batch_1.bin ends after 27657 bytes; " + RECORDS + " are 30730000.");
        Files.write(file, CifarFiles.gzip(new byte[1 << 22]));
        fails(file + " goes on for more than 1048576 bytes after its end.");
    }

    /// A block of colour where the image is, and ink of its name beneath it.
    @Test
    void picturesHaveColoursAndNames() throws IOException {
        Images images = new Labelled(3, 2, 2, Images.block(12), Images.block(1)).images(10);
        Dataset red = new Dataset("red", false, 3, 2, 2, 10, images, images, Cifar10.CLASSES, Optional.empty());
        Path png = folder.resolve("red.png");
        ContactSheet.write(png, red, red.train(), 1, 1);
        var black = ImageIO.read(png.toFile());
        var pixels = Images.block(12);
        pixels.asSlice(0, 4).fill((byte) 200);
        pixels.asSlice(4, 4).fill((byte) 100);
        Images coloured = new Labelled(3, 2, 2, pixels, Images.block(1)).images(10);
        ContactSheet.write(png, red, coloured, 1, 1);
        var sheet = ImageIO.read(png.toFile());
        assertThat(sheet.getRGB(20, 20) & 0xFFFFFF).isEqualTo(200 << 16 | 100 << 8);
        int ink = 0;
        for (int x = 0; x < sheet.getWidth(); x++) {
            for (int y = 5 + 56; y < sheet.getHeight(); y++) {
                assertThat(sheet.getRGB(x, y)).isEqualTo(black.getRGB(x, y));
                ink += (sheet.getRGB(x, y) & 0xFFFFFF) != 0xFFFFFF ? 1 : 0;
            }
        }
        assertThat(ink).as("pixels of the word airplane").isBetween(50, 150);
    }

    private static void assertThatItIsTheSix(Dataset cifar) {
        assertThat(cifar.shape()).isEqualTo("3x32x32");
        assertThat(cifar.classes()).isEqualTo(10);
        for (int i = 0; i < 50_000; i += 4_999) {
            assertThat(cifar.train().pixel(i, i % 3072)).isEqualTo(1 + i / 10_000);
            assertThat(cifar.train().label(i)).isEqualTo(i % 10);
        }
        assertThat(cifar.test().pixel(9_999, 3_071)).isEqualTo(6);
        assertThat(cifar.test().label(9_999)).isEqualTo(9);
    }

    private static void writeAll(Path folder) throws IOException {
        for (int i = 0; i < zipped.length; i++) {
            Files.write(folder.resolve(NAMES.get(i) + ".gz"), zipped[i]);
        }
    }

    private void fails(String message) {
        assertThatThrownBy(() -> Published.CIFAR_10.load(folder))
                .isInstanceOf(UserError.class)
                .hasMessage(message);
    }

    private void failsWith(String beginning) {
        assertThatThrownBy(() -> Published.CIFAR_10.load(folder))
                .isInstanceOf(UserError.class)
                .hasMessageStartingWith(beginning);
    }
}
