package dev.tombola.data;

import dev.tombola.base.Sha256;
import dev.tombola.base.UserError;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// A training set and a test set of images of one shape.
///
/// @param name what a recipe calls it
/// @param synthetic whether the program drew the images itself, which is said wherever they appear
/// @param classNames what each class is called; empty where a class is its number
/// @param warning what a person should know of the data before they believe a result, in one sentence
public record Dataset(
        String name,
        boolean synthetic,
        int channels,
        int height,
        int width,
        int classes,
        Images train,
        Images test,
        List<String> classNames,
        Optional<String> warning) {
    /// How much is summed at a time.
    private static final long PIECE = 1 << 20;

    private static final String TRAINING = "training";
    private static final String TEST = "test";

    /// @throws IllegalArgumentException if the images are not of this shape and number of classes
    public Dataset {
        for (Images images : new Images[] {train, test}) {
            if (images.features() != channels * height * width || images.classes() != classes) {
                throw new IllegalArgumentException(name + " has images of " + images.features() + " pixels in "
                        + images.classes() + " classes; they must be " + channels + "x" + height + "x" + width + " in "
                        + classes);
            }
        }
        classNames = List.copyOf(classNames);
        if (!classNames.isEmpty() && classNames.size() != classes) {
            throw new IllegalArgumentException(
                    name + " has " + classNames.size() + " names for " + classes + " classes");
        }
    }

    /// Of numbered classes, with nothing to be said.
    public Dataset(
            String name,
            boolean synthetic,
            int channels,
            int height,
            int width,
            int classes,
            Images train,
            Images test) {
        this(name, synthetic, channels, height, width, classes, train, test, List.of(), Optional.empty());
    }

    /// What a program has in memory, for recipes whose `data.name` is `memory`. It is copied: the program may do with
    /// its arrays what it likes.
    ///
    /// @param classes how many there are, 1 to 256
    /// @param trainPixels, testPixels unsigned bytes `[image][channel][row][column]`
    /// @param trainLabels, testLabels the class of each image, 0 to `classes`−1
    /// @throws UserError that says what of it is not as it must be
    public static Dataset of(
            int channels,
            int height,
            int width,
            int classes,
            byte[] trainPixels,
            int[] trainLabels,
            byte[] testPixels,
            int[] testLabels) {
        Given train = Given.of(TRAINING, trainPixels, trainLabels);
        return of(channels, height, width, classes, train, Given.of(TEST, testPixels, testLabels));
    }

    /// The same in segments, off-heap or not; labels are unsigned bytes, too.
    ///
    /// @throws UserError that says what of it is not as it must be
    public static Dataset of(
            int channels,
            int height,
            int width,
            int classes,
            MemorySegment trainPixels,
            MemorySegment trainLabels,
            MemorySegment testPixels,
            MemorySegment testLabels) {
        Given train = Given.of(TRAINING, trainPixels, trainLabels);
        return of(channels, height, width, classes, train, Given.of(TEST, testPixels, testLabels));
    }

    private static Dataset of(int channels, int height, int width, int classes, Given train, Given test) {
        if (channels < 1 || height < 1 || width < 1 || 1.0 * channels * height * width > Labelled.LARGEST) {
            throw new UserError("Images of %dx%dx%d were given; channels, height and width must be 1 or more, and an"
                            .formatted(channels, height, width)
                    + " image at most " + Labelled.LARGEST + " pixels.");
        }
        if (classes < 1 || classes > OwnData.MOST_CLASSES) {
            throw new UserError(
                    "Images of %d classes were given; there must be 1 to %d.".formatted(classes, OwnData.MOST_CLASSES));
        }
        return new Dataset(
                OwnData.Memory.NAME,
                false,
                channels,
                height,
                width,
                classes,
                train.copy(channels, height, width, classes),
                test.copy(channels, height, width, classes));
    }

    public Extent extent() {
        return new Extent(channels, height, width, classes, train.count(), test.count());
    }

    /// Values per image.
    public int features() {
        return channels * height * width;
    }

    /// As `28x28`, or `3x32x32` where there are several channels.
    public String shape() {
        return (channels == 1 ? "" : channels + "x") + height + "x" + width;
    }

    /// What a class is called.
    public String className(int label) {
        return classNames.isEmpty() ? Integer.toString(label) : classNames.get(label);
    }

    /// SHA-256 of shape, classes, images and labels, whatever files they came from: all of the data that can change a
    /// bit of a result.
    public String content() {
        MessageDigest digest = Sha256.begin();
        digest.update(String.format(
                        Locale.ROOT,
                        "%dx%dx%d, %d classes, %d training and %d test images",
                        channels,
                        height,
                        width,
                        classes,
                        train.count(),
                        test.count())
                .getBytes(StandardCharsets.UTF_8));
        for (Images images : new Images[] {train, test}) {
            update(digest, images.pixels());
            update(digest, images.labels());
        }
        return Sha256.end(digest);
    }

    private static void update(MessageDigest digest, MemorySegment segment) {
        for (long at = 0; at < segment.byteSize(); at += PIECE) {
            digest.update(segment.asSlice(at, Math.min(PIECE, segment.byteSize() - at))
                    .asByteBuffer());
        }
    }
}
