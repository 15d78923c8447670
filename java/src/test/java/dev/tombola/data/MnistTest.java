package dev.tombola.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tombola.base.UserError;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MnistTest {
    @TempDir
    private Path folder;

    @Test
    void readsTheOriginal() {
        Dataset mnist = Published.MNIST.load(TestData.mnist());
        assertThat(mnist.train().count()).isEqualTo(60_000);
        assertThat(mnist.test().count()).isEqualTo(10_000);
        assertThat(mnist.synthetic()).isFalse();
        assertThat(mnist.warning()).isEmpty();
        int[] first = new int[10];
        for (int i = 0; i < 10; i++) {
            first[i] = mnist.train().label(i);
        }
        assertThat(first).containsExactly(5, 0, 4, 1, 9, 2, 1, 3, 1, 4);
        long sum = 0;
        long squares = 0;
        byte[] pixels = mnist.train().pixels().toArray(ValueLayout.JAVA_BYTE);
        for (byte pixel : pixels) {
            long value = pixel & 0xFF;
            sum += value;
            squares += value * value;
        }
        double mean = sum / 255.0 / pixels.length;
        double deviation = Math.sqrt(squares / (255.0 * 255.0) / pixels.length - mean * mean);
        assertThat(mean).isCloseTo(0.1307, within(5e-5));
        assertThat(deviation).isCloseTo(0.3081, within(5e-5));
    }

    @Test
    void checkKnowsTheOriginal() {
        assertThat(Published.MNIST.check(TestData.mnist()))
                .hasSize(5)
                .filteredOn(line -> line.endsWith("the original"))
                .hasSize(4);
    }

    @Test
    void otherNamesAreReadAndSaidNotToBeTheOriginal() throws IOException {
        writeSmall("train-images.idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte.gz");
        Files.write(folder.resolve("t10k-labels.idx1-ubyte"), labels());
        Dataset mnist = Published.MNIST.load(folder);
        assertThat(mnist.test().label(0)).isEqualTo(4);
        assertThat(mnist.warning().orElseThrow())
                .startsWith("The data are not byte for byte the original MNIST: ")
                .contains(folder.resolve("train-labels-idx1-ubyte") + ", ")
                .contains(" have another SHA-256 sum than the published one");
        assertThat(Published.MNIST.check(folder))
                .contains(folder.resolve("train-labels-idx1-ubyte")
                        + ": 9 bytes, 9 unzipped, readable, but not the original MNIST");
    }

    @Test
    void imagesOfAnotherSizeAreNotMnist() throws IOException {
        writeSmall("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte");
        Files.write(folder.resolve("t10k-labels-idx1-ubyte"), labels());
        byte[] other = ByteBuffer.allocate(16 + 784)
                .putInt(0x803)
                .putInt(1)
                .putInt(14)
                .putInt(56)
                .array();
        Path file = Files.write(folder.resolve("t10k-images-idx3-ubyte"), other);
        assertThatThrownBy(() -> Published.MNIST.load(folder))
                .isInstanceOf(UserError.class)
                .hasMessage(file + " has images of 14x56 pixels; MNIST's are 28x28.");
        Files.write(
                file,
                ByteBuffer.wrap(Arrays.copyOf(other, 16 + 392))
                        .putInt(8, 28)
                        .putInt(12, 14)
                        .array());
        assertThatThrownBy(() -> Published.MNIST.load(folder))
                .isInstanceOf(UserError.class)
                .hasMessage(file + " has images of 28x14 pixels; MNIST's are 28x28.");
    }

    @Test
    void aMissingFileIsNamed() throws IOException {
        writeSmall("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte");
        assertThatThrownBy(() -> Published.MNIST.load(folder))
                .isInstanceOf(UserError.class)
                .hasMessageStartingWith(folder + " has no t10k-labels-idx1-ubyte.gz; MNIST is the four files ");
    }

    @Test
    void anExplicitFolderIsTheOnlyOne() throws IOException {
        Path set = Files.createDirectories(folder.resolve("data/mnist"));
        Files.createFile(set.resolve("train-images-idx3-ubyte"));
        Path data = folder.resolve("data");
        Map<String, String> environment = Map.of("TOMBOLA_DATA", data.toString(), "HOME", folder.toString());
        assertThat(DataFolder.of(Published.MNIST, data, environment, folder)).isEqualTo(set);
        assertThat(DataFolder.of(Published.MNIST, set, environment, folder)).isEqualTo(set);
        Files.createFile(data.resolve("train-images-idx3-ubyte"));
        assertThat(DataFolder.of(Published.MNIST, data, environment, folder))
                .as("a set's own folder comes before what lies around it")
                .isEqualTo(set);
        Path other = Files.createDirectories(folder.resolve("other"));
        assertThatThrownBy(() -> DataFolder.of(Published.MNIST, other, environment, folder))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("looked in " + other.resolve("mnist") + " and " + other + "; put the four files ")
                .hasMessageContaining("train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, ")
                .hasMessageContaining("--data")
                .hasMessageEndingWith("or run tombola data fetch mnist.");
        Path nowhere = folder.resolve("nowhere");
        assertThatThrownBy(() -> DataFolder.of(Published.MNIST, nowhere, environment, folder))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("looked in " + nowhere + " (there is no such folder); put the four files ");
    }

    @Test
    void theUsualFoldersInTheirOrder() throws IOException {
        Path named = file("named/mnist");
        Path here = file("here/data/mnist");
        Path cache = file("cache/tombola/mnist");
        Path home = file("home/.cache/tombola/mnist");
        Map<String, String> all = Map.of(
                "TOMBOLA_DATA", folder.resolve("named").toString(),
                "XDG_CACHE_HOME", folder.resolve("cache").toString(),
                "HOME", folder.resolve("home").toString());
        Path there = folder.resolve("here");
        assertThat(DataFolder.of(Published.MNIST, null, all, there)).isEqualTo(named);
        Files.delete(named.resolve("t10k-labels-idx1-ubyte"));
        assertThat(DataFolder.of(Published.MNIST, null, all, there)).isEqualTo(here);
        Files.delete(here.resolve("t10k-labels-idx1-ubyte"));
        assertThat(DataFolder.of(Published.MNIST, null, all, there)).isEqualTo(cache);
        Map<String, String> bare = Map.of("HOME", folder.resolve("home").toString());
        assertThat(DataFolder.of(Published.MNIST, null, bare, there)).isEqualTo(home);
        Files.delete(home.resolve("t10k-labels-idx1-ubyte"));
        assertThatThrownBy(() -> DataFolder.of(Published.MNIST, null, bare, there))
                .isInstanceOf(UserError.class)
                .hasMessageContaining(here.toString())
                .hasMessageContaining(home.toString());
    }

    private Path file(String inside) throws IOException {
        Path set = Files.createDirectories(folder.resolve(inside));
        Files.createFile(set.resolve("t10k-labels-idx1-ubyte"));
        return set;
    }

    private void writeSmall(String trainImages, String trainLabels, String testImages) throws IOException {
        byte[] image = ByteBuffer.allocate(16 + 784)
                .putInt(0x803)
                .putInt(1)
                .putInt(28)
                .putInt(28)
                .array();
        Files.write(folder.resolve(trainImages), image);
        Files.write(folder.resolve(trainLabels), labels());
        Files.write(folder.resolve(testImages), image);
    }

    private static byte[] labels() {
        return ByteBuffer.allocate(9).putInt(0x801).putInt(1).put((byte) 4).array();
    }
}
