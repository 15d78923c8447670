package dev.tombola.data;

import dev.tombola.base.UserError;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// MNIST (LeCun, Cortes, Burges): 60,000 + 10,000 grey 28×28 digits in four IDX files, gzipped or not, under the names
/// they are spread by (`train-images-idx3-ubyte.gz`, `train-images.idx3-ubyte`, …).
public final class Mnist {
    /// What a recipe calls it, and the name of its folder.
    public static final String NAME = "mnist";

    private static final int SIDE = 28;
    private static final int CLASSES = 10;

    private Mnist() {}

    /// The four files: first and last part of the name, and the SHA-256 of the original's unzipped bytes.
    private enum Part {
        TRAIN_IMAGES("train-images", "idx3-ubyte", "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
        TRAIN_LABELS("train-labels", "idx1-ubyte", "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
        TEST_IMAGES("t10k-images", "idx3-ubyte", "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
        TEST_LABELS("t10k-labels", "idx1-ubyte", "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2");

        private final String first;
        private final String last;
        private final String sha256;

        Part(String first, String last, String sha256) {
            this.first = first;
            this.last = last;
            this.sha256 = sha256;
        }

        private String usualName() {
            return first + "-" + last + ".gz";
        }

        private Optional<Path> in(Path folder) {
            for (String ending : new String[] {".gz", ""}) {
                for (String joint : new String[] {"-", "."}) {
                    Path file = folder.resolve(first + joint + last + ending);
                    if (Files.isRegularFile(file)) {
                        return Optional.of(file);
                    }
                }
            }
            return Optional.empty();
        }

        private Path require(Path folder) {
            return in(folder)
                    .orElseThrow(() -> new UserError(
                            folder + " has no " + usualName() + "; MNIST is the four files " + usualNames() + "."));
        }
    }

    /// The names of the four files as one phrase.
    static String usualNames() {
        Part[] parts = Part.values();
        return parts[0].usualName() + ", " + parts[1].usualName() + ", " + parts[2].usualName() + " and "
                + parts[3].usualName();
    }

    /// Whether a folder has any of the four files.
    static boolean isIn(Path folder) {
        for (Part part : Part.values()) {
            if (part.in(folder).isPresent()) {
                return true;
            }
        }
        return false;
    }

    /// Reads the four files of a folder, such as [DataFolder#mnist] gives.
    ///
    /// @throws UserError that names the file, if one is missing or not what it must be
    public static Dataset load(Path folder) {
        Path trainImages = Part.TRAIN_IMAGES.require(folder);
        Path trainLabels = Part.TRAIN_LABELS.require(folder);
        Path testImages = Part.TEST_IMAGES.require(folder);
        Path testLabels = Part.TEST_LABELS.require(folder);
        Images train = IdxFile.read(trainImages, trainLabels, SIDE, SIDE, CLASSES);
        Images test = IdxFile.read(testImages, testLabels, SIDE, SIDE, CLASSES);
        return new Dataset(NAME, false, 1, SIDE, SIDE, CLASSES, train, test);
    }

    /// One line per file: its path, how many bytes it has and holds, and whether its content is the original's.
    ///
    /// @throws UserError that names the file, if one is missing or not what it must be
    public static List<String> check(Path folder) {
        Dataset dataset = load(folder);
        List<String> lines = new ArrayList<>();
        for (Part part : Part.values()) {
            Path file = part.require(folder);
            MessageDigest digest = sha256();
            long bytes = IdxFile.open(file, in -> digest(in, digest));
            boolean original = HexFormat.of().formatHex(digest.digest()).equals(part.sha256);
            lines.add(String.format(
                    Locale.ROOT,
                    "%s: %,d bytes, %,d unzipped, %s",
                    file,
                    file.toFile().length(),
                    bytes,
                    original ? "the original" : "readable, but not the original MNIST"));
        }
        lines.add(String.format(
                Locale.ROOT,
                "%,d training and %,d test images of %dx%d in %d classes",
                dataset.train().count(),
                dataset.test().count(),
                SIDE,
                SIDE,
                CLASSES));
        return lines;
    }

    private static long digest(InputStream in, MessageDigest digest) throws IOException {
        byte[] buffer = new byte[1 << 16];
        long bytes = 0;
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            digest.update(buffer, 0, read);
            bytes += read;
        }
        return bytes;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
