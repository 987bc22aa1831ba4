// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.backend.cpu.KernelFixture;
import dev.keyway.backend.cpu.Memory;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** Functions of one operand and numbers against their definitions, whose steps they round alike. */
final class DoubleShapesTest {
    private static final double[] CORNERS = {
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        0.0,
        -0.0,
        3,
        -3,
        0.5,
        -2.5,
        1e-300,
        -1e-300,
        0.9999999999999999,
        4503599627370495.5,
        -4503599627370497.0,
        1e300,
        -1e300
    };

    private final SplittableRandom random = new SplittableRandom(7);

    private double number(int i) {
        return i % 4 == 0 ? CORNERS[i / 4 % CORNERS.length] : random.nextDouble(-12, 12);
    }

    private void check(
            DoubleShapes.Row row, double p, double q, DoubleUnaryOperator definition, double ulps) {
        int length = DoubleMath.LENGTH;
        for (int count : new int[] {0, 1, length - 1, length, length + 1, 4 * length + 3, 4001}) {
            try (KernelFixture fixture = new KernelFixture(1)) {
                long a = fixture.doubles(count, this::number);
                long out = fixture.allocate(8L * count);
                long one = fixture.allocate(8);
                row.run(out, a, p, q, count);
                for (int i = 0; i < count; i++) {
                    double x = KernelFixture.getDouble(a, i);
                    double got = KernelFixture.getDouble(out, i);
                    double want = definition.applyAsDouble(x);
                    boolean same = got == want || Double.isNaN(got) && Double.isNaN(want);
                    double error = same ? 0 : Math.abs(got - want) / Math.ulp(want);
                    assertTrue(error <= ulps, x + " gives " + got + ", expected " + want);
                    row.run(one, a + 8L * i, p, q, 1);
                    assertEquals(Memory.getLong(out + 8L * i), Memory.getLong(one), "alone: " + x);
                }
            }
        }
    }

    private static double ramp(double x) {
        return Math.min(Math.max(x + 3, 0), 6);
    }

    @Test
    void bounds() {
        check(DoubleShapes::clamp, -1, 2, x -> Math.min(Math.max(x, -1), 2), 0);
        check(DoubleShapes::clamp, 2, -1, x -> Math.min(Math.max(x, 2), -1), 0);
        check(DoubleShapes::clamp, Double.NaN, 2, x -> Double.NaN, 0);
    }

    @Test
    void squaresAndFractions() {
        check(DoubleShapes::square, 0, 0, x -> x * x, 0);
        check(DoubleShapes::frac, 0, 0, x -> x - (x < 0 ? Math.ceil(x) : Math.floor(x)), 0);
    }

    @Test
    void ramps() {
        check(DoubleShapes::hardsigmoid, 0, 0, x -> ramp(x) / 6, 0);
        check(DoubleShapes::hardswish, 0, 0, x -> x * ramp(x) / 6, 0);
    }

    @Test
    void slopes() {
        check(DoubleShapes::leakyRelu, 0.01, 0, x -> x > 0 ? x : 0.01 * x, 0);
    }

    /** The exponential's 2 ulp and a product's half. */
    @Test
    void exponentials() {
        check(
                (out, a, p, q, count) -> DoubleShapes.elu(out, a, p, q, 0.5, count),
                1.25,
                3,
                x -> x > 0 ? 1.25 * x : 3 * StrictMath.expm1(0.5 * x),
                3);
    }
}
