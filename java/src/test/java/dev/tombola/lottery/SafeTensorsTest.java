package dev.tombola.lottery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tombola.base.UserError;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafeTensorsTest {
    @TempDir
    Path temp;

    private Path file;

    @BeforeEach
    void name() {
        file = temp.resolve("some.safetensors");
    }

    private static SafeTensors sample() {
        SequencedMap<String, String> metadata = new LinkedHashMap<>();
        metadata.put("name", "a \"quoted\" näme");
        SequencedMap<String, SafeTensors.Tensor> tensors = new LinkedHashMap<>();
        tensors.put("b", new SafeTensors.Floats(List.of(2, 2), new float[] {1f, -0f, Float.NaN, Float.MIN_VALUE}));
        tensors.put("a", new SafeTensors.Bytes(List.of(3), new byte[] {0, 1, -1}));
        tensors.put("none", new SafeTensors.Floats(List.of(0, 5), new float[0]));
        return new SafeTensors(metadata, tensors);
    }

    private static byte[] bytes(SafeTensors content) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        content.write(out);
        return out.toByteArray();
    }

    @Test
    void theBytesAreThoseOfTheFormat() throws IOException {
        byte[] bytes = bytes(sample());
        ByteBuffer read = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int length = Math.toIntExact(read.getLong());
        assertThat(length % 8).isZero();
        int data = 8 + length;
        String sums = sum(Arrays.copyOfRange(bytes, data, data + 16)) + " "
                + sum(Arrays.copyOfRange(bytes, data + 16, data + 19)) + " 00000000";
        String said = "name=a \"quoted\" näme\nb=F32[2, 2]\na=U8[3]\nnone=F32[0, 5]\ncrc32c_data=" + sums + "\n";
        String sum = sum(said.getBytes(StandardCharsets.UTF_8));
        assertThat(new String(bytes, 8, length, StandardCharsets.UTF_8).stripTrailing())
                .isEqualTo("{\"__metadata__\":{\"name\":\"a \\\"quoted\\\" näme\",\"crc32c_data\":\"" + sums
                        + "\",\"crc32c\":\"" + sum + "\"},"
                        + "\"b\":{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[0,16]},"
                        + "\"a\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[16,19]},"
                        + "\"none\":{\"dtype\":\"F32\",\"shape\":[0,5],\"data_offsets\":[19,19]}}");
        assertThat(bytes).hasSize(8 + length + 19);
        assertThat(read.getFloat(8 + length)).isEqualTo(1f);
        assertThat(read.getInt(8 + length + 4)).isEqualTo(0x80000000);
        assertThat(bytes(sample())).isEqualTo(bytes);
    }

    private static String sum(byte[] bytes) {
        CRC32C sum = new CRC32C();
        sum.update(bytes);
        return "%08x".formatted(sum.getValue());
    }

    @Test
    void aFileWithoutSumsIsReadAsItIs() throws IOException {
        byte[] bytes = bytes(sample());
        String text = new String(bytes, 8, bytes.length - 8, StandardCharsets.ISO_8859_1);
        byte[] without = text.replaceFirst(",.crc32c_data.*crc32c.{12}", "").getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer whole = ByteBuffer.allocate(8 + without.length).order(ByteOrder.LITTLE_ENDIAN);
        long length = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
        Files.write(
                file,
                whole.putLong(length - text.length() + without.length)
                        .put(without)
                        .array());
        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).doesNotContain("crc32c");
        assertThat(bytes(SafeTensors.read(file))).isEqualTo(bytes);
    }

    @Test
    void whatIsWrittenIsReadBack() throws IOException {
        Files.write(file, bytes(sample()));
        SafeTensors read = SafeTensors.read(file);
        assertThat(read.metadata()).isEqualTo(sample().metadata()).isEqualTo(SafeTensors.readMetadata(file));
        assertThat(read.tensors().keySet()).containsExactly("b", "a", "none");
        assertThat(bytes(read)).isEqualTo(bytes(sample()));
        assertThat(((SafeTensors.Bytes) read.tensors().get("a")).values()).containsExactly(0, 1, -1);
    }

    @Test
    void aFileCutShortAnywhereIsRefused() throws IOException {
        byte[] bytes = bytes(sample());
        for (int length = 0; length < bytes.length; length++) {
            Files.write(file, Arrays.copyOf(bytes, length));
            assertRefused("is not a sound safetensors file");
        }
        Files.write(file, Arrays.copyOf(bytes, bytes.length + 1));
        assertRefused("its header announces " + bytes.length);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 40, 100_000})
    void anAbsurdHeaderLengthIsRefused(long length) throws IOException {
        byte[] bytes = bytes(sample());
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(0, length);
        Files.write(file, bytes);
        assertRefused("announces a header of " + Long.toUnsignedString(length) + " bytes");
    }

    @ParameterizedTest(name = "[{index}] {0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "[] | has a header that is no JSON object",
                "{\"a\": | has a header that is not JSON",
                "{} {} | has a header that is not JSON",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"a\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[8,8]}} | Duplicate field",
                "{\"a\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,8]}} | has a of type 'F64'; F32 and U8 are read here",
                "{\"a\":{\"shape\":[1],\"data_offsets\":[0,8]}} | has a of type ''",
                "{\"a\":5} | has a of type ''",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}} | with a side of -2",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,8]}} | with a side of 1.5",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}} | its place would be [0,12]",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}} | its place would be [0,8]",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0]}} | its place would be [0,8]",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}} | its place would be [0,8]",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[-8,0]}} | its place would be [0,8]",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2000000000,2000000000,2000000000],\"data_offsets\":[0,8]}} | its place would be",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[2,6]}} | its place would be [4,8]",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[6,8]}} | its place would be [4,6]",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[9],\"data_offsets\":[0,9]}} | its header announces",
                "{\"__metadata__\":{\"trial\":1}} | has trial in its metadata as 1; it must be a text",
            })
    void aWrongHeaderIsRefused(String header, String message) throws IOException {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(8 + text.length + 8).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(text.length).put(text);
        Files.write(file, bytes.array());
        assertRefused(message);
    }

    /// Every byte counts: length, header, sums and values.
    @Test
    void noDamageEscapes() throws IOException {
        byte[] sound = bytes(sample());
        for (int at = 0; at < sound.length; at++) {
            byte[] damaged = sound.clone();
            damaged[at] ^= 1;
            Files.write(file, damaged);
            assertRefused("");
        }
    }

    @Test
    void damageToValuesIsFoundWhereTheyAreRead() throws IOException {
        byte[] damaged = bytes(sample());
        damaged[damaged.length - 1] ^= 64;
        Files.write(file, damaged);
        assertRefused(" is damaged: the sum of a is ");
        assertThat(SafeTensors.readMetadata(file)).isEqualTo(sample().metadata());
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        assertRefused("could not be read");
    }

    private void assertRefused(String message) {
        assertThatThrownBy(() -> SafeTensors.read(file))
                .isInstanceOf(UserError.class)
                .hasMessageStartingWith(file.toString())
                .hasMessageContaining(message)
                .message()
                .endsWith(".")
                .doesNotContain("\n");
    }

    @Test
    void aHeaderThatCannotBeReadIsNotCalledDamaged() {
        InputStream broken = new ByteArrayInputStream(new byte[] {2, 0, 0, 0, 0, 0, 0, 0}) {
            @Override
            public byte[] readNBytes(int length) throws IOException {
                throw new IOException("Input/output error");
            }
        };
        assertThatThrownBy(() -> SafeTensorsHeader.read(Path.of("a"), broken, 10))
                .isInstanceOf(IOException.class)
                .hasMessage("Input/output error");
    }
}
