// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.ArgumentException;
import dev.keyway.Buffers;
import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Elements of every dtype go to arrays, buffers and segments, and come back from them. */
class ConversionsTest {
    private static final long[] SIZES = {2, 3};
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

    /** 0 to 5 in rows, read from columns, so that a conversion that copies memory is seen. */
    private Tensor values(DType dtype) {
        try (Tensor range = keyway.tensor(device, new long[] {0, 3, 1, 4, 2, 5}, 3, 2);
                Tensor typed = range.to(dtype)) {
            return typed.t();
        }
    }

    private static double[] expected(DType dtype) {
        return dtype == DType.BOOL
                ? new double[] {0, 1, 1, 1, 1, 1}
                : new double[] {0, 1, 2, 3, 4, 5};
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void arraysGetTheElementsInRows(DType dtype) {
        try (Tensor values = values(dtype)) {
            double[] expected = expected(dtype);
            assertArrayEquals(expected, values.toDoubleArray());
            float[] floats = values.toFloatArray();
            long[] longs = values.toLongArray();
            boolean[] flags = values.toBooleanArray();
            for (int i = 0; i < expected.length; i++) {
                assertEquals(expected[i], floats[i]);
                assertEquals((long) expected[i], longs[i]);
                assertEquals(expected[i] != 0, flags[i]);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void segmentsOnAndOffTheHeapComeBack(DType dtype) {
        try (Tensor values = values(dtype);
                Arena arena = Arena.ofConfined()) {
            for (MemorySegment segment :
                    new MemorySegment[] {
                        arena.allocate(values.nbytes()),
                        MemorySegment.ofArray(new byte[(int) values.nbytes()])
                    }) {
                values.copyTo(segment);
                try (Tensor back = keyway.tensor(device, dtype, segment, SIZES)) {
                    assertEquals(dtype, back.dtype());
                    assertArrayEquals(expected(dtype), back.toDoubleArray());
                }
            }
        }
    }

    private static Buffer typed(DType dtype, int n) {
        return switch (dtype) {
            case I16, F16, BF16 -> ShortBuffer.allocate(n);
            case I32 -> IntBuffer.allocate(n);
            case I64 -> LongBuffer.allocate(n);
            case F32 -> FloatBuffer.allocate(n);
            case F64 -> DoubleBuffer.allocate(n);
            default -> ByteBuffer.allocate(n);
        };
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void buffersComeBackFromTheirPosition(DType dtype) {
        try (Tensor values = values(dtype)) {
            int bytes = (int) values.nbytes();
            ByteBuffer direct =
                    ByteBuffer.allocateDirect(bytes + 16).order(ByteOrder.nativeOrder());
            Buffer typed = typed(dtype, 6 + 2);
            for (Buffer buffer :
                    new Buffer[] {
                        direct.position(8).limit(8 + bytes), typed.position(1).limit(7)
                    }) {
                int position = buffer.position();
                Buffers.copy(values, buffer);
                assertEquals(position, buffer.position());
                try (Tensor back = Buffers.tensor(keyway, device, dtype, buffer, SIZES)) {
                    assertEquals(dtype, back.dtype());
                    assertArrayEquals(expected(dtype), back.toDoubleArray());
                }
            }
        }
    }

    @Test
    void aShortBufferHasTheBitsOfHalves() {
        ShortBuffer bits = ShortBuffer.wrap(new short[] {Float.floatToFloat16(1.5f)});
        try (Tensor half = Buffers.tensor(keyway, device, DType.F16, bits, 1)) {
            assertEquals(1.5, half.item());
        }
    }

    @Test
    void buffersThatDoNotFitAreRefused() {
        try (Tensor ones = Ops.ones(device, DType.F32, 4)) {
            refused(() -> Buffers.copy(ones, IntBuffer.allocate(4)), "IntBuffer", "f32");
            refused(() -> Buffers.copy(ones, FloatBuffer.allocate(3)), "12", "16");
            FloatBuffer fixed = FloatBuffer.allocate(4).asReadOnlyBuffer();
            refused(() -> Buffers.copy(ones, fixed), "read-only");
            ByteOrder other =
                    ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN
                            ? ByteOrder.BIG_ENDIAN
                            : ByteOrder.LITTLE_ENDIAN;
            ByteBuffer turned = ByteBuffer.allocate(16).order(other);
            refused(() -> Buffers.copy(ones, turned), other.toString(), "order(");
        }
        IntBuffer three = IntBuffer.allocate(3);
        refused(() -> Buffers.tensor(keyway, device, DType.I32, three, 2), "12 bytes");
    }

    private static void refused(Runnable call, String... parts) {
        String message = assertThrows(ArgumentException.class, call::run).getMessage();
        for (String part : parts) {
            assertTrue(message.contains(part), message);
        }
    }

    @Test
    void arraysOfBytesAreSegments() {
        MemorySegment bytes = MemorySegment.ofArray(new byte[] {-1, 2});
        try (Tensor small = keyway.tensor(device, DType.I8, bytes, 2)) {
            assertArrayEquals(new long[] {-1, 2}, small.toLongArray());
            MemorySegment back = MemorySegment.ofArray(new byte[2]);
            small.copyTo(back);
            assertEquals(-1, back.get(ValueLayout.JAVA_BYTE, 0));
        }
    }
}
