package dev.tombola.base;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.function.Supplier;

/// Work that one does at a time, of all threads and processes, as it writes the same files: the others wait.
public final class Turn {
    private Turn() {}

    /// Does the work when its turn has come.
    ///
    /// @param lock a file that is there meanwhile, the same for all who do this work; a killed process's is no lock
    /// @throws UncheckedIOException whose message says which file could not be locked and why
    public static synchronized <T> T at(Path lock, Supplier<T> work) {
        try (FileChannel _ = locked(lock)) {
            try {
                return work.get();
            } finally {
                Files.deleteIfExists(lock);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("could not lock " + lock + ": " + Reason.of(e, lock), e);
        }
    }

    private static FileChannel locked(Path lock) throws IOException {
        Files.createDirectories(lock.toAbsolutePath().getParent());
        while (true) {
            FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try {
                Object opened = file(lock);
                channel.lock();
                if (opened != null && opened.equals(file(lock))) {
                    return channel;
                }
                channel.close(); // whoever had the turn has deleted what we waited for
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        }
    }

    /// Which file lies there now, or null.
    private static Object file(Path path) throws IOException {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        } catch (NoSuchFileException _) {
            return null;
        }
    }
}
