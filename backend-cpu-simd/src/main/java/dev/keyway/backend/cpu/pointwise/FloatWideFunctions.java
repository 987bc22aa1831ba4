// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.pointwise.WideFunctions.SPECIES;

import dev.keyway.backend.cpu.FloatHalves;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.UnaryOp;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import org.jspecify.annotations.Nullable;

/** f32 rows of functions that are computed in f64 and rounded once. */
final class FloatWideFunctions {
    private static final int LENGTH = SPECIES.length();

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

    private static void tan(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            DoubleVector x = FloatHalves.load(a + at);
            FloatHalves.store(WideFunctions.tan(x), out + at);
            if (x.abs().compare(VectorOperators.GT, FloatMath.CIRCLE).anyTrue()) {
                around(out + at, x, LENGTH);
            }
        }
        if (full < count) {
            VectorMask<Float> rest = FloatHalves.below(count - full);
            DoubleVector x = FloatHalves.load(a + SIZE * full, rest);
            FloatHalves.store(WideFunctions.tan(x), out + SIZE * full, rest);
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
            DoubleVector y = WideFunctions.asin(FloatHalves.load(a + at));
            FloatHalves.store(y, out + at);
        }
        if (full < count) {
            VectorMask<Float> rest = FloatHalves.below(count - full);
            DoubleVector y = WideFunctions.asin(FloatHalves.load(a + SIZE * full, rest));
            FloatHalves.store(y, out + SIZE * full, rest);
        }
    }

    private static void acos(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            DoubleVector y = WideFunctions.acos(FloatHalves.load(a + at));
            FloatHalves.store(y, out + at);
        }
        if (full < count) {
            VectorMask<Float> rest = FloatHalves.below(count - full);
            DoubleVector y = WideFunctions.acos(FloatHalves.load(a + SIZE * full, rest));
            FloatHalves.store(y, out + SIZE * full, rest);
        }
    }

    private static void atan(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            DoubleVector y = WideFunctions.atan(FloatHalves.load(a + at));
            FloatHalves.store(y, out + at);
        }
        if (full < count) {
            VectorMask<Float> rest = FloatHalves.below(count - full);
            DoubleVector y = WideFunctions.atan(FloatHalves.load(a + SIZE * full, rest));
            FloatHalves.store(y, out + SIZE * full, rest);
        }
    }

    private static void sinh(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            DoubleVector y = WideFunctions.sinh(FloatHalves.load(a + at));
            FloatHalves.store(y, out + at);
        }
        if (full < count) {
            VectorMask<Float> rest = FloatHalves.below(count - full);
            DoubleVector y = WideFunctions.sinh(FloatHalves.load(a + SIZE * full, rest));
            FloatHalves.store(y, out + SIZE * full, rest);
        }
    }

    private static void cosh(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            DoubleVector y = WideFunctions.cosh(FloatHalves.load(a + at));
            FloatHalves.store(y, out + at);
        }
        if (full < count) {
            VectorMask<Float> rest = FloatHalves.below(count - full);
            DoubleVector y = WideFunctions.cosh(FloatHalves.load(a + SIZE * full, rest));
            FloatHalves.store(y, out + SIZE * full, rest);
        }
    }

    private static void asinh(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            DoubleVector y = WideFunctions.asinh(FloatHalves.load(a + at));
            FloatHalves.store(y, out + at);
        }
        if (full < count) {
            VectorMask<Float> rest = FloatHalves.below(count - full);
            DoubleVector y = WideFunctions.asinh(FloatHalves.load(a + SIZE * full, rest));
            FloatHalves.store(y, out + SIZE * full, rest);
        }
    }

    private static void acosh(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            DoubleVector y = WideFunctions.acosh(FloatHalves.load(a + at));
            FloatHalves.store(y, out + at);
        }
        if (full < count) {
            VectorMask<Float> rest = FloatHalves.below(count - full);
            DoubleVector y = WideFunctions.acosh(FloatHalves.load(a + SIZE * full, rest));
            FloatHalves.store(y, out + SIZE * full, rest);
        }
    }

    private static void atanh(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            DoubleVector y = WideFunctions.atanh(FloatHalves.load(a + at));
            FloatHalves.store(y, out + at);
        }
        if (full < count) {
            VectorMask<Float> rest = FloatHalves.below(count - full);
            DoubleVector y = WideFunctions.atanh(FloatHalves.load(a + SIZE * full, rest));
            FloatHalves.store(y, out + SIZE * full, rest);
        }
    }

    private static void exp2(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            DoubleVector y = WideFunctions.exp2(FloatHalves.load(a + at));
            FloatHalves.store(y, out + at);
        }
        if (full < count) {
            VectorMask<Float> rest = FloatHalves.below(count - full);
            DoubleVector y = WideFunctions.exp2(FloatHalves.load(a + SIZE * full, rest));
            FloatHalves.store(y, out + SIZE * full, rest);
        }
    }

    private static void erfc(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            DoubleVector y = WideFunctions.erfc(FloatHalves.load(a + at));
            FloatHalves.store(y, out + at);
        }
        if (full < count) {
            VectorMask<Float> rest = FloatHalves.below(count - full);
            DoubleVector y = WideFunctions.erfc(FloatHalves.load(a + SIZE * full, rest));
            FloatHalves.store(y, out + SIZE * full, rest);
        }
    }
}
