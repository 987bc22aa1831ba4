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
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Remainders of f64 rows, exact as the definition's. Where the quotient is below 2^52 its whole
 * part, found by a division that rounds, is the right one or one too large; what a fused
 * multiply-add then leaves is exact, and one divisor put back makes it right. Elements with larger
 * quotients are computed by the opcode's definition.
 */
final class DoubleRemainders {
    private static final int SIZE = Double.BYTES;
    private static final double WHOLE = 0x1p52;
    private static final DoubleVector V_WHOLE = splat(WHOLE);
    private static final DoubleVector ZERO = splat(0);
    private static final DoubleVector HALF = splat(0.5);
    private static final DoubleVector ONE = splat(1);
    private static final DoubleVector INFINITY = splat(Double.POSITIVE_INFINITY);
    private static final LongVector SIGN = splat(0).reinterpretAsLongs().add(Long.MIN_VALUE);
    private static final LongVector WHOLE_BITS = splat(WHOLE).reinterpretAsLongs();

    private DoubleRemainders() {}

    private static DoubleVector splat(double value) {
        return DoubleVector.broadcast(SPECIES, value);
    }

    static void fmod(long out, long a, long stepA, long b, long stepB, long count) {
        run(BinaryOp.FMOD, out, a, stepA, b, stepB, count);
    }

    static void remainder(long out, long a, long stepA, long b, long stepB, long count) {
        run(BinaryOp.REMAINDER, out, a, stepA, b, stepB, count);
    }

    /** The opcode's definition by vectors: from the exact remainder, which makes it exact. */
    static void floorDivide(long out, long a, long stepA, long b, long stepB, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            DoubleVector x = load(a + SIZE * i * stepA, stepA);
            DoubleVector y = load(b + SIZE * i * stepB, stepB);
            DoubleVector quotient = x.div(y);
            DoubleVector magnitude = quotient.abs();
            DoubleVector r = rest(x, y, magnitude);
            DoubleVector whole = x.sub(r).div(y);
            down(whole.sub(ONE, opposite(r, y)), quotient)
                    .intoMemorySegment(ALL, out + SIZE * i, ORDER);
            VectorMask<Double> plain =
                    magnitude
                            .compare(VectorOperators.LT, V_WHOLE)
                            .and(y.abs().compare(VectorOperators.LT, INFINITY));
            if (!plain.allTrue()) {
                edges(BinaryOp.FLOOR_DIVIDE, out + SIZE * i, x, y, plain.toLong());
            }
        }
        for (long i = full; i < count; i++) {
            double x = Memory.getDouble(a + SIZE * i * stepA);
            double y = Memory.getDouble(b + SIZE * i * stepB);
            Memory.putDouble(out + SIZE * i, BinaryOp.FLOOR_DIVIDE.apply(x, y));
        }
    }

    /** A number that is whole but for rounding, rounded; 0 gets the quotient's sign. */
    private static DoubleVector down(DoubleVector whole, DoubleVector quotient) {
        LongVector sign = whole.reinterpretAsLongs().and(SIGN);
        DoubleVector far = sign.or(WHOLE_BITS).reinterpretAsDoubles();
        DoubleVector near = whole.add(far).sub(far);
        DoubleVector floor = near.sub(ONE, near.compare(VectorOperators.GT, whole));
        floor = floor.add(ONE, whole.sub(floor).compare(VectorOperators.GT, HALF));
        DoubleVector zero = quotient.reinterpretAsLongs().and(SIGN).reinterpretAsDoubles();
        return floor.blend(zero, whole.compare(VectorOperators.EQ, ZERO));
    }

    private static DoubleVector load(long address, long step) {
        return step == 0
                ? Exact.DOUBLES.cast(DoubleVector.broadcast(SPECIES, Memory.getDouble(address)))
                : Exact.DOUBLES.cast(DoubleVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }

    private static void run(
            BinaryOp op, long out, long a, long stepA, long b, long stepB, long count) {
        boolean floored = op == BinaryOp.REMAINDER;
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            DoubleVector x = load(a + SIZE * i * stepA, stepA);
            DoubleVector y = load(b + SIZE * i * stepB, stepB);
            DoubleVector quotient = x.div(y).abs();
            DoubleVector r = rest(x, y, quotient);
            if (floored) {
                r = r.add(y, opposite(r, y));
            }
            r.intoMemorySegment(ALL, out + SIZE * i, ORDER);
            VectorMask<Double> plain =
                    quotient.compare(VectorOperators.LT, V_WHOLE)
                            .and(y.abs().compare(VectorOperators.LT, INFINITY));
            if (!plain.allTrue()) {
                edges(op, out + SIZE * i, x, y, plain.toLong());
            }
        }
        for (long i = full; i < count; i++) {
            double x = Memory.getDouble(a + SIZE * i * stepA);
            double y = Memory.getDouble(b + SIZE * i * stepB);
            Memory.putDouble(out + SIZE * i, op.apply(x, y));
        }
    }

    /** Of magnitudes, with the sign of what is divided. */
    private static DoubleVector rest(DoubleVector x, DoubleVector y, DoubleVector quotient) {
        DoubleVector near = quotient.add(V_WHOLE).sub(V_WHOLE);
        DoubleVector whole = near.sub(ONE, near.compare(VectorOperators.GT, quotient));
        DoubleVector divisor = y.abs();
        DoubleVector r = whole.neg().fma(divisor, x.abs());
        r = r.add(divisor, r.compare(VectorOperators.LT, ZERO));
        return r.blend(r.neg(), x.test(VectorOperators.IS_NEGATIVE));
    }

    /** Whether a remainder that is not 0 has another sign than the divisor. */
    private static VectorMask<Double> opposite(DoubleVector r, DoubleVector y) {
        return r.compare(VectorOperators.LT, ZERO)
                .xor(y.compare(VectorOperators.LT, ZERO))
                .and(r.compare(VectorOperators.NE, ZERO));
    }

    private static void edges(BinaryOp op, long out, DoubleVector x, DoubleVector y, long plain) {
        for (int i = 0; i < LENGTH; i++) {
            if ((plain >>> i & 1) == 0) {
                Memory.putDouble(out + (long) SIZE * i, op.apply(x.lane(i), y.lane(i)));
            }
        }
    }
}
