// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.backend.cpu.KernelFixture;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.UnaryOp;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Objects;
import java.util.SplittableRandom;

/**
 * Functions of rows against the opcodes' scalar definitions. The bounds are in units in the last
 * place; what was measured over 200,000 numbers of all magnitudes lies below them.
 */
class FunctionRowsTest {
    private static final int COUNT = 100_000;
    private static final double[] CORNERS = {
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        0.0,
        -0.0,
        1,
        -1,
        0.5,
        -0.5,
        2,
        1e-30,
        -1e-30,
        88.72,
        88.73,
        -87.4,
        -103.9,
        -104.1,
        32768,
        32769,
        -1e9,
        1e30,
        709.7,
        709.8,
        -708.5,
        -745.1,
        -745.2,
        1e300,
        -1e300
    };

    @ParameterizedTest
    @CsvSource({
        "EXP, 1.0",
        "EXPM1, 1.5",
        "LOG, 1.0",
        "LOG2, 2.0",
        "LOG10, 2.0",
        "LOG1P, 1.5",
        "SIN, 1.5",
        "COS, 1.5",
        "TANH, 2.5",
        "SIGMOID, 2.0",
        "SILU, 2.5",
        "ERF, 1.5",
        "EXP2, 0.51",
        "TAN, 0.51",
        "ASIN, 0.51",
        "ACOS, 0.51",
        "ATAN, 0.51",
        "SINH, 0.51",
        "COSH, 0.51",
        "ASINH, 0.51",
        "ACOSH, 0.51",
        "ATANH, 0.51",
        "ERFC, 0.51"
    })
    void floatsAreNearTheDefinition(UnaryOp op, double bound) {
        UnaryRow row = floatRow(op);
        double[] numbers = numbers(Float.MIN_EXPONENT - 22, Float.MAX_EXPONENT, 25);
        double worst = 0;
        double at = 0;
        try (KernelFixture fixture = new KernelFixture(1)) {
            long a = fixture.floats(numbers.length, i -> numbers[i]);
            long out = fixture.allocate(4L * numbers.length);
            row.run(out, a, numbers.length);
            for (int i = 0; i < numbers.length; i++) {
                double x = KernelFixture.getFloat(a, i);
                double error = error(op, x, KernelFixture.getFloat(out, i));
                at = error > worst ? x : at;
                worst = Math.max(worst, error);
            }
        }
        System.out.printf("%s of f32: %.3f ulp at %s%n", op, worst, at);
        assertTrue(worst <= bound, op + " is off by " + worst + " ulp at " + at);
    }

    /** The gelu's bound is in units of its argument, as its share of it is a difference from 1. */
    @Test
    void geluIsNearTheDefinition() {
        double[] numbers = numbers(Float.MIN_EXPONENT - 22, Float.MAX_EXPONENT, 25);
        double worst = 0;
        try (KernelFixture fixture = new KernelFixture(1)) {
            long a = fixture.floats(numbers.length, i -> numbers[i]);
            long out = fixture.allocate(4L * numbers.length);
            floatRow(UnaryOp.GELU).run(out, a, numbers.length);
            for (int i = 0; i < numbers.length; i++) {
                float x = KernelFixture.getFloat(a, i);
                double want = UnaryOp.GELU.apply(x);
                double got = KernelFixture.getFloat(out, i);
                double error = same(want, got) ? 0 : Math.abs(got - want) / Math.ulp(x);
                assertTrue(error <= 2, x + " gives " + got + ", expected " + want);
                worst = Math.max(worst, error);
            }
        }
        System.out.printf("GELU of f32: %.3f ulp of x%n", worst);
    }

    @ParameterizedTest
    @CsvSource({
        "EXP, 1.5",
        "EXPM1, 2.0",
        "LOG, 1.5",
        "LOG2, 2.0",
        "LOG10, 2.0",
        "LOG1P, 2.0",
        "SIN, 1.5",
        "COS, 1.5",
        "TANH, 3.0",
        "SIGMOID, 3.0",
        "SILU, 3.0",
        "SINH, 3.5",
        "COSH, 2.5",
        "TAN, 3.5",
        "ASIN, 3.0",
        "ACOS, 3.0",
        "ATAN, 2.5",
        "EXP2, 2.0",
        "ASINH, 4.0",
        "ACOSH, 4.0",
        "ATANH, 4.0",
        "ERF, 4.0",
        "ERFC, 8.0"
    })
    void doublesAreNearTheDefinition(UnaryOp op, double bound) {
        UnaryRow row = doubleRow(op);
        double[] numbers = numbers(Double.MIN_EXPONENT - 51, Double.MAX_EXPONENT, 54);
        double worst = 0;
        double at = 0;
        try (KernelFixture fixture = new KernelFixture(1)) {
            long a = fixture.doubles(numbers.length, i -> numbers[i]);
            long out = fixture.allocate(8L * numbers.length);
            row.run(out, a, numbers.length);
            for (int i = 0; i < numbers.length; i++) {
                double want = op.apply(numbers[i]);
                double got = KernelFixture.getDouble(out, i);
                double error = same(want, got) ? 0 : Math.abs(got - want) / Math.ulp(want);
                at = error > worst || Double.isNaN(error) ? numbers[i] : at;
                worst = Math.max(worst, error);
            }
        }
        System.out.printf("%s of f64: %.3f ulp at %s%n", op, worst, at);
        assertTrue(worst <= bound, op + " is off by " + worst + " ulp at " + at);
    }

