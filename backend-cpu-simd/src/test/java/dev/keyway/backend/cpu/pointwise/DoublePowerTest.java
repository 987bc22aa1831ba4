// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.backend.cpu.KernelFixture;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.BinaryOp;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Powers of f64 against C's pow by StrictMath, whose error is below 0.7 ulp. */
final class DoublePowerTest {
    private static final double BOUND = 2.5;
    private static final double[] CORNERS = {
        0,
        -0.0,
        1,
        -1,
        2,
        -2,
        3,
        0.5,
        -0.5,
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        Double.MIN_VALUE,
        Double.MIN_NORMAL,
        Double.MAX_VALUE,
        1 + 0x1p-52,
        1 - 0x1p-53,
        700,
        -745,
        1e300
    };

    private final SplittableRandom random = new SplittableRandom(5);
    private double worst;

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
    void sizes() {
        for (int size : new int[] {0, 1, 3, 4, 5, 7, 8, 9, 35}) {
            try (KernelFixture memory = new KernelFixture(1)) {
                long a = memory.doubles(size + 1, i -> random.nextDouble(0, 9));
                long b = memory.doubles(size + 1, i -> random.nextDouble(-9, 9));
                for (int steps = 0; steps < 4; steps++) {
                    check(memory, a, steps & 1, b, steps >> 1, size);
                }
            }
        }
    }

    @Test
    void numbers() {
        int size = 200_000;
        try (KernelFixture memory = new KernelFixture(1)) {
            long a = memory.doubles(size, i -> Math.scalb(random.nextDouble(1, 2), exponent()));
            long b = memory.doubles(size, i -> random.nextGaussian() * 40);
            check(memory, a, 1, b, 1, size);
            long near = memory.doubles(size, i -> 1 + random.nextGaussian() * 1e-3);
            long large = memory.doubles(size, i -> random.nextGaussian() * 1e5);
            check(memory, near, 1, large, 1, size);
        }
        System.out.printf("POW of f64: %.3f ulp%n", worst);
    }

    @Test
    void inPlace() {
        int n = CORNERS.length;
        for (int j = 0; j < n; j++) {
            double exponent = CORNERS[j];
            try (KernelFixture memory = new KernelFixture(1)) {
                long a = memory.doubles(300, i -> CORNERS[i % n]);
                long b = memory.doubles(1, i -> exponent);
                long out = memory.allocate(8L * 300);
                DoublePower.pow(out, a, 1, b, 0, 300);
                DoublePower.pow(a, a, 1, b, 0, 300);
                for (int i = 0; i < 300; i++) {
                    assertEquals(Memory.getDouble(out + 8L * i), Memory.getDouble(a + 8L * i));
                }
            }
        }
    }

    private int exponent() {
        return random.nextInt(-40, 41);
    }

    private void check(KernelFixture memory, long a, int stepA, long b, int stepB, int size) {
        long out = memory.allocate(8L * size);
        long one = memory.allocate(8);
        DoublePower.pow(out, a, stepA, b, stepB, size);
        for (int i = 0; i < size; i++) {
            double x = Memory.getDouble(a + 8L * i * stepA);
            double y = Memory.getDouble(b + 8L * i * stepB);
            double want = BinaryOp.POW.apply(x, y);
            double got = Memory.getDouble(out + 8L * i);
            boolean same = Double.isNaN(want) ? Double.isNaN(got) : got == want;
            double error = same ? 0 : Math.abs(got - want) / Math.ulp(want);
            worst = Math.max(worst, error);
            assertTrue(error <= BOUND, x + " to the " + y + " is " + got + ", expected " + want);
            DoublePower.pow(one, a + 8L * i * stepA, 1, b + 8L * i * stepB, 1, 1);
            assertEquals(Memory.getLong(one), Memory.getLong(out + 8L * i));
        }
    }
}
