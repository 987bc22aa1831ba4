// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.keyway.ArgumentException;
import dev.keyway.DType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is written is read again, and is what others write and read. */
class SafetensorsTest {
    /** Written by Python's safetensors 0.8.0 from four numpy arrays. */
    private static final String FROM_PYTHON =
            "GAEAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJlcG9jaCI6IjMiLCJmb3JtYXQiOiJucCJ9LCJzdGVwcyI6eyJk"
                    + "dHlwZSI6Ikk2NCIsInNoYXBlIjpbXSwiZGF0YV9vZmZzZXRzIjpbMCw4XX0sImVtcHR5Ijp7ImR0"
                    + "eXBlIjoiRjY0Iiwic2hhcGUiOlswLDRdLCJkYXRhX29mZnNldHMiOls4LDhdfSwid2VpZ2h0Ijp7"
                    + "ImR0eXBlIjoiRjMyIiwic2hhcGUiOlsxLDNdLCJkYXRhX29mZnNldHMiOls4LDIwXX0sIm1hc2si"
                    + "OnsiZHR5cGUiOiJCT09MIiwic2hhcGUiOlszXSwiZGF0YV9vZmZzZXRzIjpbMjAsMjNdfX0gBwAA"
                    + "AAAAAAAAAMA/AAAAwAAAgD4BAAE=";

    @TempDir Path folder;

    private Safetensors roundTrip(Safetensors file) {
        Path path = folder.resolve("file.safetensors");
        file.write(path);
        return Safetensors.read(path);
    }

    private static Safetensors.Entry counting(DType dtype, long... sizes) {
        long count = Arrays.stream(sizes).reduce(1, (a, b) -> a * b);
        byte[] bytes = new byte[(int) count * dtype.itemSize()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (dtype == DType.BOOL ? i % 2 : i * 31);
        }
        return new Safetensors.Entry(dtype, sizes, bytes);
    }

    private static void assertSame(Safetensors expected, Safetensors actual) {
        assertEquals(expected.metadata(), actual.metadata());
        assertEquals(expected.tensors().keySet(), actual.tensors().keySet());
        expected.tensors()
                .forEach(
                        (name, entry) -> {
                            Safetensors.Entry other = actual.tensor(name);
                            assertEquals(entry.dtype(), other.dtype());
                            assertArrayEquals(entry.sizes(), other.sizes());
                            assertArrayEquals(entry.bytes(), other.bytes());
                        });
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void keepsEveryDtype(DType dtype) {
        Map<String, Safetensors.Entry> tensors = new LinkedHashMap<>();
        tensors.put("matrix", counting(dtype, 3, 5));
        tensors.put("scalar", counting(dtype));
        tensors.put("empty", counting(dtype, 4, 0));
        Safetensors file = new Safetensors(tensors, Map.of("epoch", "3"));
        assertSame(file, roundTrip(file));
    }

    @Test
    void keepsAllDtypesTogetherAndAligned() throws IOException {
        Map<String, Safetensors.Entry> tensors = new LinkedHashMap<>();
        for (DType dtype : DType.values()) {
            tensors.put("z." + dtype, counting(dtype, 3));
            tensors.put("a." + dtype, counting(dtype, 1));
        }
        Safetensors file = new Safetensors(tensors, Map.of());
        assertSame(file, roundTrip(file));
        byte[] bytes = Files.readAllBytes(folder.resolve("file.safetensors"));
        JsonNode header = header(bytes);
        tensors.forEach(
                (name, entry) -> {
                    long from = header.get(name).get("data_offsets").get(0).asLong();
                    assertEquals(0, from % entry.dtype().itemSize(), name);
                });
    }

    @Test
    void keepsNamesAndTextsOfAnyCharacters() {
        String odd = "a \"quoted\" \\ name\nof two lines, \u00e9\u4e16\ud83d\ude42";
        Safetensors file =
                new Safetensors(
                        Map.of(odd, counting(DType.F32, 2), "", counting(DType.U8, 1)),
                        Map.of(odd, odd, "", ""));
        assertSame(file, roundTrip(file));
    }

    @Test
    void keepsNothing() {
        Safetensors file = new Safetensors(Map.of(), Map.of());
        assertSame(file, roundTrip(file));
    }

    private static JsonNode header(byte[] bytes) throws IOException {
        long length = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
        return new ObjectMapper().readTree(bytes, 8, (int) length);
    }

    @Test
    void writesLengthHeaderAndElements() throws IOException {
        byte[] elements = {0, 0, -64, 63, 0, 0, 0, -64};
        Safetensors file =
                new Safetensors(
                        Map.of("w", new Safetensors.Entry(DType.F32, new long[] {1, 2}, elements)),
                        Map.of("format", "pt"));
        roundTrip(file);
        byte[] bytes = Files.readAllBytes(folder.resolve("file.safetensors"));
        int length = (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
        assertEquals(0, length % 8);
        assertEquals(
                "{\"__metadata__\":{\"format\":\"pt\"},"
                        + "\"w\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]}}",
                new String(bytes, 8, length, StandardCharsets.UTF_8).stripTrailing());
        assertArrayEquals(elements, Arrays.copyOfRange(bytes, 8 + length, bytes.length));
    }

    @Test
    void readsWhatPythonWrote() throws IOException {
        Path path = folder.resolve("python.safetensors");
        Files.write(path, Base64.getDecoder().decode(FROM_PYTHON));
        Safetensors file = Safetensors.read(path);
        assertEquals(Map.of("epoch", "3", "format", "np"), file.metadata());
        assertEquals(Set.of("weight", "steps", "mask", "empty"), file.tensors().keySet());
        Safetensors.Entry weight = file.tensor("weight");
        assertArrayEquals(new long[] {1, 3}, weight.sizes());
        float[] values = new float[3];
        ByteBuffer.wrap(weight.bytes()).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        assertArrayEquals(new float[] {1.5f, -2f, 0.25f}, values);
        assertArrayEquals(new byte[] {1, 0, 1}, file.tensor("mask").bytes());
        assertEquals(DType.I64, file.tensor("steps").dtype());
        assertArrayEquals(new long[] {0, 4}, file.tensor("empty").sizes());
        assertSame(file, roundTrip(file));
    }

    @Test
    void entriesMustFillTheirShape() {
        for (long[] sizes : new long[][] {{3}, {-2}, {2, -1}, {1L << 62, 1L << 62}, {1L << 61}}) {
            ArgumentException error =
                    assertThrows(
                            ArgumentException.class,
                            () -> new Safetensors.Entry(DType.F32, sizes, new byte[8]));
            assertTrue(error.getMessage().contains("given 8 bytes"), error.getMessage());
        }
    }

    @Test
    void anUnknownTensorIsNamed() {
        Safetensors file = new Safetensors(Map.of("w", counting(DType.U8, 1)), Map.of());
        ArgumentException error = assertThrows(ArgumentException.class, () -> file.tensor("v"));
        assertEquals("there is no tensor 'v'; there are [w]", error.getMessage());
    }

    @Test
    void theNameOfTheMetadataIsTaken() {
        Map<String, Safetensors.Entry> tensors = Map.of("__metadata__", counting(DType.U8, 1));
        assertThrows(ArgumentException.class, () -> new Safetensors(tensors, Map.of()));
    }
}
