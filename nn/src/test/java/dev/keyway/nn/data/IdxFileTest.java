// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn.data;

import static dev.keyway.nn.data.IdxBytes.counting;
import static dev.keyway.nn.data.IdxBytes.gzip;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** IDX files, plain and gzipped, whole and broken. */
class IdxFileTest {
    @TempDir Path folder;

    private Path file(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("images"), bytes);
    }

    private void fails(byte[] bytes, int dimensions, String... parts) throws IOException {
        Path file = file(bytes);
        IdxBytes.fails(file, () -> IdxFile.read(file, dimensions), parts);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void readsSizesAndElements(boolean packed) throws IOException {
        byte[] bytes = counting(5, 7, 11);
        IdxFile read = IdxFile.read(file(packed ? gzip(bytes) : bytes), 3);
        assertArrayEquals(new int[] {5, 7, 11}, read.sizes());
        assertArrayEquals(Arrays.copyOfRange(bytes, 16, bytes.length), read.elements());
    }

    @Test
    void readsAnEmptyDimension() throws IOException {
        IdxFile read = IdxFile.read(file(counting(0)), 1);
        assertArrayEquals(new int[] {0}, read.sizes());
        assertEquals(0, read.elements().length);
    }

    @Test
    void saysWhereAPlainFileIsCutOff() throws IOException {
        byte[] bytes = counting(2, 3, 2);
        for (int length = 0; length < bytes.length; length++) {
            String expected =
                    length < 4
                            ? "has " + length + " bytes, too short"
                            : length < 16
                                    ? "ends inside the header at byte " + length
                                    : "holds " + (length - 16) + " elements";
            fails(Arrays.copyOf(bytes, length), 3, expected, "fetch it again");
        }
    }

    @Test
    void saysThatAGzippedFileIsCutOff() throws IOException {
        byte[] bytes = gzip(counting(20, 3, 5));
        for (int length = 2; length < bytes.length; length++) {
            fails(Arrays.copyOf(bytes, length), 3, "truncated gzip");
        }
    }

    @Test
    void saysThatTheContentOfAGzippedFileIsCutOff() throws IOException {
        byte[] bytes = counting(2, 3, 2);
        fails(gzip(Arrays.copyOf(bytes, 3)), 3, "has 3 bytes");
        fails(gzip(Arrays.copyOf(bytes, 9)), 3, "byte 9");
        fails(gzip(Arrays.copyOf(bytes, 20)), 3, "holds 4 elements", "[2, 3, 2]", "need 12");
    }

    @Test
    void anyChangedByteOfAGzippedFileIsFoundOrHarmless() throws IOException {
        byte[] original = counting(20, 3, 5);
        byte[] packed = gzip(original);
        for (int at = 2; at < packed.length; at++) {
            byte[] changed = packed.clone();
            changed[at] ^= 0x55;
            Path file = file(changed);
            try {
                byte[] elements = IdxFile.read(file, 3).elements();
                assertArrayEquals(Arrays.copyOfRange(original, 16, original.length), elements);
            } catch (DataException e) {
                IdxBytes.fails(file, () -> IdxFile.read(file, 3));
            }
        }
    }

    @Test
    void saysWhatTheMagicNumberShouldBe() throws IOException {
        byte[] floats = counting(2, 2, 2);
        floats[2] = 0x0D;
        fails(floats, 3, "starts with 0x00000d03", "expected 0x00000803");
        fails("<html><body>".getBytes(java.nio.charset.StandardCharsets.UTF_8), 3, "0x3c68746d");
        fails(counting(8), 3, "0x00000801", "3 dimensions");
        fails(counting(2, 2, 2), 1, "0x00000803", "1 dimensions");
    }

    @Test
    void refusesTrailingBytes() throws IOException {
        byte[] longer = Arrays.copyOf(counting(2, 3, 2), 16 + 12 + 1);
        fails(longer, 3, "more than 12 elements", "[2, 3, 2]");
        fails(gzip(longer), 3, "more than 12 elements");
    }

    @Test
    void refusesSizesThatNoMemoryHolds() throws IOException {
        fails(IdxBytes.file(new byte[8], -1, 2, 2), 3, "size -1 in dimension 0");
        fails(IdxBytes.file(new byte[8], 1 << 30, 1 << 30, 16), 3, "more than 2 GiB");
        fails(IdxBytes.file(new byte[0], 1 << 22, 1 << 22, 1 << 20), 3, "more than 2 GiB");
        fails(IdxBytes.file(new byte[8], Integer.MAX_VALUE - 16), 1, "holds 8 elements");
    }

    @Test
    void namesAFileThatIsMissingOrNone() {
        Path missing = folder.resolve("missing");
        IdxBytes.fails(missing, () -> IdxFile.read(missing, 3), "does not exist");
        IdxBytes.fails(folder, () -> IdxFile.read(folder, 3), "can't be read");
    }
}
