package dev.tombola.base;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Folders that appear whole or not at all: filled beside, renamed into place.
public final class AtomicFolder {
    private AtomicFolder() {}

    /// A folder that is there is replaced with all that is in it, also where a link leads to it.
    ///
    /// @param content fills the folder that it is given
    /// @throws UncheckedIOException whose message says which folder could not be written and why
    public static void write(Path folder, Consumer<Path> content) {
        try {
            replace(
                    Files.exists(folder)
                            ? folder.toRealPath()
                            : folder.toAbsolutePath().normalize(),
                    content);
        } catch (IOException e) {
            throw new UncheckedIOException("could not write " + folder + ": " + Reason.of(e, folder), e);
        }
    }

    /// @param folder by a name of its own, which `.` is not
    private static void replace(Path folder, Consumer<Path> content) throws IOException {
        Path unfinished = beside(folder, ".tombola" + AtomicFile.UNFINISHED);
        Path old = beside(folder, ".tombola.old" + AtomicFile.UNFINISHED);
        delete(unfinished);
        delete(old);
        Files.createDirectories(unfinished);
        try {
            content.accept(unfinished);
            if (Files.exists(folder)) {
                Files.move(folder, old, StandardCopyOption.ATOMIC_MOVE);
            }
            Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            delete(unfinished);
        }
        delete(old);
    }

    private static Path beside(Path folder, String ending) {
        return folder.resolveSibling(folder.getFileName() + ending);
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        List<Path> inside;
        try (Stream<Path> walk = Files.walk(folder)) {
            inside = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : inside) {
            Files.delete(path);
        }
    }
}
