package dev.tombola.data;

import dev.tombola.base.UserError;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// Reads a tar archive from its beginning to its end without unpacking it: headers of 512 bytes, each followed by its
/// file's bytes in whole blocks of 512, and blocks of zeros behind the last.
final class Tar {
    private static final int BLOCK = 512;
    /// An archive is padded to a whole number of records, of 10 KB as a rule.
    private static final long LONGEST_PADDING = 1 << 20;

    private static final int NAME = 100;
    private static final int SIZE = 124;
    private static final int SIZE_END = 136;
    private static final int SUM = 148;
    private static final int SUM_END = 156;
    private static final int TYPE = 156;

    private final Path archive;
    private final InputStream in;

    private Tar(Path archive, InputStream in) {
        this.archive = archive;
        this.in = in;
    }

    /// Is given every regular file in turn; what it does not read is passed over.
    interface Visitor {
        /// @param name the last part of the file's path
        void file(String name, Content content) throws IOException;
    }

    /// @param archive its name for messages
    /// @throws UserError if this is no tar archive
    /// @throws EOFException if it is cut short
    static void read(Path archive, InputStream in, Visitor visitor) throws IOException {
        new Tar(archive, in).read(visitor);
    }

    private void read(Visitor visitor) throws IOException {
        byte[] header = new byte[BLOCK];
        for (long at = 0; next(header); ) {
            long size = size(header, at);
            Part part = new Part(size);
            if (header[TYPE] == '0' || header[TYPE] == 0) {
                String path = text(header, 0, NAME);
                visitor.file(path.substring(path.lastIndexOf('/') + 1), new Content(part, size));
            }
            long padded = (size + BLOCK - 1) / BLOCK * BLOCK;
            in.skipNBytes(part.left + padded - size);
            at += BLOCK + padded;
        }
        // To the very end: only there does gzip's own checksum speak.
        if (in.readNBytes((int) LONGEST_PADDING + 1).length > LONGEST_PADDING) {
            throw new UserError(archive + " goes on for more than " + LONGEST_PADDING + " bytes after its end.");
        }
    }

    /// @return whether there is another header
    private boolean next(byte[] header) throws IOException {
        int read = in.readNBytes(header, 0, BLOCK);
        if (read != 0 && read < BLOCK) {
            throw new EOFException("it ends within a header");
        }
        for (int i = 0; i < read; i++) {
            if (header[i] != 0) {
                return true;
            }
        }
        return false;
    }

    private long size(byte[] header, long at) {
        int sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            sum += i >= SUM && i < SUM_END ? ' ' : header[i] & 0xFF;
        }
        long size = octal(header, SIZE, SIZE_END);
        if (sum != octal(header, SUM, SUM_END) || size < 0) {
            throw new UserError(archive + " is no tar archive: at byte " + at + " there is no sound header.");
        }
        return size;
    }

    /// @return −1 where there is no octal number
    private static long octal(byte[] header, int from, int to) {
        String digits = text(header, from, to).strip();
        return digits.matches("[0-7]{1,11}") ? Long.parseLong(digits, 8) : -1;
    }

    private static String text(byte[] header, int from, int to) {
        int end = from;
        while (end < to && header[end] != 0) {
            end++;
        }
        return new String(header, from, end - from, StandardCharsets.UTF_8);
    }

    /// The bytes of one file.
    private final class Part extends InputStream {
        private long left;

        private Part(long size) {
            left = size;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int read = in.read(buffer, offset, (int) Math.min(length, left));
            if (read < 0) {
                throw new EOFException("it ends within a file");
            }
            left -= read;
            return read;
        }
    }
}
