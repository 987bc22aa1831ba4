// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.KernelFixture.getFloat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.backend.cpu.KernelFixture;
import dev.keyway.spi.BinaryOp;
import dev.keyway.spi.UnaryOp;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * f32 rows against double arithmetic rounded once, which is exact for single operations (Figueroa,
 * "When Is Double Rounding Innocuous?", 1995): so nothing is tolerated but another NaN.
 */
final class FloatArithmeticTest {
    private static final Set<BinaryOp> BINARY =
            EnumSet.of(
                    BinaryOp.ADD,
                    BinaryOp.SUB,
                    BinaryOp.MUL,
                    BinaryOp.DIV,
                    BinaryOp.MAXIMUM,
                    BinaryOp.MINIMUM,
                    BinaryOp.FMAX,
                    BinaryOp.FMIN,
                    BinaryOp.COPYSIGN);
    private static final Set<UnaryOp> UNARY =
            EnumSet.of(
                    UnaryOp.NEG,
                    UnaryOp.ABS,
                    UnaryOp.SIGN,
                    UnaryOp.SQRT,
                    UnaryOp.RELU,
                    UnaryOp.RECIPROCAL,
                    UnaryOp.RSQRT,
                    UnaryOp.FLOOR,
                    UnaryOp.CEIL,
                    UnaryOp.ROUND,
                    UnaryOp.TRUNC);
    private static final int[] SIZES = Corners.sizes(FloatVector.SPECIES_PREFERRED);

    private static DoubleBinaryOperator definition(BinaryOp op) {
        return switch (op) {
            case ADD -> (a, b) -> a + b;
            case SUB -> (a, b) -> a - b;
            case MUL -> (a, b) -> a * b;
            case DIV -> (a, b) -> a / b;
            case MAXIMUM -> Math::max;
            case MINIMUM -> Math::min;
            case FMAX -> (a, b) -> Double.isNaN(a) ? b : Double.isNaN(b) ? a : Math.max(a, b);
            case FMIN -> (a, b) -> Double.isNaN(a) ? b : Double.isNaN(b) ? a : Math.min(a, b);
            case COPYSIGN -> StrictMath::copySign;
            default -> throw new IllegalArgumentException(op.toString());
        };
    }

    private static DoubleUnaryOperator definition(UnaryOp op) {
        return switch (op) {
            case NEG -> a -> -a;
            case ABS -> Math::abs;
            case SIGN -> a -> a > 0 ? 1 : a < 0 ? -1 : 0;
            case SQRT -> Math::sqrt;
            case RECIPROCAL -> a -> 1 / a;
            // Two operations: the root is rounded to f32 before it divides.
            case RSQRT -> a -> 1.0 / (float) Math.sqrt(a);
            case FLOOR -> Math::floor;
            case CEIL -> Math::ceil;
            case ROUND -> Math::rint;
            case TRUNC -> a -> a < 0 ? Math.ceil(a) : Math.floor(a);
            case RELU -> a -> a > 0 || Double.isNaN(a) ? a : 0;
            default -> throw new IllegalArgumentException(op.toString());
        };
    }

    private static BinaryRow row(BinaryOp op) {
        return Objects.requireNonNull(FloatArithmetic.row(op));
    }

    @ParameterizedTest
    @EnumSource(BinaryOp.class)
    void binary(BinaryOp op) {
        assertEquals(BINARY.contains(op), FloatArithmetic.row(op) != null);
        if (!BINARY.contains(op)) {
            return;
        }
        for (int size : SIZES) {
            binary(op, size, 1, 1);
            binary(op, size, 0, 1);
            binary(op, size, 1, 0);
            binary(op, size, 0, 0);
        }
    }

    private static void binary(BinaryOp op, int size, int stepA, int stepB) {
        try (KernelFixture memory = new KernelFixture(1)) {
            // An odd element in front: rows need not be aligned.
            long a = memory.floats(size + 1, i -> Corners.at(i, 0)) + Float.BYTES;
            long b = memory.floats(size + 1, i -> Corners.at(i, 4)) + Float.BYTES;
            long out = memory.allocate((long) Float.BYTES * size);
            row(op).run(out, a, stepA, b, stepB, size);
            for (int i = 0; i < size; i++) {
                float x = getFloat(a, (long) i * stepA);
                float y = getFloat(b, (long) i * stepB);
                float expected = (float) definition(op).applyAsDouble(x, y);
                float actual = getFloat(out, i);
                assertTrue(
                        Corners.same(expected, actual),
                        () -> op + " of " + x + " and " + y + " is " + actual);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(BinaryOp.class)
    void inPlace(BinaryOp op) {
        if (!BINARY.contains(op)) {
            return;
        }
        int size = SIZES[SIZES.length - 1];
        try (KernelFixture memory = new KernelFixture(2)) {
            long a = memory.floats(size, i -> Corners.at(i, 0));
            long copy = memory.floats(size, i -> Corners.at(i, 0));
            long b = memory.floats(size, i -> Corners.at(i, 7));
            row(op).run(a, a, 1, b, 1, size);
            for (int i = 0; i < size; i++) {
                double result = definition(op).applyAsDouble(getFloat(copy, i), getFloat(b, i));
                assertTrue(Corners.same((float) result, getFloat(a, i)), op::toString);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(UnaryOp.class)
    void unary(UnaryOp op) {
        UnaryRow row = FloatBasics.row(op);
        assertEquals(UNARY.contains(op), row != null);
        if (row == null) {
            return;
        }
        for (int size : SIZES) {
            try (KernelFixture memory = new KernelFixture(3)) {
                long a = memory.floats(size + 1, i -> Corners.at(i, 0)) + Float.BYTES;
                long out = memory.allocate((long) Float.BYTES * size);
                row.run(out, a, size);
                for (int i = 0; i < size; i++) {
                    float x = getFloat(a, i);
                    float expected = (float) definition(op).applyAsDouble(x);
                    float actual = getFloat(out, i);
                    assertTrue(
                            Corners.same(expected, actual), () -> op + " of " + x + ": " + actual);
                }
            }
        }
    }

    @Test
    void scaledAdd() {
        for (int size : SIZES) {
            for (float alpha : new float[] {0, -1, 0.3f, Float.POSITIVE_INFINITY}) {
                scaledAdd(size, alpha);
            }
        }
    }

    /** The product is rounded to f32 before the sum. */
    private static void scaledAdd(int size, float alpha) {
        try (KernelFixture memory = new KernelFixture(4)) {
            long a = memory.floats(3 * size + 1, i -> Corners.at(i, 0)) + Float.BYTES;
            long b = memory.floats(2 * size + 1, i -> Corners.at(i, 4)) + Float.BYTES;
            long out = memory.allocate((long) Float.BYTES * size);
            long spread = memory.allocate((long) Float.BYTES * 5 * size);
            FloatScaledAdd.run(out, a, b, alpha, size);
            FloatScaledAdd.run(spread, 20, a, 12, b, 8, alpha, size);
            for (int i = 0; i < size; i++) {
                float dense = (float) ((double) getFloat(b, i) * alpha);
                float far = (float) ((double) getFloat(b, 2L * i) * alpha);
                float first = (float) ((double) getFloat(a, i) + dense);
                float second = (float) ((double) getFloat(a, 3L * i) + far);
                assertTrue(Corners.same(first, getFloat(out, i)), "alpha " + alpha);
                assertTrue(Corners.same(second, getFloat(spread, 5L * i)), "alpha " + alpha);
            }
        }
    }
}
