// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keyway.backend.cpu.KernelFixture;
import dev.keyway.spi.BinaryOp;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Remainders and floored quotients of f64, bit for bit those of the definition. */
final class DoubleRemaindersTest {
    private static final double[] CORNERS = {
        0,
        -0.0,
        1,
        -1,
        0.1,
        -3,
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        Double.MIN_VALUE,
        -Double.MIN_NORMAL,
        Double.MAX_VALUE,
        0x1p52,
        0x1p53 + 2,
        -1e300
    };

    private final SplittableRandom random = new SplittableRandom(3);

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
            try (KernelFixture memory = new KernelFixture(1)) {
                long a = memory.doubles(size, i -> number(60));
                long b = memory.doubles(size, i -> number(10));
                check(memory, a, 1, b, 1, size);
                // Multiples, and their neighbours: the quotient rounds to a whole number.
                long c = memory.doubles(size, i -> beside(random.nextInt(1, 1 << 30) * 0.1));
                long d = memory.doubles(size, i -> 0.1);
                check(memory, c, 1, d, 1, size);
            }
        }
    }

    private double number(int range) {
        return Math.scalb(random.nextDouble(-2, 2), random.nextInt(-range, range));
    }

    private double beside(double x) {
        return switch (random.nextInt(3)) {
            case 0 -> Math.nextUp(x);
            case 1 -> Math.nextDown(x);
            default -> x;
        };
    }

    private static void check(
            KernelFixture memory, long a, int stepA, long b, int stepB, int size) {
        long fmod = memory.allocate(8L * size);
        long remainder = memory.allocate(8L * size);
        DoubleRemainders.fmod(fmod, a, stepA, b, stepB, size);
        DoubleRemainders.remainder(remainder, a, stepA, b, stepB, size);
        long floored = memory.allocate(8L * size);
        DoubleRemainders.floorDivide(floored, a, stepA, b, stepB, size);
        for (int i = 0; i < size; i++) {
            double x = KernelFixture.getDouble(a, (long) i * stepA);
            double y = KernelFixture.getDouble(b, (long) i * stepB);
            String where = x + " by " + y;
            assertEquals(BinaryOp.FMOD.apply(x, y), KernelFixture.getDouble(fmod, i), where);
            assertEquals(
                    BinaryOp.REMAINDER.apply(x, y), KernelFixture.getDouble(remainder, i), where);
            assertEquals(
                    BinaryOp.FLOOR_DIVIDE.apply(x, y), KernelFixture.getDouble(floored, i), where);
        }
    }
}
