// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.pointwise.WideFunctions.SPECIES;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.FloatHalves;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.BinaryOp;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import org.jspecify.annotations.Nullable;

/**
 * f32 rows of functions of two operands that are computed in f64 and rounded once. Where a vector
 * holds an element for which that does not do, such elements are computed by the opcode's
 * definition.
 */
final class FloatWideArithmetic {
    private static final int LENGTH = SPECIES.length();

    private static final int SIZE = Float.BYTES;

    /** Quotients up to here are whole numbers or far enough from one, and their products exact. */
    private static final double EXACT = 0x1p24;

    /** From here on all numbers are whole. */
    private static final double WHOLE = 0x1p52;

    private FloatWideArithmetic() {}

    /** The loop of a function; null where it has none. */
    static @Nullable BinaryRow row(BinaryOp op) {
        return switch (op) {
            case ATAN2 -> FloatWideArithmetic::atan2;
            case HYPOT -> FloatWideArithmetic::hypot;
            case FMOD -> FloatWideArithmetic::fmod;
            case REMAINDER -> FloatWideArithmetic::remainder;
            case FLOOR_DIVIDE -> FloatWideArithmetic::floorDivide;
            default -> null;
        };
    }

    private static DoubleVector load(long address, long step) {
        if (step == 0) {
            return Exact.DOUBLES.cast(DoubleVector.broadcast(SPECIES, Memory.getFloat(address)));
        }
        return FloatHalves.load(address);
    }

    private static DoubleVector load(long address, long step, VectorMask<Float> mask) {
        if (step == 0) {
            return Exact.DOUBLES.cast(DoubleVector.broadcast(SPECIES, Memory.getFloat(address)));
        }
        return FloatHalves.load(address, mask);
    }

    private static VectorMask<Double> finite(DoubleVector x, DoubleVector y) {
        return x.abs().max(y.abs()).compare(VectorOperators.LT, Double.POSITIVE_INFINITY);
    }

    /** Whether quotient and divisor allow an exact remainder. */
    private static VectorMask<Double> exact(DoubleVector quotient, DoubleVector y) {
        return quotient.abs()
                .compare(VectorOperators.LT, EXACT)
                .and(y.abs().compare(VectorOperators.LT, Double.POSITIVE_INFINITY));
    }

    /** The whole number next to 0, of numbers up to {@link #EXACT}. */
    private static DoubleVector truncated(DoubleVector x) {
        DoubleVector a = x.abs();
        DoubleVector near = a.add(WHOLE).sub(WHOLE);
        DoubleVector down = near.sub(1, near.compare(VectorOperators.GT, a));
        return down.blend(down.neg(), x.test(VectorOperators.IS_NEGATIVE));
    }

    private static DoubleVector hypot(DoubleVector x, DoubleVector y) {
        return x.mul(x).add(y.mul(y)).lanewise(VectorOperators.SQRT);
    }

    /** The sign of a remainder of 0 is that of what was divided. */
    private static DoubleVector fmod(DoubleVector x, DoubleVector y) {
        DoubleVector r = x.sub(truncated(x.div(y)).mul(y));
        return r.blend(
                r.neg(), r.compare(VectorOperators.EQ, 0).and(x.test(VectorOperators.IS_NEGATIVE)));
    }

    private static DoubleVector remainder(DoubleVector x, DoubleVector y) {
        DoubleVector r = fmod(x, y);
        return r.add(y, r.mul(y).compare(VectorOperators.LT, 0));
    }

    private static DoubleVector floor(DoubleVector quotient) {
        DoubleVector whole = truncated(quotient);
        return whole.sub(1, whole.compare(VectorOperators.GT, quotient));
    }

