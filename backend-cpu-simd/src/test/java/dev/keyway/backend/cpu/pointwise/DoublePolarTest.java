// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.backend.cpu.KernelFixture;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.BinaryOp;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Angles and lengths of points in f64 against the opcodes' definitions, which are off by 1 ulp. */
final class DoublePolarTest {
    private static final double[] CORNERS = {
        0.0,
        -0.0,
        1,
        -1,
        0.41421356237309503,
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        Double.MIN_VALUE,
        -Double.MIN_NORMAL,
        1e-150,
        1e-200,
        -1e160,
        1e300,
        -1e307,
        Double.MAX_VALUE
    };

    private final SplittableRandom random = new SplittableRandom(3);

    private double number(int range) {
        return Math.scalb(random.nextDouble(-2, 2), random.nextInt(-range, range));
    }

    @Test
    void corners() {
        int n = CORNERS.length;
        try (KernelFixture memory = new KernelFixture(1)) {
            long a = memory.doubles(n * n, i -> CORNERS[i / n]);
            long b = memory.doubles(n * n, i -> CORNERS[i % n]);
            check(memory, a, 1, b, 1, n * n);
            for (int i = 0; i < n; i++) {
                check(memory, a + 8L * n * i, 0, b, 1, n);
                check(memory, a, 1, b + 8L * i, 0, n * n);
            }
        }
    }

    @Test
    void numbers() {
        for (int size : new int[] {0, 1, 3, 4, 5, 7, 8, 9, 35, 100_003}) {
            for (int range : new int[] {2, 30, 1020}) {
                try (KernelFixture memory = new KernelFixture(1)) {
                    long a = memory.doubles(size, i -> number(range));
                    long b = memory.doubles(size, i -> number(range));
                    check(memory, a, 1, b, 1, size);
                }
            }
        }
    }

    private static void check(
            KernelFixture memory, long a, int stepA, long b, int stepB, int size) {
        check(memory, BinaryOp.ATAN2, DoublePolar::atan2, a, stepA, b, stepB, size);
        check(memory, BinaryOp.HYPOT, DoublePolar::hypot, a, stepA, b, stepB, size);
    }

    private static void check(
            KernelFixture memory,
            BinaryOp op,
            BinaryRow row,
            long a,
            int stepA,
            long b,
            int stepB,
            int size) {
        long out = memory.allocate(8L * size);
        long one = memory.allocate(8);
        row.run(out, a, stepA, b, stepB, size);
        for (int i = 0; i < size; i++) {
            double x = KernelFixture.getDouble(a, (long) i * stepA);
            double y = KernelFixture.getDouble(b, (long) i * stepB);
            double want = op.apply(x, y);
            double got = KernelFixture.getDouble(out, i);
            String where = op + " of " + x + " and " + y + " is " + got + ", expected " + want;
            boolean same = Corners.same(want, got);
            assertTrue(same || Math.abs(got - want) <= 4 * Math.ulp(want), where);
            assertEquals(Math.copySign(1, want), Math.copySign(1, got), where);
            if (i % 7 == 0) {
                row.run(one, a + 8L * i * stepA, stepA, b + 8L * i * stepB, stepB, 1);
                assertEquals(Memory.getLong(out + 8L * i), Memory.getLong(one), where);
            }
        }
    }
}
