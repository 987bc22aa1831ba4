// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;
import static dev.keyway.backend.cpu.pointwise.FloatMath.LENGTH;
import static dev.keyway.backend.cpu.pointwise.FloatMath.SPECIES;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.UnaryOp;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import org.jspecify.annotations.Nullable;

/** f32 rows of exponentials, logarithms, sines and cosines. */
final class FloatExponentials {
    private static final int SIZE = Float.BYTES;

    private FloatExponentials() {}

    /** The loop of a function; null where it has none. */
    static @Nullable UnaryRow row(UnaryOp op) {
        return switch (op) {
            case EXP -> FloatExponentials::exp;
            case EXPM1 -> FloatExponentials::expm1;
            case LOG -> FloatExponentials::log;
            case LOG2 -> FloatExponentials::log2;
            case LOG10 -> FloatExponentials::log10;
            case LOG1P -> FloatExponentials::log1p;
            case SIN -> FloatExponentials::sin;
            case COS -> FloatExponentials::cos;
            default -> null;
        };
    }

    private static FloatVector load(long address) {
        return Exact.FLOATS.cast(FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }

    private static FloatVector load(long address, VectorMask<Float> mask) {
        return Exact.FLOATS.cast(FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER, mask));
    }

    private static VectorMask<Float> tail(long left) {
        return SPECIES.indexInRange(0, left);
    }

    private static void exp(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            FloatVector x = load(a + at);
            if (FloatMath.isModerate(x)) {
                FloatMath.moderateExp(x).intoMemorySegment(ALL, out + at, ORDER);
            } else {
                FloatMath.exp(x).intoMemorySegment(ALL, out + at, ORDER);
            }
        }
        if (full < count) {
            VectorMask<Float> rest = tail(count - full);
            FloatMath.exp(load(a + SIZE * full, rest))
                    .intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
        }
    }

    private static void expm1(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            FloatMath.expm1(load(a + at)).intoMemorySegment(ALL, out + at, ORDER);
        }
        if (full < count) {
            VectorMask<Float> rest = tail(count - full);
            FloatMath.expm1(load(a + SIZE * full, rest))
                    .intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
        }
    }

    private static void log(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            FloatMath.log(load(a + at)).intoMemorySegment(ALL, out + at, ORDER);
        }
        if (full < count) {
            VectorMask<Float> rest = tail(count - full);
            FloatMath.log(load(a + SIZE * full, rest))
                    .intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
        }
    }

    private static void log2(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            FloatMath.log2(load(a + at)).intoMemorySegment(ALL, out + at, ORDER);
        }
        if (full < count) {
            VectorMask<Float> rest = tail(count - full);
            FloatMath.log2(load(a + SIZE * full, rest))
                    .intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
        }
    }

    private static void log10(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            FloatMath.log10(load(a + at)).intoMemorySegment(ALL, out + at, ORDER);
        }
        if (full < count) {
            VectorMask<Float> rest = tail(count - full);
            FloatMath.log10(load(a + SIZE * full, rest))
                    .intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
        }
    }

    private static void log1p(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            FloatMath.log1p(load(a + at)).intoMemorySegment(ALL, out + at, ORDER);
        }
        if (full < count) {
            VectorMask<Float> rest = tail(count - full);
            FloatMath.log1p(load(a + SIZE * full, rest))
                    .intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
        }
    }

    private static void sin(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            FloatVector x = load(a + at);
            FloatMath.sin(x).intoMemorySegment(ALL, out + at, ORDER);
            if (x.abs().compare(VectorOperators.GT, FloatMath.CIRCLE).anyTrue()) {
                around(UnaryOp.SIN, out + at, x, LENGTH);
            }
        }
        if (full < count) {
            VectorMask<Float> rest = tail(count - full);
            FloatVector x = load(a + SIZE * full, rest);
            FloatMath.sin(x).intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
            around(UnaryOp.SIN, out + SIZE * full, x, (int) (count - full));
        }
    }

    private static void cos(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            FloatVector x = load(a + at);
            FloatMath.cos(x).intoMemorySegment(ALL, out + at, ORDER);
            if (x.abs().compare(VectorOperators.GT, FloatMath.CIRCLE).anyTrue()) {
                around(UnaryOp.COS, out + at, x, LENGTH);
            }
        }
        if (full < count) {
            VectorMask<Float> rest = tail(count - full);
            FloatVector x = load(a + SIZE * full, rest);
            FloatMath.cos(x).intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
            around(UnaryOp.COS, out + SIZE * full, x, (int) (count - full));
        }
    }

    /** The elements whose argument goes around the circle too often for the vector's pi. */
    private static void around(UnaryOp op, long out, FloatVector arguments, int count) {
        for (int i = 0; i < count; i++) {
            float x = arguments.lane(i);
            if (Math.abs(x) > FloatMath.CIRCLE) {
                Memory.putFloat(out + SIZE * i, (float) op.apply(x));
            }
        }
    }
}
