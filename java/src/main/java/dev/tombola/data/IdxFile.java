package dev.tombola.data;

import dev.tombola.base.UserError;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/// Reads IDX files (the format of MNIST), gzipped or not as their first bytes tell: big-endian 32-bit magic, count and
/// sizes, then one byte per value. A header is believed only as far as the file's own size allows, and nothing is read
/// past the end that it announces.
///
/// Every fault is a [UserError] that names the file, what was found and what would be right.
public final class IdxFile {
    private static final int IMAGES = 0x803;
    private static final int LABELS = 0x801;
    private static final int GZIP = 0x1f8b;
    /// The most that one byte of a deflate stream can become.
    private static final long DEFLATE_RATIO = 1032;
    /// No IDX data set in use is larger (MNIST: 47 MB).
    private static final long LARGEST = 1L << 28;

    private IdxFile() {}

    /// Reads images of `height` × `width` and their labels of 0 to `classes`−1.
    public static Images read(Path imageFile, Path labelFile, int height, int width, int classes) {
        MemorySegment pixels = open(imageFile, in -> images(imageFile, in, height, width));
        MemorySegment labels = open(labelFile, in -> labels(labelFile, in, classes));
        long count = pixels.byteSize() / ((long) height * width);
        if (count != labels.byteSize()) {
            throw new UserError(imageFile + " has " + count + " images and " + labelFile + " has " + labels.byteSize()
                    + " labels; there must be one label per image.");
        }
        return new Images(pixels, labels, (int) count, height * width, classes);
    }

    private static MemorySegment images(Path file, InputStream in, int height, int width) throws IOException {
        magic(file, in, IMAGES, "images");
        long count = unsigned(in);
        long rows = unsigned(in);
        long columns = unsigned(in);
        if (rows != height || columns != width) {
            throw new UserError(file + " has images of " + rows + "x" + columns + " pixels; they must be " + height
                    + "x" + width + ".");
        }
        return body(file, in, 16, count, height * width, "images");
    }

    private static MemorySegment labels(Path file, InputStream in, int classes) throws IOException {
        magic(file, in, LABELS, "labels");
        MemorySegment labels = body(file, in, 8, unsigned(in), 1, "labels");
        for (long i = 0; i < labels.byteSize(); i++) {
            int label = labels.get(ValueLayout.JAVA_BYTE, i) & 0xFF;
            if (label >= classes) {
                throw new UserError(file + " has label " + label + " at place " + i + "; labels must be 0 to "
                        + (classes - 1) + ".");
            }
        }
        return labels;
    }

    private static void magic(Path file, InputStream in, int expected, String what) throws IOException {
        int magic = (int) unsigned(in);
        if (magic != expected) {
            String found = magic == IMAGES ? ", which is images" : magic == LABELS ? ", which is labels" : "";
            throw new UserError("%s starts with 0x%08x%s; a file of %s starts with 0x%08x."
                    .formatted(file, magic, found, what, expected));
        }
    }

    private static MemorySegment body(Path file, InputStream in, int header, long count, int each, String what)
            throws IOException {
        // Both factors are below 2^32 and 2^16: no overflow.
        long bytes = count * each;
        long stored = Files.size(file);
        long possible = in instanceof GZIPInputStream ? stored * DEFLATE_RATIO : stored;
        if (count == 0 || bytes > LARGEST || header + bytes > possible) {
            String limit = count == 0
                    ? "there must be at least one"
                    : "a file of " + stored + " bytes cannot hold more than "
                            + Math.max(0, Math.min(LARGEST, possible - header) / each);
            throw new UserError(file + " says that it has " + count + " " + what + "; " + limit + ".");
        }
        MemorySegment block = Images.block(bytes);
        byte[] buffer = new byte[1 << 16];
        long at = 0;
        while (at < bytes) {
            int read = in.read(buffer, 0, (int) Math.min(buffer.length, bytes - at));
            if (read < 0) {
                throw new UserError(file + " ends after " + (header + at) + " bytes; its header of " + count + " "
                        + what + " asks for " + (header + bytes) + ".");
            }
            MemorySegment.copy(buffer, 0, block, ValueLayout.JAVA_BYTE, at, read);
            at += read;
        }
        if (in.read() >= 0) {
            throw new UserError(file + " goes on after the " + (header + bytes) + " bytes that its header of " + count
                    + " " + what + " asks for; it must end there.");
        }
        return block;
    }

    private static long unsigned(InputStream in) throws IOException {
        byte[] four = in.readNBytes(4);
        if (four.length < 4) {
            throw new EOFException("it ends within its header");
        }
        return ByteBuffer.wrap(four).getInt() & 0xFFFFFFFFL;
    }

    /// The content of a file, unzipped if it is gzip.
    static InputStream content(Path file) throws IOException {
        InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
        try {
            in.mark(2);
            int first = in.read() << 8 | in.read();
            in.reset();
            return first == GZIP ? new GZIPInputStream(in, 1 << 16) : in;
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }

    /// Runs a reader on a file's content and turns every fault of the file into one sentence.
    static <T> T open(Path file, Reader<T> reader) {
        try (InputStream in = content(file)) {
            return reader.read(in);
        } catch (NoSuchFileException e) {
            throw new UserError(file + " does not exist.", e);
        } catch (EOFException | ZipException e) {
            throw new UserError(file + " is damaged or cut short (" + e.getMessage() + "); get it again.", e);
        } catch (IOException e) {
            throw new UserError(file + " cannot be read (" + e.getMessage() + ").", e);
        }
    }

    /// What [#open] runs.
    interface Reader<T> {
        T read(InputStream in) throws IOException;
    }
}
