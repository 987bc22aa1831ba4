// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.DType;
import dev.keyway.backend.cpu.KernelFixture;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.BinaryOp;
import dev.keyway.spi.CompareOp;
import dev.keyway.spi.toolkit.Elements;

import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Conversions of rows give the bits of the toolkit's, and truth values those of the opcodes. */
class CastRowsTest {
    private static final double[] CORNERS = {
        0.0,
        -0.0,
        1,
        -1,
        0.5,
        2.5,
        -2.5,
        100,
        255,
        256,
        -129,
        65504,
        65520,
        1e-8,
        1e10,
        -1e10,
        1e20,
        3.4e38,
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY
    };

    @Test
    void conversions() {
        int rows = 0;
        for (DType from : DType.values()) {
            for (DType to : DType.values()) {
                UnaryRow half = HalfCasts.row(from, to);
                UnaryRow row = half != null ? half : NumberCasts.row(from, to);
                if (row != null) {
                    rows++;
                    for (int count : new int[] {0, 1, 8, 17, 67}) {
                        convert(row, from, to, count);
                    }
                }
            }
        }
        assertTrue(rows >= 20, "only " + rows + " conversions have a row");
    }

    private static void convert(UnaryRow row, DType from, DType to, int count) {
        try (KernelFixture fixture = new KernelFixture(1)) {
            long a = fixture.allocate((long) from.itemSize() * count);
            long out = fixture.allocate((long) to.itemSize() * count);
            long want = fixture.allocate((long) to.itemSize() * count);
            Elements source = elements(a, from, count);
            Elements target = elements(want, to, count);
            for (int i = 0; i < count; i++) {
                source.setDouble(i, CORNERS[i % CORNERS.length]);
                if (from.isFloating()) {
                    target.setDouble(i, source.getDouble(i));
                } else {
                    target.setLong(i, source.getLong(i));
                }
            }
            row.run(out, a, count);
            assertArrayEquals(bytes(want, to, count), bytes(out, to, count), from + " to " + to);
        }
    }

    private static Elements elements(long address, DType dtype, int count) {
        return Elements.of(segment(address, dtype, count), dtype);
    }

    private static MemorySegment segment(long address, DType dtype, int count) {
        return Memory.ALL.asSlice(address, (long) dtype.itemSize() * count);
    }

    private static byte[] bytes(long address, DType dtype, int count) {
        return segment(address, dtype, count).toArray(ValueLayout.JAVA_BYTE);
    }

    @Test
    void truthValues() {
        for (int count : new int[] {0, 1, 15, 16, 63, 64, 65, 259}) {
            try (KernelFixture fixture = new KernelFixture(1)) {
                long a = fixture.allocate(count);
                long b = fixture.allocate(count);
                long out = fixture.allocate(count);
                for (int i = 0; i < count; i++) {
                    Memory.putByte(a + i, (byte) (i % 2));
                    Memory.putByte(b + i, (byte) (i / 2 % 2));
                }
                for (BinaryOp op : BinaryOp.values()) {
                    BinaryRow row = BoolLogic.row(op);
                    if (row != null) {
                        row.run(out, a, 1, b, 1, count);
                        for (int i = 0; i < count; i++) {
                            boolean want = op.apply(i % 2 != 0, i / 2 % 2 != 0);
                            assertEquals(want ? 1 : 0, Memory.getByte(out + i), op + " at " + i);
                        }
                    }
                }
                for (CompareOp op : new CompareOp[] {CompareOp.EQ, CompareOp.NE}) {
                    BinaryRow row = java.util.Objects.requireNonNull(BoolLogic.row(op));
                    row.run(out, a, 1, b, 1, count);
                    for (int i = 0; i < count; i++) {
                        boolean want = op.apply((long) i % 2, (long) (i / 2 % 2));
                        assertEquals(want ? 1 : 0, Memory.getByte(out + i), op + " at " + i);
                    }
                }
            }
        }
    }
}