    private static void atan2(long out, long a, long stepA, long b, long stepB, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            DoubleVector x = load(a + SIZE * i * stepA, stepA);
            DoubleVector y = load(b + SIZE * i * stepB, stepB);
            VectorMask<Double> plain = finite(x, y);
            DoubleVector angle = WideFunctions.atan2(x, y);
            FloatHalves.store(angle, out + SIZE * i);
            if (!plain.allTrue()) {
                edges(BinaryOp.ATAN2, out + SIZE * i, x, y, plain.toLong(), LENGTH);
            }
        }
        if (full < count) {
            VectorMask<Float> rest = FloatHalves.below(count - full);
            DoubleVector x = load(a + SIZE * full * stepA, stepA, rest);
            DoubleVector y = load(b + SIZE * full * stepB, stepB, rest);
            FloatHalves.store(WideFunctions.atan2(x, y), out + SIZE * full, rest);
            long plain = finite(x, y).toLong();
            edges(BinaryOp.ATAN2, out + SIZE * full, x, y, plain, (int) (count - full));
        }
    }

    private static void hypot(long out, long a, long stepA, long b, long stepB, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            DoubleVector x = load(a + SIZE * i * stepA, stepA);
            DoubleVector y = load(b + SIZE * i * stepB, stepB);
            FloatHalves.store(hypot(x, y), out + SIZE * i);
            VectorMask<Double> plain = finite(x, y);
            if (!plain.allTrue()) {
                edges(BinaryOp.HYPOT, out + SIZE * i, x, y, plain.toLong(), LENGTH);
            }
        }
        if (full < count) {
            VectorMask<Float> rest = FloatHalves.below(count - full);
            DoubleVector x = load(a + SIZE * full * stepA, stepA, rest);
            DoubleVector y = load(b + SIZE * full * stepB, stepB, rest);
            FloatHalves.store(hypot(x, y), out + SIZE * full, rest);
            long plain = finite(x, y).toLong();
            edges(BinaryOp.HYPOT, out + SIZE * full, x, y, plain, (int) (count - full));
        }
    }

    private static void fmod(long out, long a, long stepA, long b, long stepB, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            DoubleVector x = load(a + SIZE * i * stepA, stepA);
            DoubleVector y = load(b + SIZE * i * stepB, stepB);
            FloatHalves.store(fmod(x, y), out + SIZE * i);
            VectorMask<Double> plain = exact(x.div(y), y);
            if (!plain.allTrue()) {
                edges(BinaryOp.FMOD, out + SIZE * i, x, y, plain.toLong(), LENGTH);
            }
        }
        if (full < count) {
            VectorMask<Float> rest = FloatHalves.below(count - full);
            DoubleVector x = load(a + SIZE * full * stepA, stepA, rest);
            DoubleVector y = load(b + SIZE * full * stepB, stepB, rest);
            FloatHalves.store(fmod(x, y), out + SIZE * full, rest);
            long plain = exact(x.div(y), y).toLong();
            edges(BinaryOp.FMOD, out + SIZE * full, x, y, plain, (int) (count - full));
        }
    }

    private static void remainder(long out, long a, long stepA, long b, long stepB, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            DoubleVector x = load(a + SIZE * i * stepA, stepA);
            DoubleVector y = load(b + SIZE * i * stepB, stepB);
            FloatHalves.store(remainder(x, y), out + SIZE * i);
            VectorMask<Double> plain = exact(x.div(y), y);
            if (!plain.allTrue()) {
                edges(BinaryOp.REMAINDER, out + SIZE * i, x, y, plain.toLong(), LENGTH);
            }
        }
        if (full < count) {
            VectorMask<Float> rest = FloatHalves.below(count - full);
            DoubleVector x = load(a + SIZE * full * stepA, stepA, rest);
            DoubleVector y = load(b + SIZE * full * stepB, stepB, rest);
            FloatHalves.store(remainder(x, y), out + SIZE * full, rest);
            long plain = exact(x.div(y), y).toLong();
            edges(BinaryOp.REMAINDER, out + SIZE * full, x, y, plain, (int) (count - full));
        }
    }

    private static void floorDivide(long out, long a, long stepA, long b, long stepB, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            DoubleVector x = load(a + SIZE * i * stepA, stepA);
            DoubleVector y = load(b + SIZE * i * stepB, stepB);
            FloatHalves.store(floor(x.div(y)), out + SIZE * i);
            VectorMask<Double> plain = exact(x.div(y), y);
            if (!plain.allTrue()) {
                edges(BinaryOp.FLOOR_DIVIDE, out + SIZE * i, x, y, plain.toLong(), LENGTH);
            }
        }
        if (full < count) {
            VectorMask<Float> rest = FloatHalves.below(count - full);
            DoubleVector x = load(a + SIZE * full * stepA, stepA, rest);
            DoubleVector y = load(b + SIZE * full * stepB, stepB, rest);
            FloatHalves.store(floor(x.div(y)), out + SIZE * full, rest);
            long plain = exact(x.div(y), y).toLong();
            edges(BinaryOp.FLOOR_DIVIDE, out + SIZE * full, x, y, plain, (int) (count - full));
        }
    }

    /** The elements that are not plain, one bit each. */
    private static void edges(
            BinaryOp op, long out, DoubleVector x, DoubleVector y, long plain, int count) {
        for (int i = 0; i < count; i++) {
            if ((plain >>> i & 1) == 0) {
                Memory.putFloat(out + SIZE * i, (float) op.apply(x.lane(i), y.lane(i)));
            }
        }
    }
}
