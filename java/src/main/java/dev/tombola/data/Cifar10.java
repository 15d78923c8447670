package dev.tombola.data;

import dev.tombola.base.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// CIFAR-10 (Krizhevsky): 50,000 + 10,000 colour 32×32 images in ten classes, in the binary version: the archive as
/// downloaded, or its six files, each gzipped or not, in the set's folder or in `cifar-10-batches-bin` inside it.
final class Cifar10 {
    static final String ARCHIVE = "cifar-10-binary.tar.gz";

    static final List<String> CLASSES =
            List.of("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

    private static final String UNPACKED = "cifar-10-batches-bin";
    private static final int PER_FILE = 10_000;

    /// The six files: place of the first image in its set, name, and SHA-256 of the original's bytes.
    private enum Part {
        TRAIN_1(0, "data_batch_1.bin", "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5"),
        TRAIN_2(1 * PER_FILE, "data_batch_2.bin", "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed"),
        TRAIN_3(2 * PER_FILE, "data_batch_3.bin", "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67"),
        TRAIN_4(3 * PER_FILE, "data_batch_4.bin", "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48"),
        TRAIN_5(4 * PER_FILE, "data_batch_5.bin", "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add"),
        TEST(0, "test_batch.bin", "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b");

        private final int place;
        private final String file;
        private final String sha256;

        Part(int place, String file, String sha256) {
            this.place = place;
            this.file = file;
            this.sha256 = sha256;
        }

        private Optional<Path> in(Path folder) {
            for (String ending : new String[] {"", ".gz"}) {
                Path path = folder.resolve(file + ending);
                if (Files.isRegularFile(path)) {
                    return Optional.of(path);
                }
            }
            return Optional.empty();
        }

        private static Optional<Part> named(String file) {
            for (Part part : values()) {
                if (part.file.equals(file)) {
                    return Optional.of(part);
                }
            }
            return Optional.empty();
        }
    }

    private final Labelled train = Labelled.allocate(3, 32, 32, 5 * PER_FILE);
    private final Labelled test = Labelled.allocate(3, 32, 32, PER_FILE);
    private final Map<Part, FoundFile> found = new EnumMap<>(Part.class);

    private Cifar10() {}

    /// Whether a folder has the archive or any of the six files.
    static boolean isIn(Path folder) {
        return Files.isRegularFile(folder.resolve(ARCHIVE)) || hasFiles(folder) || hasFiles(folder.resolve(UNPACKED));
    }

    private static boolean hasFiles(Path folder) {
        for (Part part : Part.values()) {
            if (part.in(folder).isPresent()) {
                return true;
            }
        }
        return false;
    }

    /// Reads a folder; where it has the archive, that is what counts.
    ///
    /// @throws UserError that names the file, if one is missing or not what it must be
    static Published.Found read(Path folder) {
        Cifar10 cifar = new Cifar10();
        Path archive = folder.resolve(ARCHIVE);
        if (Files.isRegularFile(archive)) {
            cifar.unpack(archive);
        } else {
            cifar.files(hasFiles(folder) ? folder : folder.resolve(UNPACKED));
        }
        List<FoundFile> files = List.copyOf(cifar.found.values());
        Dataset dataset = new Dataset(
                Published.CIFAR_10.id(),
                false,
                3,
                32,
                32,
                CLASSES.size(),
                cifar.train.images(CLASSES.size()),
                cifar.test.images(CLASSES.size()),
                CLASSES,
                FoundFile.warning(Published.CIFAR_10, files));
        return new Published.Found(dataset, files);
    }

    private void files(Path folder) {
        for (Part part : Part.values()) {
            Path file = part.in(folder)
                    .orElseThrow(() -> new UserError("%s has no %s or %s.gz; CIFAR-10 is %s, or %s."
                            .formatted(folder, part.file, part.file, ARCHIVE, Published.CIFAR_10.usualNames())));
            Content.of(file, in -> {
                read(part, file.toString(), file.toFile().length(), in);
                return part;
            });
        }
    }

    private void unpack(Path archive) {
        Content.of(archive, in -> {
            Tar.read(archive, in, (name, content) -> {
                Optional<Part> part = Part.named(name);
                if (part.isPresent()) {
                    read(part.get(), archive + ":" + name, content.most(), content);
                }
            });
            return archive;
        });
        for (Part part : Part.values()) {
            if (!found.containsKey(part)) {
                throw new UserError("%s has no %s in it; CIFAR-10's binary version has %s."
                        .formatted(archive, part.file, Published.CIFAR_10.usualNames()));
            }
        }
    }

    private void read(Part part, String name, long stored, Content in) throws IOException {
        Labelled into = part == Part.TEST ? test : train;
        CifarFile.read(name, in, CifarFile.Format.CIFAR_10, PER_FILE, CLASSES.size(), into, part.place);
        found.put(part, new FoundFile(name, stored, in.bytes(), in.sha256().equals(part.sha256)));
    }
}
