package dev.tombola.base;

import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// Files that appear whole or not at all: written beside, forced to the disk, renamed into place.
public final class AtomicFile {
    /// How the name of an unfinished file ends.
    public static final String UNFINISHED = ".tmp";

    /// Writes a file's content.
    public interface Content {
        void write(OutputStream out) throws IOException;
    }

    private AtomicFile() {}

    /// @throws UncheckedIOException whose message says which file could not be written and why
    public static void write(Path file, Content content) {
        Path unfinished = file.resolveSibling(file.getFileName() + UNFINISHED);
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            try (FileOutputStream out = new FileOutputStream(unfinished.toFile());
                    OutputStream buffered = new BufferedOutputStream(out, 1 << 16)) {
                content.write(buffered);
                buffered.flush();
                out.getChannel().force(true);
            }
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
            try (FileChannel folder = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
                folder.force(true); // the rename itself, against a power cut
            }
        } catch (IOException e) {
            unfinished.toFile().delete();
            throw new UncheckedIOException("could not write " + file + ": " + Reason.of(e, file), e);
        } catch (RuntimeException | Error e) { // the content's own
            unfinished.toFile().delete();
            throw e;
        }
    }

    public static void write(Path file, String text) {
        write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }
}
