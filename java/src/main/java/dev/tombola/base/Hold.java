package dev.tombola.base;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A lock that one has at a time, of all threads and processes: the others are refused.
public final class Hold implements AutoCloseable {
    /// Those of this process, which never opens one again that it has: POSIX lets go of all of a process's locks on a
    /// file as soon as it closes that file once.
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    /// By what the system tells files apart by, those that another class loader's Tombola in this process had when
    /// they were opened here: they stay open, for to close one would let go of its lock.
    private static final Map<Object, FileChannel> LEFT_OPEN = new ConcurrentHashMap<>();

    private final Path file;
    private final FileChannel channel;
    private boolean closed;

    private Hold(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /// Nothing where somebody else has it.
    ///
    /// @param lock a file in a folder that is there, the same for all who may not work at once; it stays, and a killed
    ///     process's is no lock
    public static Optional<Hold> on(Path lock) throws IOException {
        Path file = lock.toAbsolutePath().getParent().toRealPath().resolve(lock.getFileName());
        if (!HELD.add(file)) {
            return Optional.empty();
        }
        Optional<FileChannel> channel = Optional.empty();
        try {
            channel = locked(file);
            return channel.map(locked -> new Hold(file, locked));
        } finally {
            if (channel.isEmpty()) {
                HELD.remove(file);
            }
        }
    }

    private static Optional<FileChannel> locked(Path file) throws IOException {
        FileChannel channel = Files.exists(file) ? LEFT_OPEN.remove(key(file)) : null;
        if (channel == null) {
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        }
        try {
            if (channel.tryLock() != null) {
                return Optional.of(channel);
            }
        } catch (OverlappingFileLockException _) {
            LEFT_OPEN.put(key(file), channel);
            return Optional.empty();
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        channel.close();
        return Optional.empty();
    }

    private static Object key(Path file) throws IOException {
        Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        return key == null ? file : key;
    }

    /// Lets go of it, once: by then it may be another's.
    @Override
    public synchronized void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try {
            channel.close();
        } finally {
            HELD.remove(file);
        }
    }
}
