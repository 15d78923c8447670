package dev.tombola.data;

import dev.tombola.base.UserError;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// MNIST (LeCun, Cortes, Burges): 60,000 + 10,000 grey 28×28 digits in four IDX files, gzipped or not, under the names
/// they are spread by (`train-images-idx3-ubyte.gz`, `train-images.idx3-ubyte`, …).
final class Mnist {
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
                            folder + " has no " + usualName() + "; MNIST is " + Published.MNIST.usualNames() + "."));
        }
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

    /// Reads the four files of a folder.
    ///
    /// @throws UserError that names the file, if one is missing or not what it must be
    static Published.Found read(Path folder) {
        Map<Part, Path> paths = new EnumMap<>(Part.class);
        for (Part part : Part.values()) {
            paths.put(part, part.require(folder));
        }
        List<FoundFile> files = new ArrayList<>();
        Images train = read(paths, Part.TRAIN_IMAGES, Part.TRAIN_LABELS, files);
        Images test = read(paths, Part.TEST_IMAGES, Part.TEST_LABELS, files);
        Dataset dataset = new Dataset(
                Published.MNIST.id(),
                false,
                1,
                SIDE,
                SIDE,
                CLASSES,
                train,
                test,
                List.of(),
                FoundFile.warning(Published.MNIST, files));
        return new Published.Found(dataset, files);
    }

    private static Images read(Map<Part, Path> paths, Part images, Part labels, List<FoundFile> files) {
        Path imageFile = paths.get(images);
        Labelled read = IdxFile.read(imageFile, paths.get(labels), CLASSES, (file, content) -> {
            String original = file.equals(imageFile) ? images.sha256 : labels.sha256;
            files.add(new FoundFile(
                    file.toString(),
                    file.toFile().length(),
                    content.bytes(),
                    content.sha256().equals(original)));
        });
        if (read.height() != SIDE || read.width() != SIDE) {
            throw new UserError("%s has images of %dx%d pixels; MNIST's are %dx%d."
                    .formatted(imageFile, read.height(), read.width(), SIDE, SIDE));
        }
        return read.images(CLASSES);
    }
}
