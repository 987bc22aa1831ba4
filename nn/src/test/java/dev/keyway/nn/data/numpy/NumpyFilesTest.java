// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn.data.numpy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written is read again, and files as NumPy writes them are read. */
class NumpyFilesTest {
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

    /** A file with this header and these elements. */
    static byte[] file(int version, String header, byte... elements) {
        byte[] text = header.getBytes(StandardCharsets.ISO_8859_1);
        int digits = version == 1 ? 2 : 4;
        ByteBuffer bytes =
                ByteBuffer.allocate(8 + digits + text.length + elements.length)
                        .order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) version, 0});
        if (version == 1) {
            bytes.putShort((short) text.length);
        } else {
            bytes.putInt(text.length);
        }
        return bytes.put(text).put(elements).array();
    }

    private Tensor read(byte[] content) throws IOException {
        Path file = folder.resolve("array.npy");
        Files.write(file, content);
        return NumpyFiles.read(file, device);
    }

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"BF16"},
            mode = EnumSource.Mode.EXCLUDE)
    void everyDtypeComesBack(DType dtype) {
        Path file = folder.resolve("a.npy");
        try (Tensor range = Ops.arange(device, DType.F32, 0L, 24L);
                Tensor shaped = range.view(2, 3, 4);
                Tensor values = shaped.to(dtype)) {
            for (boolean fortran : new boolean[] {false, true}) {
                NumpyFiles.write(file, values, fortran);
                try (Tensor back = NumpyFiles.read(file, device)) {
                    assertEquals(dtype, back.dtype());
                    assertArrayEquals(new long[] {2, 3, 4}, back.sizes());
                    assertTrue(back.isContiguous());
                    assertArrayEquals(values.toDoubleArray(), back.toDoubleArray());
                }
            }
        }
    }

    @Test
    void shapesWithoutElementsOrDimensionsComeBack() {
        Path file = folder.resolve("a.npy");
        for (long[] shape : new long[][] {{}, {0}, {3, 0, 2}, {1}, {5}}) {
            try (Tensor ones = Ops.ones(device, DType.F64, shape)) {
                NumpyFiles.write(file, ones);
                try (Tensor back = NumpyFiles.read(file, device)) {
                    assertArrayEquals(shape, back.sizes());
                    assertArrayEquals(ones.toDoubleArray(), back.toDoubleArray());
                }
            }
        }
    }

    @Test
    void theHeaderIsNumpysOwn() throws IOException {
        Path file = folder.resolve("a.npy");
        try (Tensor vector = keyway.tensor(device, new float[] {1, 2, 3}, 3)) {
            NumpyFiles.write(file, vector);
        }
        byte[] bytes = Files.readAllBytes(file);
        String text = new String(bytes, 10, 118, StandardCharsets.ISO_8859_1);
        assertEquals("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }", text.strip());
        assertEquals(128 + 12, bytes.length, "elements begin at a multiple of 64");
        assertEquals('\n', bytes[127]);
        assertEquals(118, bytes[8] + 256 * bytes[9]);
    }

    @Test
    void viewsAreWrittenInTheirOrder() {
        Path file = folder.resolve("a.npy");
        try (Tensor matrix = keyway.tensor(device, new long[] {1, 2, 3, 4, 5, 6}, 2, 3);
                Tensor turned = matrix.t()) {
            NumpyFiles.write(file, turned);
            try (Tensor back = NumpyFiles.read(file, device)) {
                assertArrayEquals(new long[] {1, 4, 2, 5, 3, 6}, back.toLongArray());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void allVersionsAreRead(int version) throws IOException {
        String header = "{'descr': '<i2', 'fortran_order': False, 'shape': (2,), }    \n";
        try (Tensor back =
                read(file(version, header, (byte) 1, (byte) 0, (byte) 255, (byte) 255))) {
            assertArrayEquals(new long[] {1, -1}, back.toLongArray());
        }
    }

    @Test
    void theOtherByteOrderIsTurned() throws IOException {
        String header = "{'descr': '>i4', 'fortran_order': False, 'shape': (2,), }\n";
        byte[] elements = {0, 0, 1, 2, -1, -1, -1, -2};
        try (Tensor back = read(file(1, header, elements))) {
            assertArrayEquals(new long[] {258, -2}, back.toLongArray());
        }
    }

    @Test
    void otherOrdersOfKeysAndOtherQuotesAreRead() throws IOException {
        String header = "{\"shape\": (2, 2), \"fortran_order\": True, \"descr\": \"|u1\"}";
        try (Tensor back = read(file(1, header, (byte) 1, (byte) 2, (byte) 3, (byte) 200))) {
            assertArrayEquals(new long[] {1, 3, 2, 200}, back.toLongArray());
        }
    }

    @Test
    void truthIsWhateverIsNotZero() throws IOException {
        String header = "{'descr': '|b1', 'fortran_order': False, 'shape': (3,), }\n";
        try (Tensor back = read(file(1, header, (byte) 0, (byte) 7, (byte) 1));
                Tensor sum = back.sum()) {
            assertEquals(2, sum.itemLong());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void severalArraysComeBackByName(boolean compressed) {
        Path file = folder.resolve("all.npz");
        try (Tensor a = keyway.tensor(device, new float[] {1, 2}, 2);
                Tensor b = keyway.tensor(device, new boolean[] {true, false, true}, 3)) {
            Map<String, Tensor> arrays = new LinkedHashMap<>();
            arrays.put("weight", a);
            arrays.put("mask", b);
            NumpyFiles.writeAll(file, arrays, compressed);
            Map<String, Tensor> back = NumpyFiles.readAll(file, device);
            assertEquals(List.of("weight", "mask"), List.copyOf(back.keySet()));
            assertArrayEquals(
                    new float[] {1, 2}, Objects.requireNonNull(back.get("weight")).toFloatArray());
            assertArrayEquals(
                    new boolean[] {true, false, true},
                    Objects.requireNonNull(back.get("mask")).toBooleanArray());
            back.values().forEach(Tensor::close);
        }
    }
}
