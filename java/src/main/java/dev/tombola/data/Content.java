package dev.tombola.data;

import dev.tombola.base.Reason;
import dev.tombola.base.Sha256;
import dev.tombola.base.UserError;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/// The bytes of a file of a data set, unzipped if its first bytes are gzip's, counted and summed as they are read.
final class Content extends InputStream {
    private static final int GZIP = 0x1f8b;
    /// The most that one byte of a deflate stream can become.
    private static final long DEFLATE_RATIO = 1032;

    private final InputStream in;
    private final long most;
    private final MessageDigest digest = Sha256.begin();
    private long bytes;

    /// @param most how many bytes it may have at the very most
    Content(InputStream in, long most) {
        this.in = in;
        this.most = most;
    }

    /// Does something with a file's content.
    interface Reader<T> {
        T read(Content in) throws IOException;
    }

    /// Is told of every file that was read to its end.
    interface Watcher {
        Watcher NONE = (file, content) -> {};

        void read(Path file, Content content);
    }

    /// Runs a reader on a file's content and turns every fault of the file into one sentence.
    ///
    /// @throws UserError naming the file and what is wrong with it
    static <T> T of(Path file, Reader<T> reader) {
        try (Content in = open(file)) {
            return reader.read(in);
        } catch (NoSuchFileException e) {
            throw new UserError(file + " does not exist.", e);
        } catch (EOFException | ZipException e) {
            String where = Objects.requireNonNullElse(e.getMessage(), "it ends within a header or sum of gzip's");
            throw new UserError(file + " is damaged or cut short (" + where + "); get it again.", e);
        } catch (IOException e) {
            throw new UserError(file + " cannot be read (" + Reason.of(e, file) + ").", e);
        }
    }

    private static Content open(Path file) throws IOException {
        InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
        try {
            long stored = Files.size(file);
            in.mark(2);
            int first = in.read() << 8 | in.read();
            in.reset();
            return first == GZIP
                    ? new Content(new GZIPInputStream(in, 1 << 16), stored * DEFLATE_RATIO)
                    : new Content(in, stored);
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }

    /// How many bytes it may have at the very most, before it is read.
    long most() {
        return most;
    }

    /// How many bytes were read so far.
    long bytes() {
        return bytes;
    }

    /// SHA-256 of what was read; asked for once, at the end.
    String sha256() {
        return Sha256.end(digest);
    }

    @Override
    public int read() throws IOException {
        int value = in.read();
        if (value >= 0) {
            digest.update((byte) value);
            bytes++;
        }
        return value;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int read = in.read(buffer, offset, length);
        if (read > 0) {
            digest.update(buffer, offset, read);
            bytes += read;
        }
        return read;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
