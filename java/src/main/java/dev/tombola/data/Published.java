package dev.tombola.data;

import dev.tombola.base.UserError;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// The data sets that the program knows by name: where their files lie, how they are read, and where they are fetched.
@SuppressWarnings("ImmutableEnumChecker") // lists made by List.of
public enum Published {
    MNIST(
            "mnist",
            "MNIST",
            new Extent(1, 28, 28, 10, 60_000, 10_000),
            List.of(
                    "https://ossci-datasets.s3.amazonaws.com/mnist/",
                    "https://storage.googleapis.com/cvdf-datasets/mnist/"),
            List.of(
                    new RemoteFile(
                            "train-images-idx3-ubyte.gz",
                            9_912_422,
                            "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
                    new RemoteFile(
                            "train-labels-idx1-ubyte.gz",
                            28_881,
                            "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
                    new RemoteFile(
                            "t10k-images-idx3-ubyte.gz",
                            1_648_877,
                            "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
                    new RemoteFile(
                            "t10k-labels-idx1-ubyte.gz",
                            4_542,
                            "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"))) {
        @Override
        boolean isIn(Path folder) {
            return Mnist.isIn(folder);
        }

        @Override
        Found read(Path folder) {
            return Mnist.read(folder);
        }
    },

    CIFAR_10(
            "cifar-10",
            "CIFAR-10",
            new Extent(3, 32, 32, 10, 50_000, 10_000),
            List.of(
                    "https://www.cs.toronto.edu/~kriz/",
                    "https://cave.cs.toronto.edu/kriz/",
                    "https://storage.googleapis.com/s4tf-hosted-binaries/datasets/CIFAR10/"),
            List.of(new RemoteFile(
                    Cifar10.ARCHIVE,
                    170_052_171,
                    "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"))) {
        @Override
        boolean isIn(Path folder) {
            return Cifar10.isIn(folder);
        }

        @Override
        Found read(Path folder) {
            return Cifar10.read(folder);
        }
    };

    private final String id;
    private final String label;
    private final Extent extent;
    private final List<String> mirrors;
    private final List<RemoteFile> files;

    Published(String id, String label, Extent extent, List<String> mirrors, List<RemoteFile> files) {
        this.id = id;
        this.label = label;
        this.extent = extent;
        this.mirrors = mirrors;
        this.files = files;
    }

    /// A data set and the files that it was read from.
    record Found(Dataset dataset, List<FoundFile> files) {}

    /// The one of this name.
    ///
    /// @throws UserError naming those that there are
    public static Published named(String id) {
        return find(id).orElseThrow(() -> new UserError(
                "There is no data set %s to be read; it must be one of %s.".formatted(id, String.join(", ", ids()))));
    }

    static Optional<Published> find(String id) {
        return Arrays.stream(values()).filter(set -> set.id.equals(id)).findFirst();
    }

    /// All names.
    public static List<String> ids() {
        return Arrays.stream(values()).map(Published::id).toList();
    }

    /// What a recipe calls it, and the name of its folder.
    public String id() {
        return id;
    }

    /// What people call it.
    public String label() {
        return label;
    }

    /// What the original holds.
    public Extent extent() {
        return extent;
    }

    /// Where its files can be fetched, the first choice first.
    public List<String> mirrors() {
        return mirrors;
    }

    /// What is fetched.
    List<RemoteFile> files() {
        return files;
    }

    /// What it consists of, as one phrase.
    String usualNames() {
        return this == CIFAR_10
                ? "data_batch_1.bin to data_batch_5.bin and test_batch.bin"
                : "the four files " + files.stream().map(RemoteFile::name).collect(Collectors.joining(", "));
    }

    /// The folder with its files.
    ///
    /// @param data what `--data` says, or null
    /// @throws UserError that says in one sentence where it was looked for and how to get it
    public Path folder(Path data) {
        return DataFolder.of(this, data);
    }

    /// Reads it.
    ///
    /// @param data what `--data` says, or null
    /// @throws UserError that names the file, if one is missing or not what it must be
    public Dataset load(Path data) {
        return read(folder(data)).dataset();
    }

    /// One line per file: its path, how many bytes it has and holds, and whether its content is the original's; and one
    /// for the whole.
    ///
    /// @param data what `--data` says, or null
    /// @throws UserError that names the file, if one is missing or not what it must be
    public List<String> check(Path data) {
        Found found = read(folder(data));
        Dataset dataset = found.dataset();
        List<String> lines = new ArrayList<>(
                found.files().stream().map(file -> file.line(this)).toList());
        lines.add(String.format(
                Locale.ROOT,
                "%,d training and %,d test images of %s in %d classes",
                dataset.train().count(),
                dataset.test().count(),
                dataset.shape(),
                dataset.classes()));
        return lines;
    }

    abstract boolean isIn(Path folder);

    abstract Found read(Path folder);
}
