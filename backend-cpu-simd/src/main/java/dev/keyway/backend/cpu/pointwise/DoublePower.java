// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;
import static dev.keyway.backend.cpu.pointwise.DoubleMath.LENGTH;
import static dev.keyway.backend.cpu.pointwise.DoubleMath.SPECIES;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.BinaryOp;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Powers of f64 rows by {@link DoublePowerMath}. Bases that are not positive and normal and results
 * at the ends of the range are computed one by one, by the opcode's definition; squares, cubes and
 * square roots are products and roots.
 */
final class DoublePower {
    private static final int SIZE = Double.BYTES;
    private static final int BLOCK = DoublePowerMath.BLOCK;

    /** Results beyond are near the ends of f64. */
    private static final double LEAST = 0x1p-1000;

    private static final double MOST = 0x1p1000;

    private static final DoubleVector V_NORMAL = splat(Double.MIN_NORMAL);
    private static final DoubleVector V_INFINITY = splat(Double.POSITIVE_INFINITY);
    private static final DoubleVector V_LEAST = splat(LEAST);
    private static final DoubleVector V_MOST = splat(MOST);
    private static final DoubleVector V_2 = splat(2);
    private static final DoubleVector V_3 = splat(3);
    private static final DoubleVector V_HALF = splat(0.5);

    private DoublePower() {}

    private static DoubleVector splat(double value) {
        return DoubleVector.broadcast(SPECIES, value);
    }

    private static DoubleVector load(long address) {
        return Exact.DOUBLES.cast(DoubleVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }

    static void pow(long out, long a, long stepA, long b, long stepB, long count) {
        double only = stepB == 0 ? Memory.getDouble(b) : 0;
        if (stepA == 1 && (only == 2 || only == 3)) {
            product(out, a, only == 3, count);
        } else if (stepA == 1 && only == 0.5) {
            root(out, a, count);
        } else {
            general(out, a, stepA, b, stepB, count);
        }
    }

    private static void product(long out, long a, boolean cube, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            DoubleVector x = load(a + SIZE * i);
            DoubleVector y = x.mul(x);
            (cube ? y.mul(x) : y).intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            double x = Memory.getDouble(a + SIZE * i);
            Memory.putDouble(out + SIZE * i, power(x, cube ? 3 : 2));
        }
    }

    /** The root of -0 is 0 and that of -inf is inf, as powers have it. */
    private static void root(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            DoubleVector x = load(a + SIZE * i);
            VectorMask<Double> edge =
                    x.compare(VectorOperators.EQ, 0)
                            .or(x.compare(VectorOperators.EQ, Double.NEGATIVE_INFINITY));
            x.lanewise(VectorOperators.SQRT)
                    .blend(x.abs(), edge)
                    .intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            Memory.putDouble(out + SIZE * i, power(Memory.getDouble(a + SIZE * i), 0.5));
        }
    }

    private static void general(long out, long a, long stepA, long b, long stepB, long count) {
        DoublePowerMath block = new DoublePowerMath();
        for (long start = 0; start < count; start += BLOCK) {
            int size = (int) Math.min(BLOCK, count - start);
            fill(block.bases, a + SIZE * start * stepA, stepA, size);
            fill(block.y, b + SIZE * start * stepB, stepB, size);
            block.run(size);
            MemorySegment.copy(
                    block.x, 0, ALL, ValueLayout.JAVA_DOUBLE_UNALIGNED, out + SIZE * start, size);
            edges(out + SIZE * start, block, size);
        }
    }

    private static void fill(double[] array, long address, long step, int size) {
        if (step == 0) {
            Arrays.fill(array, Memory.getDouble(address));
        } else {
            MemorySegment.copy(ALL, ValueLayout.JAVA_DOUBLE_UNALIGNED, address, array, 0, size);
        }
    }

    /** Computes anew what the functions do not hold for; out may have been an operand. */
    private static void edges(long out, DoublePowerMath block, int size) {
        for (int i = 0; i < size; i += LENGTH) {
            if (!arePlain(block, i)) {
                int end = Math.min(size, i + LENGTH);
                for (int k = i; k < end; k++) {
                    if (!isPlain(block.bases[k], block.y[k], block.x[k])) {
                        double power = power(block.bases[k], block.y[k]);
                        Memory.putDouble(out + (long) SIZE * k, power);
                    }
                }
            }
        }
    }

    /** As {@link #isPlain}, of a vector. */
    private static boolean arePlain(DoublePowerMath block, int i) {
        DoubleVector base = load(block.bases, i);
        DoubleVector power = load(block.x, i);
        DoubleVector exponent = load(block.y, i);
        return base.compare(VectorOperators.GE, V_NORMAL)
                .and(base.compare(VectorOperators.LT, V_INFINITY))
                .and(power.compare(VectorOperators.GT, V_LEAST))
                .and(power.compare(VectorOperators.LT, V_MOST))
                .and(exponent.compare(VectorOperators.NE, V_2))
                .and(exponent.compare(VectorOperators.NE, V_3))
                .and(exponent.compare(VectorOperators.NE, V_HALF))
                .allTrue();
    }

    private static boolean isPlain(double base, double exponent, double power) {
        return base >= Double.MIN_NORMAL
                && base < Double.POSITIVE_INFINITY
                && power > LEAST
                && power < MOST
                && exponent != 2
                && exponent != 3
                && exponent != 0.5;
    }

    private static DoubleVector load(double[] array, int i) {
        return Exact.DOUBLES.cast(DoubleVector.fromArray(SPECIES, array, i));
    }

    /** Squares, cubes and roots as where all exponents are equal; others by the definition. */
    private static double power(double base, double exponent) {
        if (exponent == 0.5) {
            return base == 0 || base == Double.NEGATIVE_INFINITY ? Math.abs(base) : Math.sqrt(base);
        }
        return exponent == 2
                ? base * base
                : exponent == 3 ? base * base * base : BinaryOp.POW.apply(base, exponent);
    }
}
