package dev.tombola.data;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;

/// Makes files in CIFAR's formats for tests.
final class CifarFiles {
    static final int RECORD = 3073;
    static final int PER_FILE = 10_000;

    private CifarFiles() {}

    /// Records of which number i has label i mod 10 and pixel value `value` everywhere.
    static byte[] records(int count, int value) {
        byte[] bytes = new byte[count * RECORD];
        Arrays.fill(bytes, (byte) value);
        for (int i = 0; i < count; i++) {
            bytes[i * RECORD] = (byte) (i % 10);
        }
        return bytes;
    }

    static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(plain);
        }
        return bytes.toByteArray();
    }

    /// Builds a tar archive as `tar` itself does.
    static final class Archive {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Archive with(String path, char type, byte[] content) {
            byte[] header = new byte[512];
            put(header, 0, path);
            put(header, 100, "0000644\0");
            put(header, 124, "%011o\0".formatted(content.length));
            put(header, 148, "        ");
            header[156] = (byte) type;
            put(header, 257, "ustar  ");
            int sum = 0;
            for (byte value : header) {
                sum += value & 0xFF;
            }
            put(header, 148, "%06o\0 ".formatted(sum));
            bytes.writeBytes(header);
            bytes.writeBytes(content);
            bytes.writeBytes(new byte[(512 - content.length % 512) % 512]);
            return this;
        }

        /// With the blocks of zeros that end it.
        byte[] end() {
            bytes.writeBytes(new byte[1024]);
            return bytes.toByteArray();
        }

        private static void put(byte[] header, int at, String text) {
            byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(ascii, 0, header, at, ascii.length);
        }
    }
}
