// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;
import static dev.keyway.backend.cpu.pointwise.DoubleMath.LENGTH;
import static dev.keyway.backend.cpu.pointwise.DoubleMath.SPECIES;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.spi.UnaryOp;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** f64 rows of powers of two and inverse hyperbolic functions. */
final class DoubleInverseRows {
    private static final int SIZE = Double.BYTES;

    private DoubleInverseRows() {}

    private static DoubleVector load(long address) {
        return Exact.DOUBLES.cast(DoubleVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }

    private static DoubleVector load(long address, VectorMask<Double> mask) {
        return Exact.DOUBLES.cast(
                DoubleVector.fromMemorySegment(SPECIES, ALL, address, ORDER, mask));
    }

    static void exp2(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            DoubleMath.exp2(load(a + at)).intoMemorySegment(ALL, out + at, ORDER);
        }
        if (full < count) {
            VectorMask<Double> rest = SPECIES.indexInRange(0, count - full);
            DoubleMath.exp2(load(a + SIZE * full, rest))
                    .intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
        }
    }

    static void asinh(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            DoubleVector x = load(a + at);
            DoubleFunctions.asinh(x).intoMemorySegment(ALL, out + at, ORDER);
            if (x.abs().compare(VectorOperators.GT, DoubleFunctions.HUGE).anyTrue()) {
                DoubleFunctionRows.beyond(UnaryOp.ASINH, DoubleFunctions.HUGE, out + at, x, LENGTH);
            }
        }
        if (full < count) {
            VectorMask<Double> rest = SPECIES.indexInRange(0, count - full);
            DoubleVector x = load(a + SIZE * full, rest);
            DoubleFunctions.asinh(x).intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
            DoubleFunctionRows.beyond(
                    UnaryOp.ASINH,
                    DoubleFunctions.HUGE,
                    out + SIZE * full,
                    x,
                    (int) (count - full));
        }
    }

    static void acosh(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            DoubleVector x = load(a + at);
            DoubleFunctions.acosh(x).intoMemorySegment(ALL, out + at, ORDER);
            if (x.abs().compare(VectorOperators.GT, DoubleFunctions.HUGE).anyTrue()) {
                DoubleFunctionRows.beyond(UnaryOp.ACOSH, DoubleFunctions.HUGE, out + at, x, LENGTH);
            }
        }
        if (full < count) {
            VectorMask<Double> rest = SPECIES.indexInRange(0, count - full);
            DoubleVector x = load(a + SIZE * full, rest);
            DoubleFunctions.acosh(x).intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
            DoubleFunctionRows.beyond(
                    UnaryOp.ACOSH,
                    DoubleFunctions.HUGE,
                    out + SIZE * full,
                    x,
                    (int) (count - full));
        }
    }

    static void atanh(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            DoubleFunctions.atanh(load(a + at)).intoMemorySegment(ALL, out + at, ORDER);
        }
        if (full < count) {
            VectorMask<Double> rest = SPECIES.indexInRange(0, count - full);
            DoubleFunctions.atanh(load(a + SIZE * full, rest))
                    .intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
        }
    }
}
