// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.KernelFixture.getDouble;
import static dev.keyway.backend.cpu.KernelFixture.getFloat;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keyway.backend.cpu.KernelFixture;
import dev.keyway.backend.cpu.Memory;
import org.junit.jupiter.api.Test;

/** Rows without NaN and infinities, at every place of a vector; all else stays, bit for bit. */
final class FiniteRowsTest {
    private static final int[] SIZES = {0, 1, 3, 7, 8, 9, 15, 16, 17, 35, 67};
    private static final double[] CORNERS = {
        Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -0.0, 0, Float.MIN_VALUE, 3
    };

    @Test
    void floats() {
        for (int size : SIZES) {
            for (int shift = 0; shift < CORNERS.length; shift++) {
                int first = shift;
                try (KernelFixture memory = new KernelFixture(1)) {
                    long self = memory.floats(size, i -> CORNERS[(i + first) % CORNERS.length]);
                    long out = memory.allocate(4L * size);
                    FloatFinite.run(out, self, 1, 2, -2, size);
                    for (int i = 0; i < size; i++) {
                        float x = (float) expected(getFloat(self, i));
                        assertEquals(
                                Float.floatToRawIntBits(x),
                                Float.floatToRawIntBits(getFloat(out, i)));
                    }
                }
            }
        }
    }

    @Test
    void doubles() {
        for (int size : SIZES) {
            for (int shift = 0; shift < CORNERS.length; shift++) {
                int first = shift;
                try (KernelFixture memory = new KernelFixture(1)) {
                    long self = memory.doubles(size, i -> CORNERS[(i + first) % CORNERS.length]);
                    long out = memory.allocate(8L * size);
                    DoubleFinite.run(out, self, 1, 2, -2, size);
                    for (int i = 0; i < size; i++) {
                        assertEquals(
                                Double.doubleToRawLongBits(expected(getDouble(self, i))),
                                Double.doubleToRawLongBits(getDouble(out, i)));
                    }
                }
            }
        }
    }

    @Test
    void halves() {
        short nan = Float.floatToFloat16(1);
        short high = Float.floatToFloat16(2);
        short low = Float.floatToFloat16(-2);
        for (int size : new int[] {0, 1, 31, 32, 33, 67, 1 << 16}) {
            try (KernelFixture memory = new KernelFixture(1)) {
                long self = memory.allocate(2L * size);
                for (int i = 0; i < size; i++) {
                    Memory.putShort(self + 2L * i, (short) (i * 0x3E1));
                }
                long out = memory.allocate(2L * size);
                HalfFinite.run(out, self, (short) 0x7C00, nan, high, low, size);
                for (int i = 0; i < size; i++) {
                    short bits = Memory.getShort(self + 2L * i);
                    float x = Float.float16ToFloat(bits);
                    boolean finite = Float.isFinite(x);
                    short want = finite ? bits : Float.floatToFloat16((float) expected(x));
                    assertEquals(want, Memory.getShort(out + 2L * i));
                }
            }
        }
    }

    private static double expected(double x) {
        return Double.isNaN(x) ? 1 : Double.isInfinite(x) ? x > 0 ? 2 : -2 : x;
    }
}
