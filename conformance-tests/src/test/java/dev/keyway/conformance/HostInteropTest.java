// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.ArgumentException;
import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Java's arrays, buffers and segments, on the heap and off it, to every device and back. */
class HostInteropTest {
    private Keyway keyway;

    @BeforeEach
    void open() {
        keyway = Keyway.builder().open();
    }

    @AfterEach
    void close() {
        keyway.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "simulated", "cpu"})
    void bytesOfEveryDtypeComeBack(String name) {
        Device device = keyway.device(name);
        for (DType dtype : DType.values()) {
            byte[] bytes = new byte[6 * dtype.itemSize()];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) (dtype == DType.BOOL ? i % 2 : 7 * i + 1);
            }
            MemorySegment heap = MemorySegment.ofArray(bytes);
            try (Tensor tensor = keyway.tensor(device, dtype, heap, 2, 3)) {
                byte[] back = new byte[bytes.length];
                tensor.copyTo(MemorySegment.ofArray(back));
                assertArrayEquals(bytes, back, dtype.toString());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "simulated", "cpu"})
    void buffersAreSegments(String name) {
        Device device = keyway.device(name);
        ByteBuffer direct = ByteBuffer.allocateDirect(12).order(ByteOrder.nativeOrder());
        direct.putFloat(1).putFloat(2.5f).putFloat(-3).flip();
        try (Tensor tensor = keyway.tensor(device, DType.F32, MemorySegment.ofBuffer(direct), 3)) {
            FloatBuffer target = FloatBuffer.allocate(3);
            tensor.copyTo(MemorySegment.ofBuffer(target));
            assertArrayEquals(new float[] {1, 2.5f, -3}, target.array());
        }
        ShortBuffer shorts = ShortBuffer.wrap(new short[] {1, -2, 300});
        try (Tensor tensor = keyway.tensor(device, DType.I16, MemorySegment.ofBuffer(shorts), 3)) {
            assertArrayEquals(new long[] {1, -2, 300}, tensor.toLongArray());
        }
    }

    @Test
    void viewsComeInTheirOwnOrder() {
        Device device = keyway.device("cpu");
        try (Tensor matrix = keyway.tensor(device, new int[] {1, 2, 3, 4, 5, 6}, 2, 3);
                Tensor turned = matrix.t()) {
            int[] back = new int[6];
            turned.copyTo(MemorySegment.ofArray(back));
            assertArrayEquals(new int[] {1, 4, 2, 5, 3, 6}, back);
        }
    }

    @Test
    void laterChangesOfTheArrayDoNotReachTheTensor() {
        float[] data = {1, 2};
        try (Tensor tensor = keyway.tensor(keyway.device("simulated"), data, 2)) {
            data[0] = 9;
            assertArrayEquals(new float[] {1, 2}, tensor.toFloatArray());
        }
    }

    @Test
    void wrongSizesAreNamed() {
        Device device = keyway.device("reference");
        MemorySegment six = MemorySegment.ofArray(new byte[6]);
        ArgumentException wrong =
                assertThrows(
                        ArgumentException.class, () -> keyway.tensor(device, DType.F32, six, 2));
        assertTrue(String.valueOf(wrong.getMessage()).contains("6"), wrong.getMessage());
        try (Tensor tensor = keyway.tensor(device, new float[] {1, 2}, 2)) {
            ArgumentException small =
                    assertThrows(ArgumentException.class, () -> tensor.copyTo(six));
            assertTrue(String.valueOf(small.getMessage()).contains("8 bytes"));
        }
        assertEquals(0, six.get(ValueLayout.JAVA_BYTE, 0));
    }
}
