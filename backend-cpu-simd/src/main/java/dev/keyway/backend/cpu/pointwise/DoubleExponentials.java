// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;
import static dev.keyway.backend.cpu.pointwise.DoubleMath.LENGTH;
import static dev.keyway.backend.cpu.pointwise.DoubleMath.SPECIES;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.UnaryOp;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import org.jspecify.annotations.Nullable;

/** f64 rows of exponentials, logarithms, sines and cosines. */
final class DoubleExponentials {
    private static final int SIZE = Double.BYTES;

    private DoubleExponentials() {}

    /** The loop of a function; null where it has none. */
    static @Nullable UnaryRow row(UnaryOp op) {
        return switch (op) {
            case EXP -> DoubleExponentials::exp;
            case EXPM1 -> DoubleExponentials::expm1;
            case LOG -> DoubleExponentials::log;
            case LOG2 -> DoubleExponentials::log2;
            case LOG10 -> DoubleExponentials::log10;
            case LOG1P -> DoubleExponentials::log1p;
            case SIN -> DoubleExponentials::sin;
            case COS -> DoubleExponentials::cos;
            default -> null;
        };
    }

    private static DoubleVector load(long address) {
        return Exact.DOUBLES.cast(DoubleVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }

    private static DoubleVector load(long address, VectorMask<Double> mask) {
        return Exact.DOUBLES.cast(
                DoubleVector.fromMemorySegment(SPECIES, ALL, address, ORDER, mask));
    }

    private static VectorMask<Double> tail(long left) {
        return SPECIES.indexInRange(0, left);
    }

    private static void exp(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            DoubleMath.exp(load(a + at)).intoMemorySegment(ALL, out + at, ORDER);
        }
        if (full < count) {
            VectorMask<Double> rest = tail(count - full);
            DoubleMath.exp(load(a + SIZE * full, rest))
                    .intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
        }
    }

    private static void expm1(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            DoubleMath.expm1(load(a + at)).intoMemorySegment(ALL, out + at, ORDER);
        }
        if (full < count) {
            VectorMask<Double> rest = tail(count - full);
            DoubleMath.expm1(load(a + SIZE * full, rest))
                    .intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
        }
    }

    private static void log(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            DoubleMath.log(load(a + at)).intoMemorySegment(ALL, out + at, ORDER);
        }
        if (full < count) {
            VectorMask<Double> rest = tail(count - full);
            DoubleMath.log(load(a + SIZE * full, rest))
                    .intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
        }
    }

    private static void log2(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            DoubleMath.log2(load(a + at)).intoMemorySegment(ALL, out + at, ORDER);
        }
        if (full < count) {
            VectorMask<Double> rest = tail(count - full);
            DoubleMath.log2(load(a + SIZE * full, rest))
                    .intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
        }
    }

    private static void log10(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            DoubleMath.log10(load(a + at)).intoMemorySegment(ALL, out + at, ORDER);
        }
        if (full < count) {
            VectorMask<Double> rest = tail(count - full);
            DoubleMath.log10(load(a + SIZE * full, rest))
                    .intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
        }
    }

    private static void log1p(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            DoubleMath.log1p(load(a + at)).intoMemorySegment(ALL, out + at, ORDER);
        }
        if (full < count) {
            VectorMask<Double> rest = tail(count - full);
            DoubleMath.log1p(load(a + SIZE * full, rest))
                    .intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
        }
    }

    private static void sin(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            DoubleVector x = load(a + at);
            DoubleMath.sin(x).intoMemorySegment(ALL, out + at, ORDER);
            if (x.abs().compare(VectorOperators.GT, DoubleMath.CIRCLE).anyTrue()) {
                around(UnaryOp.SIN, out + at, x, LENGTH);
            }
        }
        if (full < count) {
            VectorMask<Double> rest = tail(count - full);
            DoubleVector x = load(a + SIZE * full, rest);
            DoubleMath.sin(x).intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
            around(UnaryOp.SIN, out + SIZE * full, x, (int) (count - full));
        }
    }

    private static void cos(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            DoubleVector x = load(a + at);
            DoubleMath.cos(x).intoMemorySegment(ALL, out + at, ORDER);
            if (x.abs().compare(VectorOperators.GT, DoubleMath.CIRCLE).anyTrue()) {
                around(UnaryOp.COS, out + at, x, LENGTH);
            }
        }
        if (full < count) {
            VectorMask<Double> rest = tail(count - full);
            DoubleVector x = load(a + SIZE * full, rest);
            DoubleMath.cos(x).intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
            around(UnaryOp.COS, out + SIZE * full, x, (int) (count - full));
        }
    }

    /** The elements whose argument goes around the circle too often for the vector's pi. */
    private static void around(UnaryOp op, long out, DoubleVector arguments, int count) {
        for (int i = 0; i < count; i++) {
            double x = arguments.lane(i);
            if (Math.abs(x) > DoubleMath.CIRCLE) {
                Memory.putDouble(out + SIZE * i, op.apply(x));
            }
        }
    }
}
