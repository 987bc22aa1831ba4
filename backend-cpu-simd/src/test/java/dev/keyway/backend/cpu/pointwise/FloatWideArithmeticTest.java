// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.backend.cpu.KernelFixture;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.BinaryOp;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Functions of two operands that are computed in f64, against the opcodes' definitions: remainders
 * are exact, the others within a hundredth of an ulp of the nearest number.
 */
class FloatWideArithmeticTest {
    private static final double[] CORNERS = {
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        0.0,
        -0.0,
        1,
        -1,
        0.1,
        -7,
        Float.MIN_VALUE,
        -Float.MIN_NORMAL,
        Float.MAX_VALUE,
        -1e30,
        1e-30,
        16777217,
        0x1p24
    };

    private final SplittableRandom random = new SplittableRandom(11);

    private double number(int i) {
        if (i % 3 == 0) {
            return CORNERS[(i / 3 + i / 48) % CORNERS.length];
        }
        double x = random.nextDouble(-2, 2);
        return i % 3 == 1 ? 50 * x : Math.scalb(x, random.nextInt(-40, 40));
    }

    @ParameterizedTest
    @CsvSource({"ATAN2, 0.51", "HYPOT, 0.51", "FMOD, 0", "REMAINDER, 0", "FLOOR_DIVIDE, 0"})
    void isTheDefinition(BinaryOp op, double bound) {
        BinaryRow row = Objects.requireNonNull(FloatWideArithmetic.row(op));
        for (int count : new int[] {0, 1, 3, 4, 5, 7, 8, 9, 35, 50_003}) {
            for (int steps = 0; steps < 4; steps++) {
                check(op, row, count, steps & 1, steps >> 1, bound);
            }
        }
    }

    private void check(BinaryOp op, BinaryRow row, int count, int stepA, int stepB, double bound) {
        try (KernelFixture fixture = new KernelFixture(1)) {
            long a = fixture.floats(count + 1, this::number);
            long b = fixture.floats(count + 1, i -> number(i + i / 5));
            long out = fixture.allocate(4L * count);
            long one = fixture.allocate(4);
            row.run(out, a, stepA, b, stepB, count);
            for (int i = 0; i < count; i++) {
                double x = KernelFixture.getFloat(a, i * stepA);
                double y = KernelFixture.getFloat(b, i * stepB);
                double want = op.apply(x, y);
                float got = KernelFixture.getFloat(out, i);
                String where = op + " of " + x + ", " + y + " gives " + got;
                if (bound == 0) {
                    assertEquals((float) want, got, where);
                } else {
                    boolean same = got == (float) want || Double.isNaN(want) && Float.isNaN(got);
                    double error = same ? 0 : Math.abs(got - want) / Math.ulp((float) want);
                    assertTrue(error <= bound, where + ", expected " + want);
                }
                row.run(one, a + 4L * i * stepA, 1, b + 4L * i * stepB, 1, 1);
                assertEquals(Memory.getInt(one), Memory.getInt(out + 4L * i), where);
            }
        }
    }
}
