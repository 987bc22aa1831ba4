// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.backend.cpu.KernelFixture;
import dev.keyway.backend.cpu.Memory;
import org.junit.jupiter.api.Test;

/**
 * Logarithms of sums of two exponentials against f64: half an ulp of the larger operand, of the
 * difference and of the sum, and two of the logarithm.
 */
class LogSumRowTest {
    private static final double[] CORNERS = {
        Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 0.0, -0.0, 88, -104, 1e30
    };

    private static double number(int i) {
        return i % 4 == 0
                ? CORNERS[i / 4 % CORNERS.length]
                : Math.floorMod(i * 7919, 101) / 7.0 - 6;
    }

    private static double expected(double x, double y) {
        return x == y
                ? x + StrictMath.log(2)
                : Math.max(x, y) + StrictMath.log1p(StrictMath.exp(-Math.abs(x - y)));
    }

    @Test
    void rows() {
        int length = FloatMath.LENGTH;
        for (int count : new int[] {0, 1, length - 1, length, length + 1, 4 * length + 3, 999}) {
            for (int steps = 0; steps < 4; steps++) {
                check(count, steps & 1, steps >> 1);
            }
        }
    }

    private static void check(int count, int stepA, int stepB) {
        try (KernelFixture fixture = new KernelFixture(1)) {
            long a = fixture.floats(count + 1, LogSumRowTest::number);
            long b = fixture.floats(count + 1, i -> number(i + i / 9));
            long out = fixture.allocate(4L * count);
            long one = fixture.allocate(4);
            LogSumKernels.row(out, a, stepA, b, stepB, count);
            for (int i = 0; i < count; i++) {
                double x = KernelFixture.getFloat(a, i * stepA);
                double y = KernelFixture.getFloat(b, i * stepB);
                double want = expected(x, y);
                float got = KernelFixture.getFloat(out, i);
                boolean same = got == (float) want || Double.isNaN(want) && Float.isNaN(got);
                double unit = Math.ulp(1f) * (1 + Math.max(Math.abs(x), Math.abs(y)));
                assertTrue(same || Math.abs(got - want) <= 2 * unit, x + ", " + y + ": " + got);
                LogSumKernels.row(one, a + 4L * i * stepA, 1, b + 4L * i * stepB, 1, 1);
                assertEquals(Memory.getInt(one), Memory.getInt(out + 4L * i));
            }
        }
    }

    @Test
    void doubles() {
        int length = DoubleMath.LENGTH;
        for (int count : new int[] {0, 1, length - 1, length, length + 1, 4 * length + 3, 999}) {
            for (int steps = 0; steps < 4; steps++) {
                checkDoubles(count, steps & 1, steps >> 1);
            }
        }
    }

    private static void checkDoubles(int count, int stepA, int stepB) {
        try (KernelFixture fixture = new KernelFixture(1)) {
            long a = fixture.doubles(count + 1, LogSumRowTest::number);
            long b = fixture.doubles(count + 1, i -> number(i + i / 9));
            long out = fixture.allocate(8L * count);
            long one = fixture.allocate(8);
            DoubleLogSum.row(out, a, stepA, b, stepB, count);
            for (int i = 0; i < count; i++) {
                double x = KernelFixture.getDouble(a, i * stepA);
                double y = KernelFixture.getDouble(b, i * stepB);
                double want = expected(x, y);
                double got = KernelFixture.getDouble(out, i);
                boolean same = got == want || Double.isNaN(want) && Double.isNaN(got);
                double unit = Math.ulp(1.0) * (1 + Math.max(Math.abs(x), Math.abs(y)));
                assertTrue(same || Math.abs(got - want) <= 3 * unit, x + ", " + y + ": " + got);
                DoubleLogSum.row(one, a + 8L * i * stepA, 1, b + 8L * i * stepB, 1, 1);
                assertEquals(Memory.getLong(one), Memory.getLong(out + 8L * i));
            }
        }
    }
}
