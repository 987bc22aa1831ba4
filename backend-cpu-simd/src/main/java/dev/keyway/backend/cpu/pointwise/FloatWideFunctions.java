// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;
import static dev.keyway.backend.cpu.pointwise.WideFunctions.SPECIES;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.UnaryOp;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/** f32 rows of functions that are computed in f64 and rounded once. */
final class FloatWideFunctions {
    private static final int LENGTH = SPECIES.length();

    /** As many f32 as a vector has f64. */
    private static final VectorSpecies<Float> NARROW =
            VectorSpecies.of(float.class, VectorShape.forBitSize(LENGTH * Float.SIZE));

    private static final Class<? extends FloatVector> EXACT = FloatVector.zero(NARROW).getClass();
    private static final int SIZE = Float.BYTES;

    private FloatWideFunctions() {}

    /** The loop of a function; null where it has none. */
    static @Nullable UnaryRow row(UnaryOp op) {
        return switch (op) {
            case TAN -> FloatWideFunctions::tan;
            case ASIN -> FloatWideFunctions::asin;
            case ACOS -> FloatWideFunctions::acos;
            case ATAN -> FloatWideFunctions::atan;
            case SINH -> FloatWideFunctions::sinh;
            case COSH -> FloatWideFunctions::cosh;
            case ASINH -> FloatWideFunctions::asinh;
            case ACOSH -> FloatWideFunctions::acosh;
            case ATANH -> FloatWideFunctions::atanh;
            case EXP2 -> FloatWideFunctions::exp2;
            case ERFC -> FloatWideFunctions::erfc;
            default -> null;
        };
    }

    private static DoubleVector widened(FloatVector x) {
        return Exact.DOUBLES.cast(EXACT.cast(x).convertShape(VectorOperators.F2D, SPECIES, 0));
    }

    private static DoubleVector load(long address) {
        return widened(FloatVector.fromMemorySegment(NARROW, ALL, address, ORDER));
    }

    private static DoubleVector load(long address, VectorMask<Float> mask) {
        return widened(FloatVector.fromMemorySegment(NARROW, ALL, address, ORDER, mask));
    }

