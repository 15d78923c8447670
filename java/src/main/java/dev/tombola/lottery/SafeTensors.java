package dev.tombola.lottery;

import dev.tombola.base.Reason;
import dev.tombola.base.UserError;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Predicate;

/// A file of named tensors in the safetensors format: the header's length (8 bytes, little-endian), a JSON header
/// padded with spaces so that the data starts on an 8-byte boundary, then the tensors' bytes without gaps, in the
/// header's order. The same content is always the same bytes. CRC32C sums in the metadata tell damage, one of the
/// header and one of each tensor; a file of others' has none and is read as it is.
///
/// @param metadata texts by name, the header's `__metadata__`
/// @param tensors by name, in the file's order
record SafeTensors(SequencedMap<String, String> metadata, SequencedMap<String, Tensor> tensors) {
    /// Values and their shape.
    sealed interface Tensor {
        String type();

        List<Integer> shape();

        /// Bytes in the file.
        int size();

        ByteBuffer bytes();
    }

    /// 32-bit floats; NaN and infinities are allowed, a diverged training leaves them.
    @SuppressWarnings("ArrayRecordComponent") // a tensor is its values; nobody compares two
    record Floats(List<Integer> shape, float[] values) implements Tensor {
        @Override
        public String type() {
            return "F32";
        }

        @Override
        public int size() {
            return Math.multiplyExact(values.length, Float.BYTES);
        }

        @Override
        public ByteBuffer bytes() {
            ByteBuffer bytes = ByteBuffer.allocate(size()).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(values);
            return bytes;
        }
    }

    /// Unsigned bytes.
    @SuppressWarnings("ArrayRecordComponent")
    record Bytes(List<Integer> shape, byte[] values) implements Tensor {
        @Override
        public String type() {
            return "U8";
        }

        @Override
        public int size() {
            return values.length;
        }

        @Override
        public ByteBuffer bytes() {
            return ByteBuffer.wrap(values);
        }
    }

    void write(OutputStream out) throws IOException {
        out.write(SafeTensorsHeader.of(this).bytes());
        for (Tensor tensor : tensors.values()) {
            out.write(tensor.bytes().array());
        }
    }

    /// Reads a whole file.
    ///
    /// @throws UserError naming the file, what was found and what would be right
    static SafeTensors read(Path file) {
        return read(file, _ -> true);
    }

    /// Reads the header, and the tensors whose names are `wanted`.
    static SafeTensors read(Path file, Predicate<String> wanted) {
        try (InputStream in = Files.newInputStream(file)) {
            SafeTensorsHeader header = SafeTensorsHeader.read(file, in, Files.size(file));
            SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
            for (SafeTensorsHeader.Entry entry : header.entries()) {
                if (!wanted.test(entry.name())) {
                    in.skipNBytes(entry.to() - entry.from());
                    continue;
                }
                ByteBuffer bytes = ByteBuffer.wrap(in.readNBytes((int) (entry.to() - entry.from())))
                        .order(ByteOrder.LITTLE_ENDIAN);
                if (bytes.remaining() != entry.to() - entry.from()) {
                    throw SafeTensorsHeader.wrong(
                            file, "ends inside " + entry.name(), "it was cut short while it was read");
                }
                header.requireSum(file, entry, bytes);
                tensors.put(entry.name(), tensor(entry, bytes));
            }
            return new SafeTensors(header.metadata(), tensors);
        } catch (IOException e) {
            throw new UserError(file + " could not be read: " + Reason.of(e, file) + ".", e);
        }
    }

    /// Reads and checks the header alone, and that the file is as long as it says.
    static SequencedMap<String, String> readMetadata(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return SafeTensorsHeader.read(file, in, Files.size(file)).metadata();
        } catch (IOException e) {
            throw new UserError(file + " could not be read: " + Reason.of(e, file) + ".", e);
        }
    }

    private static Tensor tensor(SafeTensorsHeader.Entry entry, ByteBuffer bytes) {
        if (entry.type().equals("U8")) {
            byte[] values = new byte[bytes.remaining()];
            bytes.get(values);
            return new Bytes(entry.shape(), values);
        }
        float[] values = new float[bytes.remaining() / Float.BYTES];
        bytes.asFloatBuffer().get(values);
        return new Floats(entry.shape(), values);
    }
}
