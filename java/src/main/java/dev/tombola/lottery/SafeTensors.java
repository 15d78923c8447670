package dev.tombola.lottery;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tombola.base.UserError;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Predicate;

/// A file of named tensors in the safetensors format: the header's length (8 bytes, little-endian), a JSON header
/// padded with spaces so that the data starts on an 8-byte boundary, then the tensors' bytes without gaps, in the
/// header's order. The same content is always the same bytes.
///
/// @param metadata texts by name, the header's `__metadata__`
/// @param tensors by name, in the file's order
record SafeTensors(SequencedMap<String, String> metadata, SequencedMap<String, Tensor> tensors) {
    private static final String METADATA = "__metadata__";
    private static final int PREFIX = 8;
    private static final int LARGEST_HEADER = 16 << 20;
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

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

    /// One tensor as the header tells it; `from` and `to` count bytes of the data.
    private record Entry(String name, String type, List<Integer> shape, long from, long to) {}

    private record Header(SequencedMap<String, String> metadata, List<Entry> entries, long dataStart) {}

    void write(OutputStream out) throws IOException {
        byte[] header = header();
        out.write(ByteBuffer.allocate(PREFIX)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .array());
        out.write(header);
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
            Header header = header(file, in, Files.size(file));
            SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
            for (Entry entry : header.entries) {
                if (!wanted.test(entry.name)) {
                    in.skipNBytes(entry.to - entry.from);
                    continue;
                }
                ByteBuffer bytes = ByteBuffer.wrap(in.readNBytes((int) (entry.to - entry.from)))
                        .order(ByteOrder.LITTLE_ENDIAN);
                if (bytes.remaining() != entry.to - entry.from) {
                    throw wrong(file, "ends inside " + entry.name, "it was cut short while it was read");
                }
                tensors.put(entry.name, tensor(entry, bytes));
            }
            return new SafeTensors(header.metadata, tensors);
        } catch (IOException e) {
            throw new UserError(file + " could not be read: " + e.getMessage() + ".", e);
        }
    }

    /// Reads and checks the header alone, and that the file is as long as it says.
    static SequencedMap<String, String> readMetadata(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return header(file, in, Files.size(file)).metadata;
        } catch (IOException e) {
            throw new UserError(file + " could not be read: " + e.getMessage() + ".", e);
        }
    }

    private byte[] header() throws IOException {
        ObjectNode root = JSON.createObjectNode();
        ObjectNode texts = root.putObject(METADATA);
        metadata.forEach(texts::put);
        long at = 0;
        for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
            Tensor tensor = entry.getValue();
            ObjectNode node = root.putObject(entry.getKey());
            node.put("dtype", tensor.type());
            ArrayNode shape = node.putArray("shape");
            tensor.shape().forEach(shape::add);
            long to = at + tensor.size();
            node.putArray("data_offsets").add(at).add(to);
            at = to;
        }
        byte[] json = JSON.writeValueAsBytes(root);
        byte[] padded = Arrays.copyOf(json, (json.length + PREFIX - 1) / PREFIX * PREFIX);
        Arrays.fill(padded, json.length, padded.length, (byte) ' ');
        return padded;
    }

    private static Header header(Path file, InputStream in, long size) throws IOException {
        if (size < PREFIX) {
            throw wrong(file, "has " + size + " bytes", "a safetensors file has at least 8");
        }
        long length = Long.reverseBytes(new DataInputStream(in).readLong());
        if (length < 2 || length > Math.min(size - PREFIX, LARGEST_HEADER)) {
            throw wrong(
                    file,
                    "announces a header of " + Long.toUnsignedString(length) + " bytes",
                    "with " + size + " bytes in all it can be 2 to " + Math.min(size - PREFIX, LARGEST_HEADER));
        }
        JsonNode root;
        try {
            root = JSON.readTree(new String(in.readNBytes((int) length), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw wrong(file, "has a header that is not JSON", oneLine(e));
        }
        if (!root.isObject()) {
            throw wrong(file, "has a header that is no JSON object", "it maps each tensor's name to type and place");
        }
        SequencedMap<String, String> metadata = new LinkedHashMap<>();
        List<Entry> entries = new ArrayList<>();
        long at = 0;
        for (Map.Entry<String, JsonNode> field : root.properties()) {
            if (field.getKey().equals(METADATA)) {
                metadata = metadata(file, field.getValue());
            } else {
                Entry entry = entry(file, field.getKey(), field.getValue(), at);
                entries.add(entry);
                at = entry.to;
            }
        }
        if (PREFIX + length + at != size) {
            throw wrong(file, "has " + size + " bytes", "its header announces " + (PREFIX + length + at));
        }
        return new Header(metadata, entries, PREFIX + length);
    }

    private static SequencedMap<String, String> metadata(Path file, JsonNode node) {
        SequencedMap<String, String> metadata = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> text : node.properties()) {
            if (!text.getValue().isTextual()) {
                throw wrong(
                        file, "has " + text.getKey() + " in its metadata as " + text.getValue(), "it must be a text");
            }
            metadata.put(text.getKey(), text.getValue().textValue());
        }
        return metadata;
    }

    private static Entry entry(Path file, String name, JsonNode node, long at) {
        String type = node.path("dtype").asText();
        long bytes = switch (type) {
            case "F32" -> Float.BYTES;
            case "U8" -> 1;
            default -> throw wrong(file, "has " + name + " of type '" + type + "'", "F32 and U8 are read here");
        };
        List<Integer> shape = new ArrayList<>();
        for (JsonNode side : node.path("shape")) {
            if (!side.canConvertToExactIntegral() || !side.canConvertToInt() || side.intValue() < 0) {
                throw wrong(file, "has " + name + " with a side of " + side, "sides are whole numbers, 0 or more");
            }
            shape.add(side.intValue());
            bytes = side.intValue() == 0 ? 0 : Math.min(bytes, Long.MAX_VALUE / side.intValue()) * side.intValue();
        }
        JsonNode offsets = node.path("data_offsets");
        long from = offsets.path(0).isIntegralNumber() ? offsets.path(0).longValue() : -1;
        long to = offsets.path(1).isIntegralNumber() ? offsets.path(1).longValue() : -1;
        if (offsets.size() != 2
                || from != at
                || to < from
                || to - from != bytes
                || bytes > Integer.MAX_VALUE - PREFIX) {
            throw wrong(
                    file,
                    "has " + name + " of type " + type + " and shape " + shape + " at bytes " + offsets,
                    "its place would be [" + at + "," + (at + bytes) + "]");
        }
        return new Entry(name, type, List.copyOf(shape), from, to);
    }

    private static Tensor tensor(Entry entry, ByteBuffer bytes) {
        if (entry.type.equals("U8")) {
            byte[] values = new byte[bytes.remaining()];
            bytes.get(values);
            return new Bytes(entry.shape, values);
        }
        float[] values = new float[bytes.remaining() / Float.BYTES];
        bytes.asFloatBuffer().get(values);
        return new Floats(entry.shape, values);
    }

    private static String oneLine(IOException e) {
        return e.getMessage().lines().findFirst().orElse("it cannot be parsed");
    }

    private static UserError wrong(Path file, String found, String right) {
        return new UserError(file + " is not a sound safetensors file: it " + found + "; " + right + ".");
    }
}
