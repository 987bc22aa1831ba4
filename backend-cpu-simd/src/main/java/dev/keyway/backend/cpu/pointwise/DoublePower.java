// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;
import static dev.keyway.backend.cpu.pointwise.DoubleMath.LENGTH;
import static dev.keyway.backend.cpu.pointwise.DoubleMath.SPECIES;

import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.BinaryOp;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Powers of f64 rows by {@link DoublePowerMath}. Bases that are not positive and normal and results
 * at the ends of the range are computed one by one, by the opcode's definition.
 */
final class DoublePower {
    private static final int SIZE = Double.BYTES;

    /** Results beyond are near the ends of f64. */
    private static final double LEAST = 0x1p-1000;

    private static final double MOST = 0x1p1000;

    private DoublePower() {}

    private static DoubleVector load(long address, long step) {
        return step == 0
                ? DoubleVector.broadcast(SPECIES, Memory.getDouble(address))
                : DoubleVector.fromMemorySegment(SPECIES, ALL, address, ORDER);
    }

    private static DoubleVector load(long address, long step, VectorMask<Double> mask) {
        return step == 0
                ? DoubleVector.broadcast(SPECIES, Memory.getDouble(address))
                : DoubleVector.fromMemorySegment(SPECIES, ALL, address, ORDER, mask);
    }

    static void pow(long out, long a, long stepA, long b, long stepB, long count) {
        double only = stepB == 0 ? Memory.getDouble(b) : 0;
        if (stepA == 1 && (only == 2 || only == 3)) {
            product(out, a, only == 3, count);
        } else {
            general(out, a, stepA, b, stepB, count);
        }
    }

    private static void product(long out, long a, boolean cube, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            DoubleVector x = load(a + SIZE * i, 1);
            DoubleVector y = x.mul(x);
            (cube ? y.mul(x) : y).intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            double x = Memory.getDouble(a + SIZE * i);
            Memory.putDouble(out + SIZE * i, cube ? x * x * x : x * x);
        }
    }

    private static void general(long out, long a, long stepA, long b, long stepB, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            DoubleVector x = load(a + SIZE * i * stepA, stepA);
            DoubleVector y = load(b + SIZE * i * stepB, stepB);
            DoubleVector power = DoublePowerMath.pow(x, y);
            power.intoMemorySegment(ALL, out + SIZE * i, ORDER);
            VectorMask<Double> plain = plain(x, y, power);
            if (!plain.allTrue()) {
                edges(out + SIZE * i, x, y, plain.toLong(), LENGTH);
            }
        }
        if (full < count) {
            VectorMask<Double> rest = SPECIES.indexInRange(0, count - full);
            DoubleVector x = load(a + SIZE * full * stepA, stepA, rest);
            DoubleVector y = load(b + SIZE * full * stepB, stepB, rest);
            DoubleVector power = DoublePowerMath.pow(x, y);
            power.intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
            long plain = plain(x, y, power).toLong();
            edges(out + SIZE * full, x, y, plain, (int) (count - full));
        }
    }

    private static VectorMask<Double> plain(DoubleVector x, DoubleVector y, DoubleVector power) {
        return x.compare(VectorOperators.GE, Double.MIN_NORMAL)
                .and(x.compare(VectorOperators.LT, Double.POSITIVE_INFINITY))
                .and(power.compare(VectorOperators.GT, LEAST))
                .and(power.compare(VectorOperators.LT, MOST))
                .and(y.compare(VectorOperators.NE, 2))
                .and(y.compare(VectorOperators.NE, 3));
    }

    /** Squares and cubes as where all exponents are equal; others by the definition. */
    private static void edges(long out, DoubleVector x, DoubleVector y, long plain, int count) {
        for (int i = 0; i < count; i++) {
            if ((plain >>> i & 1) == 0) {
                double base = x.lane(i);
                double exponent = y.lane(i);
                double power =
                        exponent == 2
                                ? base * base
                                : exponent == 3
                                        ? base * base * base
                                        : BinaryOp.POW.apply(base, exponent);
                Memory.putDouble(out + SIZE * i, power);
            }
        }
    }
}
