// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;
import static dev.keyway.backend.cpu.pointwise.FloatMath.LENGTH;
import static dev.keyway.backend.cpu.pointwise.FloatMath.SPECIES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** f32 rows of functions of one operand and up to two numbers. */
final class FloatShapes {
    private static final int SIZE = Float.BYTES;

    /** From here on all numbers are whole. */
    private static final float WHOLE = 0x1p23f;

    private FloatShapes() {}

    /** A loop over a row. */
    @FunctionalInterface
    interface Row {
        void run(long out, long a, float p, float q, long count);
    }

    private static FloatVector load(long address) {
        return FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER);
    }

    private static FloatVector load(long address, VectorMask<Float> mask) {
        return FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER, mask);
    }

    /** The whole number next to 0. */
    private static FloatVector truncated(FloatVector x) {
        FloatVector a = x.abs();
        FloatVector near = a.add(WHOLE).sub(WHOLE);
        near = near.blend(a, a.compare(VectorOperators.LT, WHOLE).not());
        FloatVector down = near.sub(1f, near.compare(VectorOperators.GT, a));
        return down.blend(down.neg(), x.test(VectorOperators.IS_NEGATIVE));
    }

    /** Between two bounds; NaN stays. */
    static void clamp(long out, long a, float p, float q, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            FloatVector x = load(a + at);
            x.max(p).min(q).intoMemorySegment(ALL, out + at, ORDER);
        }
        if (full < count) {
            VectorMask<Float> rest = SPECIES.indexInRange(0, count - full);
            FloatVector x = load(a + SIZE * full, rest);
            x.max(p).min(q).intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
        }
    }

    /** {@code x^2}. */
    static void square(long out, long a, float p, float q, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            FloatVector x = load(a + at);
            x.mul(x).intoMemorySegment(ALL, out + at, ORDER);
        }
        if (full < count) {
            VectorMask<Float> rest = SPECIES.indexInRange(0, count - full);
            FloatVector x = load(a + SIZE * full, rest);
            x.mul(x).intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
        }
    }

    /** {@code min(max(x + 3, 0), 6) / 6}. */
    static void hardsigmoid(long out, long a, float p, float q, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            FloatVector x = load(a + at);
            x.add(3f).max(0f).min(6f).div(6f).intoMemorySegment(ALL, out + at, ORDER);
        }
        if (full < count) {
            VectorMask<Float> rest = SPECIES.indexInRange(0, count - full);
            FloatVector x = load(a + SIZE * full, rest);
            x.add(3f)
                    .max(0f)
                    .min(6f)
                    .div(6f)
                    .intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
        }
    }

    /** {@code x min(max(x + 3, 0), 6) / 6}. */
    static void hardswish(long out, long a, float p, float q, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            FloatVector x = load(a + at);
            x.add(3f).max(0f).min(6f).mul(x).div(6f).intoMemorySegment(ALL, out + at, ORDER);
        }
        if (full < count) {
            VectorMask<Float> rest = SPECIES.indexInRange(0, count - full);
            FloatVector x = load(a + SIZE * full, rest);
            x.add(3f)
                    .max(0f)
                    .min(6f)
                    .mul(x)
                    .div(6f)
                    .intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
        }
    }

    /** What is behind the point. */
    static void frac(long out, long a, float p, float q, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            FloatVector x = load(a + at);
            x.sub(truncated(x)).intoMemorySegment(ALL, out + at, ORDER);
        }
        if (full < count) {
            VectorMask<Float> rest = SPECIES.indexInRange(0, count - full);
            FloatVector x = load(a + SIZE * full, rest);
            x.sub(truncated(x)).intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
        }
    }

    /** {@code log(1 + e^(p x)) / p}, and x where {@code p x} is above q. */
    static void softplus(long out, long a, float p, float q, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            FloatVector x = load(a + at);
            FloatSmooth.softplus(x, p, q).intoMemorySegment(ALL, out + at, ORDER);
        }
        if (full < count) {
            VectorMask<Float> rest = SPECIES.indexInRange(0, count - full);
            FloatVector x = load(a + SIZE * full, rest);
            FloatSmooth.softplus(x, p, q).intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
        }
    }

    /** {@code -log(1 + e^-x)}. */
    static void logSigmoid(long out, long a, float p, float q, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            FloatVector x = load(a + at);
            FloatSmooth.logSigmoid(x).intoMemorySegment(ALL, out + at, ORDER);
        }
        if (full < count) {
            VectorMask<Float> rest = SPECIES.indexInRange(0, count - full);
            FloatVector x = load(a + SIZE * full, rest);
            FloatSmooth.logSigmoid(x).intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
        }
    }

    /** {@code x tanh(log(1 + e^x))}. */
    static void mish(long out, long a, float p, float q, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            FloatVector x = load(a + at);
            FloatSmooth.mish(x).intoMemorySegment(ALL, out + at, ORDER);
        }
        if (full < count) {
            VectorMask<Float> rest = SPECIES.indexInRange(0, count - full);
            FloatVector x = load(a + SIZE * full, rest);
            FloatSmooth.mish(x).intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
        }
    }
}
