// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.BinaryOp;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Powers of f32 rows: {@code exp(exponent log(base))} in f64 vectors, which leaves 1 ulp of an f32.
 * Bases that are not positive and exponents or results at the ends of the range are computed one by
 * one, by the opcode's definition.
 */
final class FloatPower {
    private static final VectorSpecies<Double> WIDE = DoubleVector.SPECIES_PREFERRED;
    private static final int LENGTH = WIDE.length();

    /** As many f32 as {@link #WIDE} has f64. */
    private static final VectorSpecies<Float> SPECIES =
            VectorSpecies.of(float.class, VectorShape.forBitSize(LENGTH * Float.SIZE));

    private static final int SIZE = Float.BYTES;

    /** Results whose logarithm is beyond are near the ends of f32. */
    private static final double RANGE = 87;

    private FloatPower() {}

    private static DoubleVector load(long address, long step, VectorMask<Float> mask) {
        if (step == 0) {
            return DoubleVector.broadcast(WIDE, Memory.getFloat(address));
        }
        FloatVector x = FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER, mask);
        return (DoubleVector) x.convertShape(VectorOperators.F2D, WIDE, 0);
    }

    private static DoubleVector load(long address, long step) {
        if (step == 0) {
            return DoubleVector.broadcast(WIDE, Memory.getFloat(address));
        }
        FloatVector x = FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER);
        return (DoubleVector) x.convertShape(VectorOperators.F2D, WIDE, 0);
    }

    private static FloatVector narrow(DoubleVector x) {
        return (FloatVector) x.convertShape(VectorOperators.D2F, SPECIES, 0);
    }

    static void pow(long out, long a, long stepA, long b, long stepB, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            DoubleVector base = load(a + SIZE * i * stepA, stepA);
            DoubleVector exponent = load(b + SIZE * i * stepB, stepB);
            DoubleVector log = DoubleMath.log(base).mul(exponent);
            narrow(DoubleMath.exp(log)).intoMemorySegment(ALL, out + SIZE * i, ORDER);
            if (!log.abs().compare(VectorOperators.LT, RANGE).allTrue()) {
                edges(out + SIZE * i, base, exponent, log, LENGTH);
            }
        }
        if (full < count) {
            VectorMask<Float> rest = SPECIES.indexInRange(0, count - full);
            DoubleVector base = load(a + SIZE * full * stepA, stepA, rest);
            DoubleVector exponent = load(b + SIZE * full * stepB, stepB, rest);
            DoubleVector log = DoubleMath.log(base).mul(exponent);
            narrow(DoubleMath.exp(log)).intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
            edges(out + SIZE * full, base, exponent, log, (int) (count - full));
        }
    }

    /** The logarithm of what is not positive is NaN or infinite, so that its product is, too. */
    private static void edges(
            long out, DoubleVector base, DoubleVector exponent, DoubleVector log, int count) {
        for (int i = 0; i < count; i++) {
            if (!(Math.abs(log.lane(i)) < RANGE)) {
                double power = BinaryOp.POW.apply(base.lane(i), exponent.lane(i));
                Memory.putFloat(out + SIZE * i, (float) power);
            }
        }
    }
}
