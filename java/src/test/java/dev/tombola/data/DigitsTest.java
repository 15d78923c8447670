package dev.tombola.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DigitsTest {
    @TempDir
    private Path folder;

    /// Pinned: these bytes are the demo's data, the same on every machine.
    @Test
    void bytesArePinned() throws NoSuchAlgorithmException {
        Dataset digits = Digits.draw(1, 200, 50, Digits.Style.DEMO);
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (Images images : new Images[] {digits.train(), digits.test()}) {
            digest.update(images.pixels().toArray(ValueLayout.JAVA_BYTE));
            digest.update(images.labels().toArray(ValueLayout.JAVA_BYTE));
        }
        assertThat(HexFormat.of().formatHex(digest.digest()))
                .isEqualTo("a567616cf5952e523014761f79a166e8926f11a581f4fc9e930f1d461991eda1");
    }

    @Test
    void anImageBelongsToSeedSetAndNumberAlone() {
        Dataset few = Digits.draw(5, 30, 30, Digits.Style.DEMO);
        Dataset more = Digits.draw(5, 40, 50, Digits.Style.DEMO);
        Dataset other = Digits.draw(6, 30, 30, Digits.Style.DEMO);
        long bytes = few.train().pixels().byteSize();
        assertThat(more.train().pixels().asSlice(0, bytes).mismatch(few.train().pixels()))
                .isEqualTo(-1);
        assertThat(more.test().pixels().asSlice(0, bytes).mismatch(few.test().pixels()))
                .isEqualTo(-1);
        assertThat(few.train().pixels().mismatch(few.test().pixels())).isNotEqualTo(-1);
        assertThat(few.train().pixels().mismatch(other.train().pixels())).isNotEqualTo(-1);
    }

    @Test
    void classesAreBalancedAndTheSetIsCalledSynthetic() {
        Dataset digits = Digits.draw(2, 100, 20, Digits.Style.DEMO);
        assertThat(digits.synthetic()).isTrue();
        assertThat(digits.name()).contains("synthetic");
        int[] counts = new int[10];
        for (int i = 0; i < 100; i++) {
            counts[digits.train().label(i)]++;
        }
        assertThat(counts).containsOnly(10);
    }

    /// A stencil is read by its nearest neighbour; the demo's hand is not, or the demo would show nothing.
    @Test
    void styleDecidesHowHardTheyAre() {
        assertThat(nearestNeighbour(new Digits.Style(0, 0, 0))).isGreaterThan(0.98);
        assertThat(nearestNeighbour(Digits.Style.DEMO)).isBetween(0.4, 0.85);
    }

    @Test
    void strengthsOfAStyleAreChecked() {
        assertThatThrownBy(() -> new Digits.Style(-1, 0, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Digits.Style(0, Double.NaN, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Digits.Style(0, 0, 5)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void contactSheetShowsTheImagesAndReplacesTheFile() throws IOException {
        Dataset digits = Digits.draw(3, 25, 5, Digits.Style.DEMO);
        Path png = folder.resolve("new/sheet.png");
        Files.createDirectories(png.getParent());
        Files.writeString(png, "something old");
        ContactSheet.write(png, digits, digits.train(), 25, 10);
        var sheet = ImageIO.read(png.toFile());
        int cell = 4 * Digits.SIDE + 5;
        assertThat(sheet.getWidth()).isEqualTo(10 * cell + 5);
        for (int k = 0; k < Digits.SIDE; k++) {
            int grey = digits.train().pixel(11, k * Digits.SIDE + k);
            int rgb = sheet.getRGB(5 + cell + 4 * k + 1, 5 + (cell + 13) + 4 * k + 1) & 0xFFFFFF;
            assertThat(rgb).isEqualTo(grey * 0x010101);
        }
        try (var files = Files.list(png.getParent())) {
            assertThat(files).containsExactly(png);
        }
    }

    private static double nearestNeighbour(Digits.Style style) {
        Dataset digits = Digits.draw(4, 1000, 200, style);
        int right = 0;
        for (int t = 0; t < 200; t++) {
            long best = Long.MAX_VALUE;
            int label = -1;
            for (int i = 0; i < 1000; i++) {
                long distance = 0;
                for (int k = 0; k < digits.features(); k++) {
                    int difference = digits.test().pixel(t, k) - digits.train().pixel(i, k);
                    distance += (long) difference * difference;
                }
                if (distance < best) {
                    best = distance;
                    label = digits.train().label(i);
                }
            }
            right += label == digits.test().label(t) ? 1 : 0;
        }
        return right / 200.0;
    }
}
