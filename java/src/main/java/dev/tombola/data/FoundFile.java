package dev.tombola.data;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// A file of a published data set as it was found.
///
/// @param name for messages
/// @param stored, bytes how many bytes lie there, and how many when unzipped
/// @param original whether they are what the authors published
record FoundFile(String name, long stored, long bytes, boolean original) {
    String line(Published set) {
        return String.format(
                Locale.ROOT,
                "%s: %,d bytes, %,d unzipped, %s",
                name,
                stored,
                bytes,
                original ? "the original" : "readable, but not the original " + set.label());
    }

    /// One sentence if a file is not the original.
    static Optional<String> warning(Published set, List<FoundFile> files) {
        List<String> others = files.stream()
                .filter(file -> !file.original)
                .map(FoundFile::name)
                .toList();
        return others.isEmpty()
                ? Optional.empty()
                : Optional.of(("The data are not byte for byte the original %s: %s %s another SHA-256 sum than the"
                                + " published one, so accuracies may differ from those of others.")
                        .formatted(set.label(), String.join(", ", others), others.size() == 1 ? "has" : "have"));
    }
}