    private static void tan(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            DoubleVector x = load(a + at);
            EXACT.cast(WideFunctions.tan(x).convertShape(VectorOperators.D2F, NARROW, 0))
                    .intoMemorySegment(ALL, out + at, ORDER);
            if (x.abs().compare(VectorOperators.GT, FloatMath.CIRCLE).anyTrue()) {
                around(out + at, x, LENGTH);
            }
        }
        if (full < count) {
            VectorMask<Float> rest = NARROW.indexInRange(0, count - full);
            DoubleVector x = load(a + SIZE * full, rest);
            EXACT.cast(WideFunctions.tan(x).convertShape(VectorOperators.D2F, NARROW, 0))
                    .intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
            around(out + SIZE * full, x, (int) (count - full));
        }
    }

    /** The elements whose argument goes around the circle too often for two parts of pi. */
    private static void around(long out, DoubleVector arguments, int count) {
        for (int i = 0; i < count; i++) {
            double x = arguments.lane(i);
            if (Math.abs(x) > FloatMath.CIRCLE) {
                Memory.putFloat(out + SIZE * i, (float) UnaryOp.TAN.apply(x));
            }
        }
    }

    private static void asin(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            DoubleVector y = WideFunctions.asin(load(a + at));
            EXACT.cast(y.convertShape(VectorOperators.D2F, NARROW, 0))
                    .intoMemorySegment(ALL, out + at, ORDER);
        }
        if (full < count) {
            VectorMask<Float> rest = NARROW.indexInRange(0, count - full);
            DoubleVector y = WideFunctions.asin(load(a + SIZE * full, rest));
            EXACT.cast(y.convertShape(VectorOperators.D2F, NARROW, 0))
                    .intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
        }
    }

    private static void acos(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            DoubleVector y = WideFunctions.acos(load(a + at));
            EXACT.cast(y.convertShape(VectorOperators.D2F, NARROW, 0))
                    .intoMemorySegment(ALL, out + at, ORDER);
        }
        if (full < count) {
            VectorMask<Float> rest = NARROW.indexInRange(0, count - full);
            DoubleVector y = WideFunctions.acos(load(a + SIZE * full, rest));
            EXACT.cast(y.convertShape(VectorOperators.D2F, NARROW, 0))
                    .intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
        }
    }

    private static void atan(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            DoubleVector y = WideFunctions.atan(load(a + at));
            EXACT.cast(y.convertShape(VectorOperators.D2F, NARROW, 0))
                    .intoMemorySegment(ALL, out + at, ORDER);
        }
        if (full < count) {
            VectorMask<Float> rest = NARROW.indexInRange(0, count - full);
            DoubleVector y = WideFunctions.atan(load(a + SIZE * full, rest));
            EXACT.cast(y.convertShape(VectorOperators.D2F, NARROW, 0))
                    .intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
        }
    }

    private static void sinh(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            DoubleVector y = WideFunctions.sinh(load(a + at));
            EXACT.cast(y.convertShape(VectorOperators.D2F, NARROW, 0))
                    .intoMemorySegment(ALL, out + at, ORDER);
        }
        if (full < count) {
            VectorMask<Float> rest = NARROW.indexInRange(0, count - full);
            DoubleVector y = WideFunctions.sinh(load(a + SIZE * full, rest));
            EXACT.cast(y.convertShape(VectorOperators.D2F, NARROW, 0))
                    .intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
        }
    }

    private static void cosh(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            DoubleVector y = WideFunctions.cosh(load(a + at));
            EXACT.cast(y.convertShape(VectorOperators.D2F, NARROW, 0))
                    .intoMemorySegment(ALL, out + at, ORDER);
        }
        if (full < count) {
            VectorMask<Float> rest = NARROW.indexInRange(0, count - full);
            DoubleVector y = WideFunctions.cosh(load(a + SIZE * full, rest));
            EXACT.cast(y.convertShape(VectorOperators.D2F, NARROW, 0))
                    .intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
        }
    }

    private static void asinh(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            DoubleVector y = WideFunctions.asinh(load(a + at));
            EXACT.cast(y.convertShape(VectorOperators.D2F, NARROW, 0))
                    .intoMemorySegment(ALL, out + at, ORDER);
        }
        if (full < count) {
            VectorMask<Float> rest = NARROW.indexInRange(0, count - full);
            DoubleVector y = WideFunctions.asinh(load(a + SIZE * full, rest));
            EXACT.cast(y.convertShape(VectorOperators.D2F, NARROW, 0))
                    .intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
        }
    }

    private static void acosh(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            DoubleVector y = WideFunctions.acosh(load(a + at));
            EXACT.cast(y.convertShape(VectorOperators.D2F, NARROW, 0))
                    .intoMemorySegment(ALL, out + at, ORDER);
        }
        if (full < count) {
            VectorMask<Float> rest = NARROW.indexInRange(0, count - full);
            DoubleVector y = WideFunctions.acosh(load(a + SIZE * full, rest));
            EXACT.cast(y.convertShape(VectorOperators.D2F, NARROW, 0))
                    .intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
        }
    }

    private static void atanh(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            DoubleVector y = WideFunctions.atanh(load(a + at));
            EXACT.cast(y.convertShape(VectorOperators.D2F, NARROW, 0))
                    .intoMemorySegment(ALL, out + at, ORDER);
        }
        if (full < count) {
            VectorMask<Float> rest = NARROW.indexInRange(0, count - full);
            DoubleVector y = WideFunctions.atanh(load(a + SIZE * full, rest));
            EXACT.cast(y.convertShape(VectorOperators.D2F, NARROW, 0))
                    .intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
        }
    }

    private static void exp2(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            DoubleVector y = WideFunctions.exp2(load(a + at));
            EXACT.cast(y.convertShape(VectorOperators.D2F, NARROW, 0))
                    .intoMemorySegment(ALL, out + at, ORDER);
        }
        if (full < count) {
            VectorMask<Float> rest = NARROW.indexInRange(0, count - full);
            DoubleVector y = WideFunctions.exp2(load(a + SIZE * full, rest));
            EXACT.cast(y.convertShape(VectorOperators.D2F, NARROW, 0))
                    .intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
        }
    }

    private static void erfc(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            DoubleVector y = WideFunctions.erfc(load(a + at));
            EXACT.cast(y.convertShape(VectorOperators.D2F, NARROW, 0))
                    .intoMemorySegment(ALL, out + at, ORDER);
        }
        if (full < count) {
            VectorMask<Float> rest = NARROW.indexInRange(0, count - full);
            DoubleVector y = WideFunctions.erfc(load(a + SIZE * full, rest));
            EXACT.cast(y.convertShape(VectorOperators.D2F, NARROW, 0))
                    .intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
        }
    }
}
