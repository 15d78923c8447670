package dev.tombola.lottery;

import com.fasterxml.jackson.core.JsonProcessingException;
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
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.zip.CRC32C;

/// The header of a safetensors file: names, types and places of its tensors, and the sums that tell damage.
///
/// @param metadata texts by name, without the sums
/// @param entries in the order of the data
/// @param sums of the entries' bytes, with a space between; null in a file of others'
record SafeTensorsHeader(SequencedMap<String, String> metadata, List<Entry> entries, String sums) {
    private static final String METADATA = "__metadata__";
    private static final String SUM = "crc32c";
    private static final String SUMS = "crc32c_data";
    private static final int SUM_DIGITS = 8;
    private static final int PREFIX = 8;
    private static final int LARGEST_HEADER = 16 << 20;
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /// One tensor as the header tells it; `from` and `to` count bytes of the data.
    record Entry(String name, String type, List<Integer> shape, long from, long to) {}

    static SafeTensorsHeader of(SafeTensors content) {
        List<Entry> entries = new ArrayList<>();
        List<String> sums = new ArrayList<>();
        long at = 0;
        for (Map.Entry<String, SafeTensors.Tensor> entry : content.tensors().entrySet()) {
            SafeTensors.Tensor tensor = entry.getValue();
            entries.add(new Entry(entry.getKey(), tensor.type(), tensor.shape(), at, at + tensor.size()));
            at += tensor.size();
            sums.add(sum(tensor.bytes()));
        }
        return new SafeTensorsHeader(content.metadata(), entries, String.join(" ", sums));
    }

    /// Its length and text, padded so that the data starts on an 8-byte boundary.
    byte[] bytes() throws IOException {
        ObjectNode root = JSON.createObjectNode();
        ObjectNode texts = root.putObject(METADATA);
        metadata.forEach(texts::put);
        texts.put(SUMS, sums);
        texts.put(SUM, sum());
        for (Entry entry : entries) {
            ObjectNode node = root.putObject(entry.name);
            node.put("dtype", entry.type);
            ArrayNode shape = node.putArray("shape");
            entry.shape.forEach(shape::add);
            node.putArray("data_offsets").add(entry.from).add(entry.to);
        }
        byte[] json = JSON.writeValueAsBytes(root);
        int length = (json.length + PREFIX - 1) / PREFIX * PREFIX;
        ByteBuffer bytes = ByteBuffer.allocate(PREFIX + length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(length).put(json);
        while (bytes.hasRemaining()) {
            bytes.put((byte) ' ');
        }
        return bytes.array();
    }

    /// Reads and checks it, and that the file is as long as it says.
    ///
    /// @param size of the file in bytes
    static SafeTensorsHeader read(Path file, InputStream in, long size) throws IOException {
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
        String text = new String(in.readNBytes((int) length), StandardCharsets.UTF_8);
        JsonNode root;
        try {
            root = JSON.readTree(text);
        } catch (JsonProcessingException e) {
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
        String sum = metadata.remove(SUM);
        SafeTensorsHeader header = new SafeTensorsHeader(metadata, entries, metadata.remove(SUMS));
        if ((sum != null || header.sums != null) && !header.sum().equals(sum)) {
            throw damaged(file, "its header", header.sum(), sum);
        }
        return header;
    }

    /// @throws UserError if a tensor's bytes are not those that were written
    void requireSum(Path file, Entry entry, ByteBuffer bytes) {
        if (sums != null) {
            int at = entries.indexOf(entry) * (SUM_DIGITS + 1);
            String right = sums.substring(at, at + SUM_DIGITS);
            String found = sum(bytes.duplicate());
            if (!found.equals(right)) {
                throw damaged(file, entry.name, found, right);
            }
        }
    }

    /// Of everything that it says.
    private String sum() {
        CRC32C sum = new CRC32C();
        metadata.forEach((name, text) -> add(sum, name, text));
        entries.forEach(entry -> add(sum, entry.name, entry.type + entry.shape));
        add(sum, SUMS, sums);
        return text(sum);
    }

    private static void add(CRC32C sum, String name, String text) {
        sum.update((name + "=" + text + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static String sum(ByteBuffer bytes) {
        CRC32C sum = new CRC32C();
        sum.update(bytes);
        return text(sum);
    }

    private static String text(CRC32C sum) {
        return "%08x".formatted(sum.getValue());
    }

    private static UserError damaged(Path file, String what, String found, String right) {
        return new UserError("%s is damaged: the sum of %s is %s where %s was written."
                .formatted(file, what, found, right == null ? "none" : right));
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

    private static String oneLine(IOException e) {
        return e.getMessage().lines().findFirst().orElse("it cannot be parsed");
    }

    static UserError wrong(Path file, String found, String right) {
        return new UserError(file + " is not a sound safetensors file: it " + found + "; " + right + ".");
    }
}
