// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.DType;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each broken file is refused with one line that names it. */
class SafetensorsCorruptionTest {
    @TempDir Path folder;

    private Path file(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("broken.safetensors"), bytes);
    }

    private static byte[] bytes(long length, byte[] header, int dataBytes) {
        ByteBuffer buffer = ByteBuffer.allocate(8 + header.length + dataBytes);
        return buffer.order(ByteOrder.LITTLE_ENDIAN).putLong(length).put(header).array();
    }

    private static byte[] bytes(String header, int dataBytes) {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        return bytes(text.length, text, dataBytes);
    }

    private static String entry(String dtype, String shape, String offsets) {
        return "{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":%s}"
                .formatted(dtype, shape, offsets);
    }

    private static void fails(Path path, String... parts) {
        CheckpointException error =
                assertThrows(CheckpointException.class, () -> Safetensors.read(path));
        String message = error.getMessage();
        assertTrue(message.startsWith("checkpoint " + path + " "), message);
        assertEquals(1, message.lines().count(), message);
        assertTrue(message.length() < path.toString().length() + 400, message);
        assertFalse(message.endsWith("null"), message);
        for (String part : parts) {
            assertTrue(message.contains(part), message);
        }
    }

    private void fails(byte[] bytes, String... parts) throws IOException {
        fails(file(bytes), parts);
    }

    /** Fails with the part, for an only entry behind which there are 8 bytes. */
    private void entryFails(String entry, String part) throws IOException {
        fails(bytes("{\"w\":" + entry + "}", 8), "'w'", part);
    }

    private byte[] small() throws IOException {
        Path path = folder.resolve("small.safetensors");
        Safetensors.Entry first = new Safetensors.Entry(DType.F32, new long[] {2, 3}, new byte[24]);
        Safetensors.Entry second = new Safetensors.Entry(DType.U8, new long[] {5}, new byte[5]);
        new Safetensors(Map.of("a", first, "b", second), Map.of("epoch", "3")).write(path);
        return Files.readAllBytes(path);
    }

    @Test
    void cutOffAnywhere() throws IOException {
        byte[] whole = small();
        for (int length = 0; length < whole.length; length++) {
            fails(Arrays.copyOf(whole, length));
        }
        fails(Arrays.copyOf(whole, whole.length + 1), "1 bytes behind the last entry");
    }

    /** A changed name, text or element is a right file; all else must be refused. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8, 16, 32, 64, 128, 255})
    void anyByteChanged(int mask) throws IOException {
        byte[] whole = small();
        int refused = 0;
        for (int at = 0; at < whole.length; at++) {
            byte[] changed = whole.clone();
            changed[at] ^= (byte) mask;
            Path path = file(changed);
            try {
                assertEquals(2, Safetensors.read(path).tensors().size());
            } catch (CheckpointException e) {
                fails(path);
                refused++;
            }
        }
        assertTrue(refused > 60, "refused " + refused);
    }

    @ParameterizedTest
    @ValueSource(
            longs = {
                -1,
                Long.MIN_VALUE,
                Long.MAX_VALUE,
                0,
                1,
                43,
                99_999_999,
                100_000_001,
                1L << 31,
                1L << 32,
                0x7b22005fL
            })
    void absurdLengthOfTheHeader(long length) throws IOException {
        fails(bytes(length, "{\"a\":0}".getBytes(StandardCharsets.UTF_8), 8), "header");
        fails(bytes(length, new byte[0], 0), "header", "the file has 8");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{ ",
                "{}}",
                "{} {}",
                "{\"w\":",
                "{\"w\":{\"dtype\":\"F32\"",
                "{'w':1}",
                "{\"w\" 1}",
                "{\"w\":NaN}",
                "{\"w\":\"a\nb\"}",
                "{,}"
            })
    void noJson(String header) throws IOException {
        fails(bytes(header, 0), "corrupt header");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "17", " {}", "null", "\"text\""})
    void noObject(String header) throws IOException {
        fails(bytes(header, 0), "'{'");
    }

    @Test
    void noUtf8() throws IOException {
        fails(bytes(6, new byte[] {'{', '"', (byte) 0xC3, '"', ':', '}'}, 0), "no UTF-8");
    }

    @Test
    void nestedWithoutEnd() throws IOException {
        fails(bytes("{\"w\":" + "[".repeat(200_000), 0), "corrupt header");
        fails(bytes("{\"w\":" + "{\"w\":".repeat(200_000), 0), "corrupt header");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "F32; [2]; [0,7]; 8 bytes",
                "F32; [2]; [0,9]; 8 bytes",
                "F32; [2]; [4,12]; to 12 of 8",
                "F32; [2]; [8,0]; 8 to 0",
                "F32; [3]; [0,8]; needs 12",
                "F64; [2]; [0,8]; needs 16",
                "U8;  [];  [0,8]; needs 1",
                "U8;  [0,5]; [0,8]; needs 0",
                "F32; [2]; [-8,0]; offset '-8'",
                "F32; [2]; [0.0,8]; offset '0.0'",
                "F32; [2]; [0,'8']; offset",
                "F32; [2]; [0,18446744073709551616]; offset",
                "F32; [2]; [0]; data_offsets",
                "F32; [2]; [0,4,8]; data_offsets",
                "F32; [2]; 8; data_offsets",
                "F32; 2; [0,8]; shape",
                "F32; [-2]; [0,8]; size '-2'",
                "F32; [2.0]; [0,8]; size '2.0'",
                "F32; [true]; [0,8]; size 'true'",
                "F32; [null]; [0,8]; size",
                "F32; [4611686018427387904,4]; [0,8]; 2^63",
                "F32; [4611686018427387904]; [0,8]; 2^63",
                "F32; [9223372036854775808]; [0,8]; size",
                "F33; [2]; [0,8]; dtype '\"F33\"'",
                "f32; [2]; [0,8]; dtype",
                "C64; [1]; [0,8]; dtype",
            },
            quoteCharacter = '`')
    void wrongEntry(String dtype, String shape, String offsets, String part) throws IOException {
        entryFails(entry(dtype, shape.replace('\'', '"'), offsets.replace('\'', '"')), part);
    }

    @Test
    void entriesOfAnotherKind() throws IOException {
        entryFails("3", "dtype");
        entryFails("[1,2]", "dtype");
        entryFails("{}", "dtype");
        entryFails("{\"dtype\":32,\"shape\":[2],\"data_offsets\":[0,8]}", "dtype '32'");
        entryFails("{\"dtype\":\"F32\"}", "without shape or data_offsets");
        fails(bytes("{\"__metadata__\":3}", 0), "__metadata__");
        fails(bytes("{\"__metadata__\":{\"epoch\":3}}", 0), "'epoch'");
    }

    @Test
    void overlapsAndGaps() throws IOException {
        String format = "{\"a\":%s,\"b\":%s}";
        String first = entry("U8", "[6]", "[0,6]");
        fails(bytes(format.formatted(first, entry("U8", "[4]", "[4,8]")), 8), "overlap");
        fails(bytes(format.formatted(first, entry("U8", "[6]", "[0,6]")), 6), "overlap");
        fails(bytes(format.formatted(first, entry("U8", "[1]", "[7,8]")), 8), "gap at byte 6");
        fails(bytes(format.formatted(first, entry("U8", "[1]", "[6,7]")), 8), "1 bytes behind");
        fails(bytes("{\"a\":" + entry("U8", "[4]", "[4,8]") + "}", 8), "gap at byte 0");
    }

    @Test
    void duplicateNames() throws IOException {
        String one = entry("U8", "[4]", "[0,4]");
        String two = entry("U8", "[4]", "[4,8]");
        fails(bytes("{\"w\":" + one + ",\"w\":" + two + "}", 8), "Duplicate");
        fails(bytes("{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}", 0), "Duplicate");
    }

    @Test
    void oddNamesStayOnOneLine() throws IOException {
        String name = "x\\n\\r\\u2028" + "y".repeat(10_000);
        fails(bytes("{\"" + name + "\":3}", 0), "dtype", "yyy...");
    }

    /** Sparse files, as large as memory is not. */
    @Test
    void hugeFiles() throws IOException {
        Path path = folder.resolve("huge.safetensors");
        long size = 3L << 30;
        String header = "{\"w\":" + entry("U8", "[" + size + "]", "[0," + size + "]") + "}";
        Files.write(path, bytes(header, 0));
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(file.length() + size);
        }
        fails(path, "2 GiB");
        Files.write(path, bytes("{}", 0));
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(size);
        }
        fails(path, "bytes behind the last entry");
    }

    @Test
    void missingOrNoFile() {
        fails(folder.resolve("missing"), "no such file");
        fails(folder, "can't be read");
    }
}
