// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;
import static dev.keyway.backend.cpu.pointwise.DoubleMath.LENGTH;
import static dev.keyway.backend.cpu.pointwise.DoubleMath.SPECIES;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.BinaryOp;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * f64 rows of angles and lengths of points. Elements with huge coordinates, or that are no finite
 * numbers, are computed by the opcode's definition.
 */
final class DoublePolar {
    private static final int SIZE = Double.BYTES;
    private static final DoubleVector HUGE = splat(DoubleFunctions.HUGE);
    private static final DoubleVector ONE = splat(1);

    /** Below it squares lose digits: coordinates are scaled up, and the length down again. */
    private static final DoubleVector TINY = splat(0x1p-400);

    private static final DoubleVector UP = splat(0x1p600);
    private static final DoubleVector DOWN = splat(0x1p-600);

    /** Above it squares may overflow. */
    private static final DoubleVector LARGE = splat(0x1p500);

    private DoublePolar() {}

    private static DoubleVector splat(double value) {
        return DoubleVector.broadcast(SPECIES, value);
    }

    private static DoubleVector load(long address, long step) {
        return step == 0
                ? Exact.DOUBLES.cast(DoubleVector.broadcast(SPECIES, Memory.getDouble(address)))
                : Exact.DOUBLES.cast(DoubleVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }

    private static DoubleVector load(long address, long step, VectorMask<Double> mask) {
        return step == 0
                ? Exact.DOUBLES.cast(DoubleVector.broadcast(SPECIES, Memory.getDouble(address)))
                : Exact.DOUBLES.cast(
                        DoubleVector.fromMemorySegment(SPECIES, ALL, address, ORDER, mask));
    }

    /** Length of the hypotenuse, 2 ulp, of legs that are not {@link #LARGE}. */
    private static DoubleVector length(DoubleVector x, DoubleVector y, DoubleVector longer) {
        VectorMask<Double> tiny = longer.compare(VectorOperators.LT, TINY);
        DoubleVector scale = ONE.blend(UP, tiny);
        DoubleVector a = x.mul(scale);
        DoubleVector b = y.mul(scale);
        DoubleVector length = a.fma(a, b.mul(b)).lanewise(VectorOperators.SQRT);
        return length.mul(ONE.blend(DOWN, tiny));
    }

    static void atan2(long out, long a, long stepA, long b, long stepB, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            DoubleVector y = load(a + SIZE * i * stepA, stepA);
            DoubleVector x = load(b + SIZE * i * stepB, stepB);
            DoubleVector longer = x.abs().max(y.abs());
            DoubleFunctions.atan2(y, x).intoMemorySegment(ALL, out + SIZE * i, ORDER);
            VectorMask<Double> plain = longer.compare(VectorOperators.LT, HUGE);
            if (!plain.allTrue()) {
                edges(BinaryOp.ATAN2, out + SIZE * i, y, x, plain.toLong(), LENGTH);
            }
        }
        if (full < count) {
            VectorMask<Double> rest = SPECIES.indexInRange(0, count - full);
            DoubleVector y = load(a + SIZE * full * stepA, stepA, rest);
            DoubleVector x = load(b + SIZE * full * stepB, stepB, rest);
            DoubleFunctions.atan2(y, x).intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
            long plain = x.abs().max(y.abs()).compare(VectorOperators.LT, HUGE).toLong();
            edges(BinaryOp.ATAN2, out + SIZE * full, y, x, plain, (int) (count - full));
        }
    }

    static void hypot(long out, long a, long stepA, long b, long stepB, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            DoubleVector x = load(a + SIZE * i * stepA, stepA);
            DoubleVector y = load(b + SIZE * i * stepB, stepB);
            DoubleVector longer = x.abs().max(y.abs());
            length(x, y, longer).intoMemorySegment(ALL, out + SIZE * i, ORDER);
            VectorMask<Double> plain = longer.compare(VectorOperators.LT, LARGE);
            if (!plain.allTrue()) {
                edges(BinaryOp.HYPOT, out + SIZE * i, x, y, plain.toLong(), LENGTH);
            }
        }
        if (full < count) {
            VectorMask<Double> rest = SPECIES.indexInRange(0, count - full);
            DoubleVector x = load(a + SIZE * full * stepA, stepA, rest);
            DoubleVector y = load(b + SIZE * full * stepB, stepB, rest);
            DoubleVector longer = x.abs().max(y.abs());
            length(x, y, longer).intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
            long plain = longer.compare(VectorOperators.LT, LARGE).toLong();
            edges(BinaryOp.HYPOT, out + SIZE * full, x, y, plain, (int) (count - full));
        }
    }

    /** The elements that are not plain, one bit each. */
    private static void edges(
            BinaryOp op, long out, DoubleVector x, DoubleVector y, long plain, int count) {
        for (int i = 0; i < count; i++) {
            if ((plain >>> i & 1) == 0) {
                Memory.putDouble(out + (long) SIZE * i, op.apply(x.lane(i), y.lane(i)));
            }
        }
    }
}
