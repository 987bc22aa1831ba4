// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn.data.numpy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.nn.data.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged files, and files of other programs, are told in one line that names the file. */
class NumpyDamageTest {
    private static final String GOOD =
            "{'descr': '<i2', 'fortran_order': False, 'shape': (2,), }\n";

    @TempDir Path folder;
    private Keyway keyway;
    private Device device;

    @BeforeEach
    void open() {
        keyway = Keyway.builder().open();
        device = keyway.device("reference");
    }

    @AfterEach
    void close() {
        keyway.close();
    }

    private void refuses(byte[] content, String part) throws IOException {
        Path file = folder.resolve("bad.npy");
        Files.write(file, content);
        String message = message(() -> NumpyFiles.read(file, device));
        assertTrue(message.contains("bad.npy") && message.contains(part), message);
    }

    private static String message(org.junit.jupiter.api.function.Executable call) {
        return String.valueOf(assertThrows(DataException.class, call).getMessage());
    }

    private static byte[] header(String text) {
        return NumpyFilesTest.file(1, text, (byte) 1, (byte) 0, (byte) 2, (byte) 0);
    }

    @Test
    void everyTruncationIsSeen() throws IOException {
        byte[] whole = header(GOOD);
        for (int length = 0; length < whole.length; length++) {
            refuses(Arrays.copyOf(whole, length), length < 8 ? "is no .npy file" : "is truncated");
        }
    }

    @Test
    void moreThanTheHeaderSaysIsSeen() throws IOException {
        byte[] whole = header(GOOD);
        refuses(Arrays.copyOf(whole, whole.length + 1), "more than the 4 bytes");
    }

    @Test
    void damagedHeadersAreSeen() throws IOException {
        refuses("PK, not an array".getBytes(java.nio.charset.StandardCharsets.US_ASCII), "no .npy");
        byte[] version = header(GOOD);
        version[6] = 9;
        refuses(version, "version 9.0");
        refuses(header(GOOD.replace("{", "[")), "expected '{'");
        refuses(header(GOOD.replace("False", "Maybe")), "True or False");
        refuses(header(GOOD.replace("(2,)", "(two,)")), "a size");
        refuses(header(GOOD.replace("(2,)", "(-2,)")), "a size");
        refuses(header(GOOD.replace("'shape'", "'sharp'")), "one of the keys");
        refuses(header(GOOD.replace(", 'shape': (2,)", "")), "descr, fortran_order and shape");
        refuses(header(GOOD.replace("{", "{'descr': '<i2', ")), "only once");
        refuses(header(GOOD + "more"), "dictionary");
    }

    @Test
    void typesThatWeLackAreNamed() throws IOException {
        for (String type : new String[] {"<c8", "<u4", "|S3", "<f16", "<M8[ns]", "|O", "<U2"}) {
            refuses(header(GOOD.replace("<i2", type)), "'" + type + "'");
        }
        refuses(header(GOOD.replace("'<i2'", "[('x', '<f4')]")), "fields");
    }

    @Test
    void aShapeThatPromisesTooMuchIsSeenWithoutItsMemory() throws IOException {
        refuses(header(GOOD.replace("(2,)", "(99999999999,)")), "is truncated");
        refuses(header(GOOD.replace("(2,)", "(99999999999, 99999999999)")), "more than memory");
    }

    @Test
    void bfloat16IsNotNumpys() throws IOException {
        Path file = folder.resolve("a.npy");
        Files.writeString(file, "before");
        try (Tensor values = Ops.ones(device, DType.BF16, 3)) {
            String message = message(() -> NumpyFiles.write(file, values));
            assertTrue(message.contains("bf16") && message.contains("to(DType.F32)"), message);
        }
        assertEquals("before", Files.readString(file), "a failed write leaves the file");
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(1, files.count(), "and nothing beside it");
        }
    }

    @Test
    void missingFilesAndFoldersAreNamed() {
        Path missing = folder.resolve("none.npy");
        assertTrue(message(() -> NumpyFiles.read(missing, device)).contains("does not exist"));
        Path nowhere = folder.resolve("no/folder/a.npy");
        try (Tensor values = Ops.ones(device, DType.F32, 3)) {
            assertTrue(
                    message(() -> NumpyFiles.write(nowhere, values)).contains("can't be written"));
        }
    }

    @Test
    void damagedArchivesAreSeen() throws IOException {
        Path file = folder.resolve("all.npz");
        Files.writeString(file, "text");
        assertTrue(message(() -> NumpyFiles.readAll(file, device)).contains("no zip archive"));
        try (Tensor values = Ops.ones(device, DType.F32, 1000)) {
            NumpyFiles.writeAll(file, Map.of("a", values), true);
        }
        byte[] whole = Files.readAllBytes(file);
        for (int length : new int[] {2, 30, 60, 80}) {
            Files.write(file, Arrays.copyOf(whole, length));
            String message = message(() -> NumpyFiles.readAll(file, device));
            assertTrue(message.contains("all.npz"), message);
        }
        byte[] flipped = whole.clone();
        flipped[45] ^= 1;
        Files.write(file, flipped);
        assertTrue(message(() -> NumpyFiles.readAll(file, device)).contains("all.npz"));
        Files.write(file, whole);
        Map<String, Tensor> back = NumpyFiles.readAll(file, device);
        assertArrayEquals(new long[] {1000}, Objects.requireNonNull(back.get("a")).sizes());
        back.values().forEach(Tensor::close);
    }
}
