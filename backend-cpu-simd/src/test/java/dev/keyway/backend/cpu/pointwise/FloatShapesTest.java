// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.backend.cpu.KernelFixture;
import dev.keyway.backend.cpu.Memory;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** Functions of one operand and numbers against their definitions in f64. */
class FloatShapesTest {
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
        1e-30,
        -1e-30,
        20,
        20.5,
        -88,
        -104,
        88,
        8388607.5,
        -8388609,
        1e30,
        -1e30
    };

    private final SplittableRandom random = new SplittableRandom(7);

    private double number(int i) {
        return i % 4 == 0 ? CORNERS[i / 4 % CORNERS.length] : random.nextDouble(-12, 12);
    }

    /** Within so many ulp of the definition, or of what a denormal exponential makes of x. */
    private void check(
            FloatShapes.Row row, float p, float q, DoubleUnaryOperator definition, double ulps) {
        int length = FloatMath.LENGTH;
        for (int count : new int[] {0, 1, length - 1, length, length + 1, 4 * length + 3, 4001}) {
            try (KernelFixture fixture = new KernelFixture(1)) {
                long a = fixture.floats(count, this::number);
                long out = fixture.allocate(4L * count);
                long one = fixture.allocate(4);
                row.run(out, a, p, q, count);
                for (int i = 0; i < count; i++) {
                    double x = KernelFixture.getFloat(a, i);
                    float got = KernelFixture.getFloat(out, i);
                    float want = (float) definition.applyAsDouble(x);
                    boolean same = got == want || Float.isNaN(got) && Float.isNaN(want);
                    double error = same ? 0 : Math.abs((double) got - want) / Math.ulp(want);
                    double least = Math.abs(x) * Float.MIN_VALUE;
                    boolean vanishes = Math.abs((double) got - want) <= least;
                    assertTrue(
                            error <= ulps || vanishes, x + " gives " + got + ", expected " + want);
                    row.run(one, a + 4L * i, p, q, 1);
                    assertEquals(Memory.getInt(out + 4L * i), Memory.getInt(one), "alone: " + x);
                }
            }
        }
    }

    private static double truncated(double x) {
        return x < 0 ? Math.ceil(x) : Math.floor(x);
    }

    @Test
    void bounds() {
        check(FloatShapes::clamp, -1, 2, x -> Math.min(Math.max(x, -1), 2), 0);
        check(FloatShapes::clamp, 2, -1, x -> Math.min(Math.max(x, 2), -1), 0);
        check(FloatShapes::clamp, Float.NEGATIVE_INFINITY, 2, x -> Math.min(x, 2), 0);
        check(FloatShapes::clamp, Float.NaN, 2, x -> Double.NaN, 0);
    }

    @Test
    void squaresAndFractions() {
        check(FloatShapes::square, 0, 0, x -> x * x, 0);
        check(FloatShapes::frac, 0, 0, x -> x - truncated(x), 0);
    }

    /** Sum, product and quotient are rounded. */
    @Test
    void ramps() {
        DoubleUnaryOperator ramp = x -> Math.min(Math.max((float) (x + 3), 0), 6);
        check(FloatShapes::hardsigmoid, 0, 0, x -> ramp.applyAsDouble(x) / 6, 1);
        check(FloatShapes::hardswish, 0, 0, x -> x * ramp.applyAsDouble(x) / 6, 2);
    }

    private static double rest(double a) {
        return StrictMath.log1p(StrictMath.exp(-a));
    }

    /** Exponential, logarithm and sum are off by 1, 2 and 1/2 ulp. */
    @Test
    void softplus() {
        check(
                FloatShapes::softplus,
                1,
                20,
                x -> x > 20 ? x : Math.max(x, 0) + rest(Math.abs(x)),
                4);
        check(
                FloatShapes::softplus,
                2,
                10,
                x -> 2 * x > 10 ? x : (Math.max(2 * x, 0) + rest(Math.abs(2 * x))) / 2,
                4);
    }

    @Test
    void logSigmoid() {
        check(FloatShapes::logSigmoid, 0, 0, x -> Math.min(x, 0) - rest(Math.abs(x)), 4);
    }

    /** The exponential's error counts twice. */
    @Test
    void mish() {
        check(
                FloatShapes::mish,
                0,
                0,
                x -> {
                    double e = StrictMath.exp(Math.min(x, 20));
                    double n = e * (e + 2);
                    return x * (n / (n + 2));
                },
                6);
    }
}
