package dev.tombola.lottery;

import dev.tombola.base.UserError;
import dev.tombola.data.Dataset;
import dev.tombola.data.Digits;
import dev.tombola.data.Extent;
import dev.tombola.data.OwnData;
import dev.tombola.data.Published;
import java.nio.file.Path;
import java.util.Optional;

/// Where the images of a recipe come from.
public sealed interface Source {
    /// What `data.name` says.
    String name();

    /// How many images there are and of what shape, where that is known before they are read.
    Optional<Extent> extent();

    /// Reads or draws the images.
    ///
    /// @param data what `--data` says, or null
    /// @throws UserError naming the file, if one is missing or not what it must be
    Dataset load(long seed, Path data);

    /// A data set that the program knows by name. A recipe's hash names it so: that its files are not the original ones
    /// is a warning, no other recipe.
    record Named(Published set) implements Source {
        @Override
        public String name() {
            return set.id();
        }

        @Override
        public Optional<Extent> extent() {
            return Optional.of(set.extent());
        }

        @Override
        public Dataset load(long seed, Path data) {
            return set.load(data);
        }
    }

    /// Digits that the program draws itself.
    ///
    /// @param train, test images to draw
    record Drawn(int train, int test, Digits.Style style) implements Source {
        @Override
        public String name() {
            return Digits.NAME;
        }

        @Override
        public Optional<Extent> extent() {
            return Optional.of(Digits.extent(train, test));
        }

        @Override
        public Dataset load(long seed, Path data) {
            return Digits.draw(seed, train, test, style);
        }
    }

    /// The user's own. Names of files can change and bytes can: so it is the bytes that a recipe's hash names.
    ///
    /// @param content [Dataset#content] of what the data must be; empty until they were first read
    record Own(OwnData data, String content) implements Source {
        @Override
        public String name() {
            return data.name();
        }

        @Override
        public Optional<Extent> extent() {
            return Optional.empty();
        }

        @Override
        public Dataset load(long seed, Path folder) {
            return data.read(folder);
        }

        /// The same data, held to the content that they were found to have.
        ///
        /// @throws UserError if they are held to another already
        Own found(Dataset dataset) {
            String found = dataset.content();
            if (!content.isEmpty() && !content.equals(found)) {
                throw new UserError(("data.content is %s but the sum of the images and labels found is %s: they are"
                                + " others; bring those back, or leave data.content out to run on these.")
                        .formatted(content, found));
            }
            return new Own(data, found);
        }
    }
}
