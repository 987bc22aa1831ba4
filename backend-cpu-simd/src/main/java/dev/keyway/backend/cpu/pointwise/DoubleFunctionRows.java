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

/** f64 rows of trigonometric, hyperbolic and error functions. */
final class DoubleFunctionRows {
    private static final int SIZE = Double.BYTES;

    /** Beyond it an exponential overflows before its half does. */
    private static final double OVERFLOW = 709;

    private DoubleFunctionRows() {}

    /** The loop of a function; null where it has none. */
    static @Nullable UnaryRow row(UnaryOp op) {
        return switch (op) {
            case SINH -> DoubleFunctionRows::sinh;
            case COSH -> DoubleFunctionRows::cosh;
            case TAN -> DoubleFunctionRows::tan;
            case ATAN -> DoubleFunctionRows::atan;
            case ASIN -> DoubleFunctionRows::asin;
            case ACOS -> DoubleFunctionRows::acos;
            case ASINH -> DoubleInverseRows::asinh;
            case ACOSH -> DoubleInverseRows::acosh;
            case ATANH -> DoubleInverseRows::atanh;
            case EXP2 -> DoubleInverseRows::exp2;
            case ERF -> DoubleErrorRows::erf;
            case ERFC -> DoubleFunctionRows::erfc;
            case GELU -> DoubleErrorRows::gelu;
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

    /** The elements whose argument is beyond a bound, by the definition. */
    static void beyond(UnaryOp op, double bound, long out, DoubleVector arguments, int count) {
        for (int i = 0; i < count; i++) {
            double x = arguments.lane(i);
            if (Math.abs(x) > bound) {
                Memory.putDouble(out + SIZE * i, op.apply(x));
            }
        }
    }

    private static void sinh(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            DoubleVector x = load(a + at);
            DoubleFunctions.sinh(x).intoMemorySegment(ALL, out + at, ORDER);
            if (x.abs().compare(VectorOperators.GT, OVERFLOW).anyTrue()) {
                beyond(UnaryOp.SINH, OVERFLOW, out + at, x, LENGTH);
            }
        }
        if (full < count) {
            VectorMask<Double> rest = SPECIES.indexInRange(0, count - full);
            DoubleVector x = load(a + SIZE * full, rest);
            DoubleFunctions.sinh(x).intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
            beyond(UnaryOp.SINH, OVERFLOW, out + SIZE * full, x, (int) (count - full));
        }
    }

    private static void cosh(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            DoubleVector x = load(a + at);
            DoubleFunctions.cosh(x).intoMemorySegment(ALL, out + at, ORDER);
            if (x.abs().compare(VectorOperators.GT, OVERFLOW).anyTrue()) {
                beyond(UnaryOp.COSH, OVERFLOW, out + at, x, LENGTH);
            }
        }
        if (full < count) {
            VectorMask<Double> rest = SPECIES.indexInRange(0, count - full);
            DoubleVector x = load(a + SIZE * full, rest);
            DoubleFunctions.cosh(x).intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
            beyond(UnaryOp.COSH, OVERFLOW, out + SIZE * full, x, (int) (count - full));
        }
    }

    private static void tan(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            DoubleVector x = load(a + at);
            DoubleFunctions.tan(x).intoMemorySegment(ALL, out + at, ORDER);
            if (x.abs().compare(VectorOperators.GT, DoubleMath.CIRCLE).anyTrue()) {
                beyond(UnaryOp.TAN, DoubleMath.CIRCLE, out + at, x, LENGTH);
            }
        }
        if (full < count) {
            VectorMask<Double> rest = SPECIES.indexInRange(0, count - full);
            DoubleVector x = load(a + SIZE * full, rest);
            DoubleFunctions.tan(x).intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
            beyond(UnaryOp.TAN, DoubleMath.CIRCLE, out + SIZE * full, x, (int) (count - full));
        }
    }

    private static void atan(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            DoubleFunctions.atan(load(a + at)).intoMemorySegment(ALL, out + at, ORDER);
        }
        if (full < count) {
            VectorMask<Double> rest = SPECIES.indexInRange(0, count - full);
            DoubleFunctions.atan(load(a + SIZE * full, rest))
                    .intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
        }
    }

    private static void asin(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            DoubleFunctions.asin(load(a + at)).intoMemorySegment(ALL, out + at, ORDER);
        }
        if (full < count) {
            VectorMask<Double> rest = SPECIES.indexInRange(0, count - full);
            DoubleFunctions.asin(load(a + SIZE * full, rest))
                    .intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
        }
    }

    private static void acos(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            DoubleFunctions.acos(load(a + at)).intoMemorySegment(ALL, out + at, ORDER);
        }
        if (full < count) {
            VectorMask<Double> rest = SPECIES.indexInRange(0, count - full);
            DoubleFunctions.acos(load(a + SIZE * full, rest))
                    .intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
        }
    }

    private static void erfc(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            DoubleFunctions.erfc(load(a + at)).intoMemorySegment(ALL, out + at, ORDER);
        }
        if (full < count) {
            VectorMask<Double> rest = SPECIES.indexInRange(0, count - full);
            DoubleFunctions.erfc(load(a + SIZE * full, rest))
                    .intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
        }
    }
}
