package dev.tombola.data;

import dev.tombola.base.UserError;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A data set of the user's own, as a recipe has it: files by their names, absolute or relative to the folder that
/// `--data` names, or what the program has in memory.
public sealed interface OwnData {
    /// The most classes that a label of one byte can tell apart.
    int MOST_CLASSES = 256;

    /// What a recipe calls such data.
    String name();

    /// Reads the files.
    ///
    /// @param data what `--data` says, or null
    /// @throws UserError that names the file, if one is missing or not what it must be
    Dataset read(Path data);

    /// Grey images and their labels in IDX files, as of MNIST, Fashion-MNIST, KMNIST.
    ///
    /// @param classes how many there are; 0 for one more than the highest label
    record Idx(String trainImages, String trainLabels, String testImages, String testLabels, int classes)
            implements OwnData {
        /// What a recipe calls the format.
        public static final String NAME = "idx";

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public Dataset read(Path data) {
            Path trainFile = DataFolder.file(trainImages, data);
            Path testFile = DataFolder.file(testImages, data);
            int most = classes == 0 ? MOST_CLASSES : classes;
            Labelled train = IdxFile.read(trainFile, DataFolder.file(trainLabels, data), most, Content.Watcher.NONE);
            Labelled test = IdxFile.read(testFile, DataFolder.file(testLabels, data), most, Content.Watcher.NONE);
            if (train.height() != test.height() || train.width() != test.width()) {
                throw new UserError("%s has images of %dx%d pixels and %s of %dx%d; they must be of one size."
                        .formatted(trainFile, train.height(), train.width(), testFile, test.height(), test.width()));
            }
            return OwnData.dataset(NAME, train, test, classes);
        }
    }

    /// Images and labels in files of CIFAR's binary format, one after another.
    ///
    /// @param labelBytes labels in a record, of which the last is the class: 1, or 2 as in CIFAR-100
    /// @param classes how many there are; 0 for one more than the highest label
    record Cifar(
            List<String> train, List<String> test, int labelBytes, int channels, int height, int width, int classes)
            implements OwnData {
        /// What a recipe calls the format.
        public static final String NAME = "cifar-records";

        public Cifar {
            train = List.copyOf(train);
            test = List.copyOf(test);
        }

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public Dataset read(Path data) {
            return OwnData.dataset(NAME, read(train, data), read(test, data), classes);
        }

        private Labelled read(List<String> names, Path data) {
            CifarFile.Format format = new CifarFile.Format(labelBytes, channels, height, width);
            List<Path> files =
                    names.stream().map(name -> DataFolder.file(name, data)).toList();
            List<Integer> counts = new ArrayList<>();
            long images = 0;
            for (Path file : files) {
                int count = Content.of(file, in -> CifarFile.count(file.toString(), in, format));
                counts.add(count);
                images += count;
            }
            if (images * format.features() > Labelled.LARGEST) {
                throw new UserError("%s have %d images of %dx%dx%d; together they must have at most %d pixels."
                        .formatted(files, images, channels, height, width, Labelled.LARGEST));
            }
            Labelled all = Labelled.allocate(channels, height, width, (int) images);
            int first = 0;
            for (int i = 0; i < files.size(); i++) {
                read(files.get(i), format, counts.get(i), all, first);
                first += counts.get(i);
            }
            return all;
        }

        private void read(Path file, CifarFile.Format format, int count, Labelled into, int first) {
            int most = classes == 0 ? MOST_CLASSES : classes;
            Content.of(file, in -> {
                CifarFile.read(file.toString(), in, format, count, most, into, first);
                return file;
            });
        }
    }

    /// Images that the program itself hands over, as [Dataset#of]. They are in no file.
    record Memory() implements OwnData {
        /// What a recipe calls them.
        public static final String NAME = "memory";

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public Dataset read(Path data) {
            throw new UserError("data.name is memory but no images came with the recipe: run it from the Java program"
                    + " that hands them to Lottery.run, or name their files, with data.name idx or cifar-records.");
        }
    }

    private static Dataset dataset(String name, Labelled train, Labelled test, int classes) {
        int known = classes > 0 ? classes : 1 + Math.max(train.highestLabel(), test.highestLabel());
        return new Dataset(
                name,
                false,
                train.channels(),
                train.height(),
                train.width(),
                known,
                train.images(known),
                test.images(known));
    }
}
