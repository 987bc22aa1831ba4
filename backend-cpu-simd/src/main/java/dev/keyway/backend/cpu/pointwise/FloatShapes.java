// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;
import static dev.keyway.backend.cpu.pointwise.FloatMath.LENGTH;
import static dev.keyway.backend.cpu.pointwise.FloatMath.SPECIES;

import dev.keyway.backend.cpu.Exact;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** f32 rows of functions of one operand and up to two numbers. */
final class FloatShapes {
    private static final int SIZE = Float.BYTES;

    /** From here on all numbers are whole. */
    private static final FloatVector WHOLE = splat(0x1p23f);

    private static final FloatVector ZERO = splat(0);
    private static final FloatVector ONE = splat(1);
    private static final FloatVector THREE = splat(3);
    private static final FloatVector SIX = splat(6);
    private static final IntVector SIGN = splat(0).reinterpretAsInts().add(Integer.MIN_VALUE);

    private FloatShapes() {}

    /** A loop over a row. */
    @FunctionalInterface
    interface Row {
        void run(long out, long a, float p, float q, long count);
    }

    private static FloatVector splat(float value) {
        return FloatVector.broadcast(SPECIES, value);
    }

    private static FloatVector load(long address) {
        return Exact.FLOATS.cast(FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }

    private static FloatVector load(long address, VectorMask<Float> mask) {
        return Exact.FLOATS.cast(FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER, mask));
    }

    /** The whole number next to 0. */
    private static FloatVector truncated(FloatVector x) {
        IntVector sign = Exact.INTS.cast(x.reinterpretAsInts()).and(SIGN);
        FloatVector a = x.abs();
        FloatVector near = a.add(WHOLE).sub(WHOLE);
        FloatVector down = near.sub(ONE, near.compare(VectorOperators.GT, a));
        FloatVector whole = a.blend(down, a.compare(VectorOperators.LT, WHOLE));
        return Exact.INTS.cast(whole.reinterpretAsInts()).or(sign).reinterpretAsFloats();
    }

    /** {@code min(max(x + 3, 0), 6)}; NaN stays. */
    private static FloatVector ramp(FloatVector x) {
        FloatVector y = x.add(THREE);
        FloatVector z = y.blend(ZERO, y.compare(VectorOperators.LE, ZERO));
        return z.blend(SIX, z.compare(VectorOperators.GE, SIX));
    }

    /** Between two bounds; NaN stays, and is a result where a bound is NaN. */
    static void clamp(long out, long a, float p, float q, long count) {
        FloatVector low = splat(p);
        FloatVector high = splat(q);
        FloatVector upTo = splat(Bounds.upTo(p));
        FloatVector from = splat(Bounds.from(q));
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            FloatVector x = load(a + at);
            FloatVector y = x.blend(low, x.compare(VectorOperators.LE, upTo));
            y.blend(high, y.compare(VectorOperators.GE, from))
                    .intoMemorySegment(ALL, out + at, ORDER);
        }
        if (full < count) {
            VectorMask<Float> rest = SPECIES.indexInRange(0, count - full);
            FloatVector x = load(a + SIZE * full, rest);
            FloatVector y = x.blend(low, x.compare(VectorOperators.LE, upTo));
            y.blend(high, y.compare(VectorOperators.GE, from))
                    .intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
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
            ramp(load(a + at)).div(SIX).intoMemorySegment(ALL, out + at, ORDER);
        }
        if (full < count) {
            VectorMask<Float> rest = SPECIES.indexInRange(0, count - full);
            ramp(load(a + SIZE * full, rest))
                    .div(SIX)
                    .intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
        }
    }

    /** {@code x min(max(x + 3, 0), 6) / 6}. */
    static void hardswish(long out, long a, float p, float q, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            FloatVector x = load(a + at);
            ramp(x).mul(x).div(SIX).intoMemorySegment(ALL, out + at, ORDER);
        }
        if (full < count) {
            VectorMask<Float> rest = SPECIES.indexInRange(0, count - full);
            FloatVector x = load(a + SIZE * full, rest);
            ramp(x).mul(x).div(SIX).intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
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