    @ParameterizedTest
    @CsvSource({
        "EXP", "EXPM1", "LOG", "LOG1P", "SIN", "COS", "TANH", "SIGMOID", "SILU", "ERF", "GELU",
        "EXP2", "TAN", "ASIN", "ACOS", "ATAN", "SINH", "COSH", "ASINH", "ACOSH", "ATANH", "ERFC"
    })
    void anElementsBitsDoNotDependOnItsPlace(UnaryOp op) {
        int length = FloatMath.LENGTH;
        double[] numbers = numbers(-20, 20, 25);
        for (int count : new int[] {0, 1, length - 1, length, length + 1, 4 * length + 3}) {
            try (KernelFixture fixture = new KernelFixture(2)) {
                long a = fixture.floats(count, i -> numbers[i]);
                long out = fixture.allocate(4L * count);
                long one = fixture.allocate(4);
                floatRow(op).run(out, a, count);
                for (int i = 0; i < count; i++) {
                    floatRow(op).run(one, a + 4L * i, 1);
                    assertEquals(
                            Memory.getInt(one), Memory.getInt(out + 4L * i), op + " of " + count);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "EXP", "EXPM1", "LOG", "LOG1P", "SIN", "COS", "TANH", "SIGMOID", "SILU", "ERF", "GELU",
        "EXP2", "TAN", "ASIN", "ACOS", "ATAN", "SINH", "COSH", "ASINH", "ACOSH", "ATANH", "ERFC"
    })
    void theSameOfDoubles(UnaryOp op) {
        int length = DoubleMath.LENGTH;
        double[] numbers = numbers(-20, 20, 25);
        for (int count : new int[] {0, 1, length - 1, length, length + 1, 4 * length + 3, 521}) {
            try (KernelFixture fixture = new KernelFixture(2)) {
                long a = fixture.doubles(count, i -> numbers[i]);
                long out = fixture.allocate(8L * count);
                long one = fixture.allocate(8);
                doubleRow(op).run(out, a, count);
                for (int i = 0; i < count; i++) {
                    doubleRow(op).run(one, a + 8L * i, 1);
                    assertEquals(
                            Memory.getLong(one), Memory.getLong(out + 8L * i), op + " of " + count);
                }
                doubleRow(op).run(a, a, count);
                for (int i = 0; i < count; i++) {
                    assertEquals(
                            Memory.getLong(out + 8L * i), Memory.getLong(a + 8L * i), op + "_");
                }
            }
        }
    }

    private static UnaryRow floatRow(UnaryOp op) {
        UnaryRow row = FloatExponentials.row(op);
        UnaryRow other = row != null ? row : FloatActivations.row(op);
        return other != null ? other : Objects.requireNonNull(FloatWideFunctions.row(op));
    }

    private static UnaryRow doubleRow(UnaryOp op) {
        UnaryRow row = DoubleExponentials.row(op);
        UnaryRow other = row != null ? row : DoubleActivations.row(op);
        return other != null ? other : Objects.requireNonNull(DoubleFunctionRows.row(op));
    }

    /** Corners, all magnitudes, and the range where most functions bend. */
    private static double[] numbers(int low, int high, int wide) {
        SplittableRandom random = new SplittableRandom(3);
        double[] numbers = new double[CORNERS.length + 2 * COUNT];
        System.arraycopy(CORNERS, 0, numbers, 0, CORNERS.length);
        for (int i = CORNERS.length; i < numbers.length; i++) {
            double sign = random.nextBoolean() ? 1 : -1;
            double x = 1 + random.nextDouble();
            numbers[i] =
                    i % 2 == 0
                            ? sign * Math.scalb(x, random.nextInt(low, high))
                            : sign * Math.scalb(x, random.nextInt(-wide / 8, 7));
        }
        return numbers;
    }

    private static boolean same(double want, double got) {
        return want == got || (Double.isNaN(want) && Double.isNaN(got));
    }

    /** Where the definition's exponential overflows an f32, 0 is as good as a denormal. */
    private static double error(UnaryOp op, double x, float got) {
        double want = op.apply(x);
        if (same((float) want, got)) {
            return 0;
        }
        boolean flushed = op == UnaryOp.SIGMOID || op == UnaryOp.SILU;
        if (flushed && Math.exp(-x) > Float.MAX_VALUE && got == 0) {
            return 0;
        }
        double error = Math.abs(got - want) / Math.ulp((float) want);
        return Double.isNaN(error) ? Double.POSITIVE_INFINITY : error;
    }
}
