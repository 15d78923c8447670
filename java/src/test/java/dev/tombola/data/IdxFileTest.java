package dev.tombola.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tombola.base.UserError;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdxFileTest {
    private static final int COUNT = 3;

    @TempDir
    private Path folder;

    private Path imageFile;
    private Path labelFile;

    @BeforeEach
    void files() throws IOException {
        imageFile = Files.write(folder.resolve("pictures"), images(COUNT));
        labelFile = Files.write(folder.resolve("classes"), labels(7, 0, 9));
    }

    @Test
    void readsWhatIsThere() {
        Images images = read();
        assertThat(images.count()).isEqualTo(COUNT);
        assertThat(images.features()).isEqualTo(4);
        assertThat(images.pixel(0, 0)).isZero();
        assertThat(images.pixel(2, 3)).isEqualTo(11 * 20);
        assertThat(new int[] {images.label(0), images.label(1), images.label(2)})
                .containsExactly(7, 0, 9);
        assertThat(images.pixels().isReadOnly()).isTrue();
        assertThat(images.pixels().address() % 64).isZero();
    }

    @Test
    void gzippedIsTheSameWhateverItsName() throws IOException {
        Images plain = read();
        Files.write(imageFile, gzip(images(COUNT)));
        Files.write(labelFile, gzip(labels(7, 0, 9)));
        Images zipped = read();
        assertThat(zipped.pixels().mismatch(plain.pixels())).isEqualTo(-1);
        assertThat(zipped.labels().mismatch(plain.labels())).isEqualTo(-1);
    }

    @Test
    void missing() throws IOException {
        Files.delete(labelFile);
        fails(labelFile + " does not exist.");
    }

    @Test
    void wrongMagic() throws IOException {
        Files.write(imageFile, labels(1, 2, 3));
        fails(imageFile + " starts with 0x00000801, which is labels; a file of images starts with 0x00000803.");
    }

    @Test
    void notIdxAtAll() throws IOException {
        Files.writeString(labelFile, "<html>not found</html>");
        fails(labelFile + " starts with 0x3c68746d; a file of labels starts with 0x00000801.");
    }

    @Test
    void anySizeIsRead() throws IOException {
        Files.write(imageFile, idx(new int[] {0x803, 3, 3, 2}, 18));
        Labelled read = IdxFile.read(imageFile, labelFile, 256, Content.Watcher.NONE);
        assertThat(List.of(read.channels(), read.height(), read.width())).containsExactly(1, 3, 2);
        assertThat(read.highestLabel()).isEqualTo(9);
    }

    @Test
    void noSizeOrAnAbsurdOne() throws IOException {
        Files.write(imageFile, idx(new int[] {0x803, 3, 0, 2}, 0));
        fails(imageFile + " has images of 0x2 pixels; both must be 1 to 4096.");
        Files.write(imageFile, idx(new int[] {0x803, 3, 4, -1}, 12));
        fails(imageFile + " has images of 4x4294967295 pixels; both must be 1 to 4096.");
        Files.write(imageFile, idx(new int[] {0x803, 3, 4097, 1}, 3 * 4097));
        fails(imageFile + " has images of 4097x1 pixels; both must be 1 to 4096.");
        Files.write(imageFile, idx(new int[] {0x803, 3, 4096, 1}, 3 * 4096));
        assertThat(read().features()).isEqualTo(4096);
    }

    @Test
    void truncated() throws IOException {
        Files.write(imageFile, Arrays.copyOf(images(COUNT), 27));
        fails(imageFile + " says that it has 3 images; a file of 27 bytes cannot hold more than 2.");
    }

    @Test
    void truncatedWithinItsHeader() throws IOException {
        Files.write(imageFile, Arrays.copyOf(images(COUNT), 9));
        fails(imageFile + " is damaged or cut short (it ends within its header); get it again.");
    }

    @Test
    void truncatedWithinGzipsHeader() throws IOException {
        Files.write(imageFile, Arrays.copyOf(gzip(images(COUNT)), 3));
        fails(imageFile + " is damaged or cut short (it ends within a header or sum of gzip's); get it again.");
    }

    @Test
    void empty() throws IOException {
        Files.write(labelFile, new byte[0]);
        fails(labelFile + " is damaged or cut short (it ends within its header); get it again.");
    }

    @Test
    void truncatedBeforeItWasZipped() throws IOException {
        Files.write(imageFile, gzip(Arrays.copyOf(images(COUNT), 27)));
        fails(imageFile + " ends after 27 bytes; its header of 3 images asks for 28.");
    }

    @Test
    void truncatedGzip() throws IOException {
        byte[] zipped = gzip(images(COUNT));
        Files.write(imageFile, Arrays.copyOf(zipped, zipped.length - 12));
        assertThatThrownBy(this::read).isInstanceOf(UserError.class).hasMessageStartingWith(imageFile + " is damaged");
    }

    @Test
    void damagedGzip() throws IOException {
        byte[] zipped = gzip(images(COUNT));
        zipped[zipped.length - 6] ^= 1;
        Files.write(imageFile, zipped);
        assertThatThrownBy(this::read).isInstanceOf(UserError.class).hasMessageStartingWith(imageFile + " is damaged");
    }

    @Test
    void extraBytes() throws IOException {
        Files.write(imageFile, Arrays.copyOf(images(COUNT), 29));
        fails(imageFile + " goes on after the 28 bytes that its header of 3 images asks for; it must end there.");
    }

    /// A small file that unzips to far more than its header announces is left at the announced end.
    @Test
    void gzipBombIsNotRead() throws IOException {
        byte[] bomb = gzip(Arrays.copyOf(images(COUNT), 1 << 26));
        Files.write(imageFile, bomb);
        fails(imageFile + " goes on after the 28 bytes that its header of 3 images asks for; it must end there.");
    }

    @Test
    void absurdHeader() throws IOException {
        Files.write(imageFile, idx(new int[] {0x803, 2_000_000_000, 2, 2}, 12));
        fails(imageFile + " says that it has 2000000000 images; a file of 28 bytes cannot hold more than 3.");
        Files.write(imageFile, idx(new int[] {0x803, -1, 2, 2}, 12));
        fails(imageFile + " says that it has 4294967295 images; a file of 28 bytes cannot hold more than 3.");
    }

    @Test
    void absurdZippedHeader() throws IOException {
        Files.write(imageFile, gzip(idx(new int[] {0x803, 2_000_000_000, 2, 2}, 12)));
        assertThatThrownBy(this::read)
                .isInstanceOf(UserError.class)
                .hasMessageMatching(".*pictures says that it has 2000000000 images; a file of \\d+ bytes cannot hold "
                        + "more than \\d+\\.");
    }

    @Test
    void noImages() throws IOException {
        Files.write(imageFile, idx(new int[] {0x803, 0, 2, 2}, 0));
        fails(imageFile + " says that it has 0 images; there must be at least one.");
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 255})
    void labelOutOfRange(int label) throws IOException {
        Files.write(labelFile, labels(1, label, 3));
        fails("%s has label %d at place 1; labels must be 0 to 9.".formatted(labelFile, label));
    }

    @Test
    void countsDiffer() throws IOException {
        Files.write(labelFile, labels(1, 2, 3, 4));
        fails(imageFile + " has 3 images and " + labelFile + " has 4 labels; there must be one label per image.");
        Files.write(labelFile, labels(1, 2));
        fails(imageFile + " has 3 images and " + labelFile + " has 2 labels; there must be one label per image.");
    }

    private Images read() {
        return IdxFile.read(imageFile, labelFile, 10, Content.Watcher.NONE).images(10);
    }

    private void fails(String message) {
        assertThatThrownBy(this::read).isInstanceOf(UserError.class).hasMessage(message);
    }

    private static byte[] images(int count) throws IOException {
        return idx(new int[] {0x803, count, 2, 2}, count * 4);
    }

    private static byte[] labels(int... labels) throws IOException {
        byte[] file = idx(new int[] {0x801, labels.length}, labels.length);
        for (int i = 0; i < labels.length; i++) {
            file[8 + i] = (byte) labels[i];
        }
        return file;
    }

    /// A file whose byte i after the header is 20·i.
    private static byte[] idx(int[] header, int body) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        for (int word : header) {
            out.writeInt(word);
        }
        for (int i = 0; i < body; i++) {
            out.write(20 * i);
        }
        return bytes.toByteArray();
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(plain);
        }
        return bytes.toByteArray();
    }
}
