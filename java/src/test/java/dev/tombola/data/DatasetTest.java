package dev.tombola.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tombola.base.Sha256;
import dev.tombola.base.UserError;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Data sets of arrays that a program has.
class DatasetTest {
    private static final byte[] PIXELS = {0, 1, 2, 3, 4, (byte) 255, 6, 7, 8, 9, 10, 11};
    private static final int[] LABELS = {2, 0};

    private static Dataset of(int channels, int classes, byte[] pixels, int... labels) {
        return Dataset.of(channels, 1, 3, classes, pixels, labels, PIXELS, LABELS);
    }

    @Test
    void arraysAreReadAsFilesAre() {
        Dataset dataset = of(2, 3, PIXELS, LABELS);
        assertThat(dataset.extent()).isEqualTo(new Extent(2, 1, 3, 3, 2, 2));
        assertThat(dataset.name()).isEqualTo("memory");
        assertThat(dataset.synthetic()).isFalse();
        assertThat(dataset.train().pixel(0, 5)).isEqualTo(255);
        assertThat(dataset.test().pixel(1, 0)).isEqualTo(6);
        assertThat(dataset.train().label(0)).isEqualTo(2);
        assertThat(dataset.train().pixels().address() % Images.ALIGNMENT).isZero();
    }

    @Test
    void segmentsOfTheSameBytesAreTheSameData() {
        MemorySegment pixels = MemorySegment.ofArray(PIXELS);
        MemorySegment labels = Images.block(2);
        labels.copyFrom(MemorySegment.ofArray(new byte[] {2, 0}));
        Dataset dataset = Dataset.of(2, 1, 3, 3, pixels, labels, pixels, labels);
        assertThat(dataset.content()).isEqualTo(of(2, 3, PIXELS, LABELS).content());
        labels.fill((byte) 200);
        assertThat(Dataset.of(2, 1, 3, 256, pixels, labels, pixels, labels)
                        .test()
                        .label(1))
                .isEqualTo(200);
    }

    @Test
    void laterChangesOfTheArraysChangeNothing() {
        byte[] pixels = PIXELS.clone();
        int[] labels = LABELS.clone();
        Dataset dataset = of(2, 3, pixels, labels);
        pixels[0] = 99;
        labels[0] = 1;
        assertThat(dataset.content()).isEqualTo(of(2, 3, PIXELS, LABELS).content());
        assertThat(of(2, 3, pixels, LABELS).content()).isNotEqualTo(dataset.content());
        assertThat(of(2, 3, PIXELS, labels).content()).isNotEqualTo(dataset.content());
    }

    /// However many there are: recipes go by it.
    @Test
    void theContentIsOfEveryByte() {
        int side = 1100;
        byte[] pixels = new byte[2 * side * side];
        new SplittableRandom(5).nextBytes(pixels);
        MessageDigest whole = Sha256.begin();
        whole.update("1x1100x1100, 3 classes, 2 training and 2 test images".getBytes(StandardCharsets.UTF_8));
        for (int set = 0; set < 2; set++) {
            whole.update(pixels);
            whole.update(new byte[] {2, 0});
        }
        assertThat(Dataset.of(1, side, side, 3, pixels, LABELS, pixels, LABELS).content())
                .isEqualTo(Sha256.end(whole));
    }

    @Test
    void bothSetsAndTheNamesMustFitTheDataSet() {
        Images three = of(2, 3, PIXELS, LABELS).train();
        Images four = Dataset.of(2, 1, 3, 4, PIXELS, LABELS, PIXELS, LABELS).train();
        assertThatThrownBy(() -> new Dataset("mine", false, 2, 1, 3, 3, three, four))
                .hasMessage("mine has images of 6 pixels in 4 classes; they must be 2x1x3 in 3");
        List<String> names = List.of("a", "b", "c", "d");
        assertThatThrownBy(() -> new Dataset("mine", false, 2, 1, 3, 3, three, three, names, Optional.empty()))
                .hasMessage("mine has 4 names for 3 classes");
    }

    @Test
    void lengthsMustFit() {
        String needed = "; there must be one label or more, with the 6 bytes of a 2x1x3 image for each, at most"
                + " 2147483647 bytes in all.";
        refused(() -> of(2, 3, PIXELS, 0, 1, 2), "The training set has 3 labels and 12 bytes of pixels" + needed);
        refused(() -> of(2, 3, new byte[13], 0, 1), "The training set has 2 labels and 13 bytes of pixels" + needed);
        refused(() -> of(2, 3, new byte[0]), "The training set has 0 labels and 0 bytes of pixels" + needed);
        refused(
                () -> Dataset.of(2, 1, 3, 3, PIXELS, LABELS, new byte[6], LABELS),
                "The test set has 2 labels and 6 bytes of pixels" + needed);
    }

    /// Also those that would be right as bytes.
    @Test
    void labelsMustBeClasses() {
        refused(() -> of(2, 3, PIXELS, 2, 3), "The training set has label 3 at place 1; labels must be 0 to 2.");
        refused(() -> of(2, 3, PIXELS, -1, 0), "The training set has label -1 at place 0; labels must be 0 to 2.");
        refused(() -> of(2, 3, PIXELS, 256, 0), "The training set has label 256 at place 0; labels must be 0 to 2.");
        refused(() -> of(2, 2, PIXELS, 1, 0), "The test set has label 2 at place 0; labels must be 0 to 1.");
    }

    @Test
    void classesAndShapeMustBePossible() {
        refused(() -> of(2, 0, PIXELS, LABELS), "Images of 0 classes were given; there must be 1 to 256.");
        refused(() -> of(2, 257, PIXELS, LABELS), "Images of 257 classes were given; there must be 1 to 256.");
        String shape = "; channels, height and width must be 1 or more, and an image at most 2147483647 pixels.";
        refused(() -> of(0, 3, PIXELS, LABELS), "Images of 0x1x3 were given" + shape);
        refused(() -> of(Integer.MAX_VALUE, 3, PIXELS, LABELS), "Images of 2147483647x1x3 were given" + shape);
    }

    private static void refused(Runnable given, String message) {
        assertThatThrownBy(given::run).isInstanceOf(UserError.class).hasMessage(message);
    }
}
