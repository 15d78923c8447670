package dev.tombola.data;

import dev.tombola.base.UserError;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Reads files in the binary format of CIFAR: nothing but records, each one or more labels of a byte, of which the last
/// is the class, then the image's planes, row by row.
///
/// Every fault is a [UserError] that names the file, what was found and what would be right.
final class CifarFile {
    private CifarFile() {}

    /// What a record holds.
    record Format(int labelBytes, int channels, int height, int width) {
        /// The one of CIFAR-10.
        static final Format CIFAR_10 = new Format(1, 3, 32, 32);

        int features() {
            return channels * height * width;
        }

        int bytes() {
            return labelBytes + features();
        }

        @Override
        public String toString() {
            return "records of %d bytes (%s and an image of %dx%dx%d)"
                    .formatted(bytes(), labelBytes == 1 ? "a label" : labelBytes + " labels", channels, height, width);
        }
    }

    /// How many records a content has that is read for nothing else.
    static int count(String name, Content in, Format format) throws IOException {
        byte[] buffer = new byte[1 << 16];
        while (in.bytes() <= Labelled.LARGEST && in.read(buffer, 0, buffer.length) >= 0) {
            // Only counted.
        }
        if (in.bytes() == 0 || in.bytes() > Labelled.LARGEST || in.bytes() % format.bytes() != 0) {
            throw new UserError("%s has %s bytes; it must be one or more whole %s, in at most %d bytes."
                    .formatted(
                            name,
                            in.bytes() > Labelled.LARGEST ? "more" : Long.toString(in.bytes()),
                            format,
                            Labelled.LARGEST));
        }
        return (int) (in.bytes() / format.bytes());
    }

    /// Reads `count` records, after which the content must end, into the places from `first` on.
    static void read(String name, Content in, Format format, int count, int classes, Labelled into, int first)
            throws IOException {
        byte[] buffer = new byte[format.bytes()];
        for (int i = 0; i < count; i++) {
            int read = in.readNBytes(buffer, 0, buffer.length);
            if (read < buffer.length) {
                throw new UserError("%s ends after %d bytes; %d %s are %d."
                        .formatted(name, in.bytes(), count, format, (long) count * format.bytes()));
            }
            int label = buffer[format.labelBytes() - 1] & 0xFF;
            if (label >= classes) {
                throw new UserError(
                        "%s has label %d in record %d; labels must be 0 to %d.".formatted(name, label, i, classes - 1));
            }
            into.labels().set(ValueLayout.JAVA_BYTE, first + i, (byte) label);
            MemorySegment.copy(
                    buffer,
                    format.labelBytes(),
                    into.pixels(),
                    ValueLayout.JAVA_BYTE,
                    (long) (first + i) * format.features(),
                    format.features());
        }
        if (in.read() >= 0) {
            throw new UserError("%s goes on after the %d bytes that %d %s are; it must end there."
                    .formatted(name, (long) count * format.bytes(), count, format));
        }
    }
}
