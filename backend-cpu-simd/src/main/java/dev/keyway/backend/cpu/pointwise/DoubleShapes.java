// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;
import static dev.keyway.backend.cpu.pointwise.DoubleMath.LENGTH;
import static dev.keyway.backend.cpu.pointwise.DoubleMath.SPECIES;

import dev.keyway.backend.cpu.Exact;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** f64 rows of functions of one operand and up to two numbers. */
final class DoubleShapes {
    private static final int SIZE = Double.BYTES;

    /** From here on all numbers are whole. */
    private static final DoubleVector WHOLE = splat(0x1p52);

    private static final DoubleVector ZERO = splat(0);
    private static final DoubleVector ONE = splat(1);
    private static final DoubleVector THREE = splat(3);
    private static final DoubleVector SIX = splat(6);
    private static final LongVector SIGN = splat(0).reinterpretAsLongs().add(Long.MIN_VALUE);

    private DoubleShapes() {}

    /** A loop over a row. */
    @FunctionalInterface
    interface Row {
        void run(long out, long a, double p, double q, long count);
    }

    private static DoubleVector splat(double value) {
        return DoubleVector.broadcast(SPECIES, value);
    }

    private static DoubleVector load(long address) {
        return Exact.DOUBLES.cast(DoubleVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }

    private static DoubleVector load(long address, VectorMask<Double> mask) {
        return Exact.DOUBLES.cast(
                DoubleVector.fromMemorySegment(SPECIES, ALL, address, ORDER, mask));
    }

    /** The whole number next to 0. */
    private static DoubleVector truncated(DoubleVector x) {
        LongVector sign = Exact.LONGS.cast(x.reinterpretAsLongs()).and(SIGN);
        DoubleVector a = x.abs();
        DoubleVector near = a.add(WHOLE).sub(WHOLE);
        DoubleVector down = near.sub(ONE, near.compare(VectorOperators.GT, a));
        DoubleVector whole = a.blend(down, a.compare(VectorOperators.LT, WHOLE));
        return Exact.LONGS.cast(whole.reinterpretAsLongs()).or(sign).reinterpretAsDoubles();
    }

    /** {@code min(max(x + 3, 0), 6)}; NaN stays. */
    private static DoubleVector ramp(DoubleVector x) {
        DoubleVector y = x.add(THREE);
        DoubleVector z = y.blend(ZERO, y.compare(VectorOperators.LE, ZERO));
        return z.blend(SIX, z.compare(VectorOperators.GE, SIX));
    }

    /** Between two bounds; NaN stays, and is a result where a bound is NaN. */
    static void clamp(long out, long a, double p, double q, long count) {
        DoubleVector low = splat(p);
        DoubleVector high = splat(q);
        DoubleVector upTo = splat(Bounds.upTo(p));
        DoubleVector from = splat(Bounds.from(q));
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            DoubleVector x = load(a + at);
            DoubleVector y = x.blend(low, x.compare(VectorOperators.LE, upTo));
            y.blend(high, y.compare(VectorOperators.GE, from))
                    .intoMemorySegment(ALL, out + at, ORDER);
        }
        if (full < count) {
            VectorMask<Double> rest = SPECIES.indexInRange(0, count - full);
            DoubleVector x = load(a + SIZE * full, rest);
            DoubleVector y = x.blend(low, x.compare(VectorOperators.LE, upTo));
            y.blend(high, y.compare(VectorOperators.GE, from))
                    .intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
        }
    }

    /** {@code x^2}. */
    static void square(long out, long a, double p, double q, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            DoubleVector x = load(a + at);
            x.mul(x).intoMemorySegment(ALL, out + at, ORDER);
        }
        if (full < count) {
            VectorMask<Double> rest = SPECIES.indexInRange(0, count - full);
            DoubleVector x = load(a + SIZE * full, rest);
            x.mul(x).intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
        }
    }

    /** {@code min(max(x + 3, 0), 6) / 6}. */
    static void hardsigmoid(long out, long a, double p, double q, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            ramp(load(a + at)).div(SIX).intoMemorySegment(ALL, out + at, ORDER);
        }
        if (full < count) {
            VectorMask<Double> rest = SPECIES.indexInRange(0, count - full);
            ramp(load(a + SIZE * full, rest))
                    .div(SIX)
                    .intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
        }
    }

    /** {@code x min(max(x + 3, 0), 6) / 6}. */
    static void hardswish(long out, long a, double p, double q, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            DoubleVector x = load(a + at);
            ramp(x).mul(x).div(SIX).intoMemorySegment(ALL, out + at, ORDER);
        }
        if (full < count) {
            VectorMask<Double> rest = SPECIES.indexInRange(0, count - full);
            DoubleVector x = load(a + SIZE * full, rest);
            ramp(x).mul(x).div(SIX).intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
        }
    }

    /** What is behind the point. */
    static void frac(long out, long a, double p, double q, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            DoubleVector x = load(a + at);
            x.sub(truncated(x)).intoMemorySegment(ALL, out + at, ORDER);
        }
        if (full < count) {
            VectorMask<Double> rest = SPECIES.indexInRange(0, count - full);
            DoubleVector x = load(a + SIZE * full, rest);
            x.sub(truncated(x)).intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
        }
    }

    /** x above 0, else p x. */
    static void leakyRelu(long out, long a, double p, double q, long count) {
        DoubleVector slope = splat(p);
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            DoubleVector x = load(a + at);
            x.mul(slope)
                    .blend(x, x.compare(VectorOperators.GT, ZERO))
                    .intoMemorySegment(ALL, out + at, ORDER);
        }
        if (full < count) {
            VectorMask<Double> rest = SPECIES.indexInRange(0, count - full);
            DoubleVector x = load(a + SIZE * full, rest);
            x.mul(slope)
                    .blend(x, x.compare(VectorOperators.GT, ZERO))
                    .intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
        }
    }

    /** {@code above x} above 0, else {@code below (e^(inner x) - 1)}. */
    static void elu(long out, long a, double above, double below, double inner, long count) {
        DoubleVector high = splat(above);
        DoubleVector low = splat(below);
        DoubleVector scale = splat(inner);
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            DoubleVector x = load(a + at);
            DoubleVector under = DoubleMath.expm1(x.mul(scale)).mul(low);
            under.blend(x.mul(high), x.compare(VectorOperators.GT, ZERO))
                    .intoMemorySegment(ALL, out + at, ORDER);
        }
        if (full < count) {
            VectorMask<Double> rest = SPECIES.indexInRange(0, count - full);
            DoubleVector x = load(a + SIZE * full, rest);
            DoubleVector under = DoubleMath.expm1(x.mul(scale)).mul(low);
            under.blend(x.mul(high), x.compare(VectorOperators.GT, ZERO))
                    .intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
        }
    }
}
