package dev.tombola.data;

import dev.tombola.base.UserError;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/// Reads IDX files (the format of MNIST), gzipped or not: big-endian 32-bit magic, count and sizes, then one byte per
/// value. A header is believed only as far as the file's own size allows, and nothing is read past the end that it
/// announces.
///
/// Every fault is a [UserError] that names the file, what was found and what would be right.
final class IdxFile {
    private static final int IMAGES = 0x803;
    private static final int LABELS = 0x801;
    private static final int LONGEST_SIDE = 4096;

    private IdxFile() {}

    /// Grey images of one size, one after another.
    private record Pictures(int height, int width, MemorySegment pixels) {
        long count() {
            return pixels.byteSize() / ((long) height * width);
        }
    }

    /// Reads grey images of any size and their labels of 0 to `classes`−1.
    static Labelled read(Path imageFile, Path labelFile, int classes, Content.Watcher watcher) {
        Pictures images = Content.of(imageFile, in -> {
            Pictures read = images(imageFile, in);
            watcher.read(imageFile, in);
            return read;
        });
        MemorySegment labels = Content.of(labelFile, in -> {
            MemorySegment read = labels(labelFile, in, classes);
            watcher.read(labelFile, in);
            return read;
        });
        if (images.count() != labels.byteSize()) {
            throw new UserError(imageFile + " has " + images.count() + " images and " + labelFile + " has "
                    + labels.byteSize() + " labels; there must be one label per image.");
        }
        return new Labelled(1, images.height(), images.width(), images.pixels(), labels);
    }

    private static Pictures images(Path file, Content in) throws IOException {
        magic(file, in, IMAGES, "images");
        long count = unsigned(in);
        long rows = unsigned(in);
        long columns = unsigned(in);
        if (rows < 1 || columns < 1 || rows > LONGEST_SIDE || columns > LONGEST_SIDE) {
            throw new UserError(file + " has images of " + rows + "x" + columns + " pixels; both must be 1 to "
                    + LONGEST_SIDE + ".");
        }
        MemorySegment pixels = body(file, in, 16, count, (int) (rows * columns), "images");
        return new Pictures((int) rows, (int) columns, pixels);
    }

    private static MemorySegment labels(Path file, Content in, int classes) throws IOException {
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

    private static void magic(Path file, Content in, int expected, String what) throws IOException {
        int magic = (int) unsigned(in);
        if (magic != expected) {
            String found = magic == IMAGES ? ", which is images" : magic == LABELS ? ", which is labels" : "";
            throw new UserError("%s starts with 0x%08x%s; a file of %s starts with 0x%08x."
                    .formatted(file, magic, found, what, expected));
        }
    }

    private static MemorySegment body(Path file, Content in, int header, long count, int each, String what)
            throws IOException {
        // Both factors are below 2^32 and 2^25: no overflow.
        long bytes = count * each;
        if (count == 0 || bytes > Labelled.LARGEST || header + bytes > in.most()) {
            String limit = count == 0
                    ? "there must be at least one"
                    : "a file of " + Files.size(file) + " bytes cannot hold more than "
                            + Math.max(0, Math.min(Labelled.LARGEST, in.most() - header) / each);
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

    private static long unsigned(Content in) throws IOException {
        byte[] four = in.readNBytes(4);
        if (four.length < 4) {
            throw new EOFException("it ends within its header");
        }
        return ByteBuffer.wrap(four).getInt() & 0xFFFFFFFFL;
    }
}
