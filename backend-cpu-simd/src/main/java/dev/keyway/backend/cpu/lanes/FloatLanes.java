// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.lanes;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * f32 sums over contiguous numbers in {@link #LANES} virtual lanes: number p goes to lane {@code p
 * % LANES}, in order of p. The methods continue from what the lanes hold; {@link #fold} adds them
 * up.
 */
public final class FloatLanes {
    /** Virtual lanes, whatever the width of vectors: four of 512 bits in f32. */
    public static final int LANES = 64;

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int BYTES = SPECIES.vectorByteSize();
    private static final int SIZE = Float.BYTES;

    /**
     * Bytes of all lanes. Loops that only read take it as an argument: of a known step the compiler
     * takes eight at once and orders their loads by the sum they go to, and where memory is what
     * they wait for, that took a third longer.
     */
    private static final long ROW = (long) SIZE * LANES;

    /**
     * What leaves every number as it is when added to it. The sums that a loop carried have no
     * exact class for the compiler; a result of this vector's method has.
     */
    private static final FloatVector NOTHING = FloatVector.broadcast(SPECIES, -0f);

    private static final FloatVector ZERO = FloatVector.zero(SPECIES);

    private static final ThreadLocal<float[]> OWN = ThreadLocal.withInitial(() -> new float[LANES]);

    private FloatLanes() {}

    /** Lanes of the calling thread, for as long as it calls nothing else that takes them. */
    public static float[] own() {
        return OWN.get();
    }

    /** Adds {@code a[p]}. */
    public static void sum(long a, int count, float[] lanes) {
        int full = count & -LANES;
        for (int lane = 0; lane < LANES; lane += 4 * LENGTH) {
            sum(a + (long) SIZE * lane, a + (long) SIZE * full, ROW, lanes, lane);
        }
        for (int p = full; p < count; p += LENGTH) {
            VectorMask<Float> mask = SPECIES.indexInRange(p, count);
            FloatVector sum = lanes(lanes, p - full);
            sum.add(load(a + (long) SIZE * p, mask), mask).intoArray(lanes, p - full);
        }
    }

    /** The step is an argument so that lines are read in order, see {@link #ROW}. */
    private static void sum(long from, long end, long step, float[] lanes, int lane) {
        FloatVector s0 = lanes(lanes, lane);
        FloatVector s1 = lanes(lanes, lane + LENGTH);
        FloatVector s2 = lanes(lanes, lane + 2 * LENGTH);
        FloatVector s3 = lanes(lanes, lane + 3 * LENGTH);
        for (long at = from; at < end; at += step) {
            s0 = load(at).add(s0);
            s1 = load(at + BYTES).add(s1);
            s2 = load(at + 2 * BYTES).add(s2);
            s3 = load(at + 3 * BYTES).add(s3);
        }
        NOTHING.add(s0).intoArray(lanes, lane);
        NOTHING.add(s1).intoArray(lanes, lane + LENGTH);
        NOTHING.add(s2).intoArray(lanes, lane + 2 * LENGTH);
        NOTHING.add(s3).intoArray(lanes, lane + 3 * LENGTH);
    }

    /** Adds {@code a[p]}, or 0 where that is NaN. */
    public static void numbers(long a, int count, float[] lanes) {
        int full = count & -LANES;
        for (int lane = 0; lane < LANES; lane += 4 * LENGTH) {
            numbers(a, full, lanes, lane);
        }
        for (int p = full; p < count; p += LENGTH) {
            VectorMask<Float> mask = SPECIES.indexInRange(p, count);
            FloatVector sum = lanes(lanes, p - full);
            sum.add(number(load(a + (long) SIZE * p, mask)), mask).intoArray(lanes, p - full);
        }
    }

    private static void numbers(long a, int full, float[] lanes, int lane) {
        FloatVector s0 = lanes(lanes, lane);
        FloatVector s1 = lanes(lanes, lane + LENGTH);
        FloatVector s2 = lanes(lanes, lane + 2 * LENGTH);
        FloatVector s3 = lanes(lanes, lane + 3 * LENGTH);
        for (int p = lane; p < full; p += LANES) {
            long offset = (long) SIZE * p;
            s0 = number(load(a + offset)).add(s0);
            s1 = number(load(a + offset + BYTES)).add(s1);
            s2 = number(load(a + offset + 2 * BYTES)).add(s2);
            s3 = number(load(a + offset + 3 * BYTES)).add(s3);
        }
        NOTHING.add(s0).intoArray(lanes, lane);
        NOTHING.add(s1).intoArray(lanes, lane + LENGTH);
        NOTHING.add(s2).intoArray(lanes, lane + 2 * LENGTH);
        NOTHING.add(s3).intoArray(lanes, lane + 3 * LENGTH);
    }

    /** Adds {@code a[p] * b[p]}, fused. */
    public static void dot(long a, long b, int count, float[] lanes) {
        int full = count & -LANES;
        for (int lane = 0; lane < LANES; lane += 4 * LENGTH) {
            dot(a, b, full, lanes, lane);
        }
        for (int p = full; p < count; p += LENGTH) {
            VectorMask<Float> mask = SPECIES.indexInRange(p, count);
            long offset = (long) SIZE * p;
            load(a + offset, mask)
                    .fma(load(b + offset, mask), lanes(lanes, p - full))
                    .intoArray(lanes, p - full, mask);
        }
    }

    private static void dot(long a, long b, int full, float[] lanes, int lane) {
        FloatVector s0 = lanes(lanes, lane);
        FloatVector s1 = lanes(lanes, lane + LENGTH);
        FloatVector s2 = lanes(lanes, lane + 2 * LENGTH);
        FloatVector s3 = lanes(lanes, lane + 3 * LENGTH);
        for (int p = lane; p < full; p += LANES) {
            long offset = (long) SIZE * p;
            s0 = load(a + offset).fma(load(b + offset), s0);
            s1 = load(a + offset + BYTES).fma(load(b + offset + BYTES), s1);
            s2 = load(a + offset + 2 * BYTES).fma(load(b + offset + 2 * BYTES), s2);
            s3 = load(a + offset + 3 * BYTES).fma(load(b + offset + 3 * BYTES), s3);
        }
        NOTHING.add(s0).intoArray(lanes, lane);
        NOTHING.add(s1).intoArray(lanes, lane + LENGTH);
        NOTHING.add(s2).intoArray(lanes, lane + 2 * LENGTH);
        NOTHING.add(s3).intoArray(lanes, lane + 3 * LENGTH);
    }

    /** Adds {@code (a[p] - mean)^2}, fused. */
    public static void squares(long a, float mean, int count, float[] lanes) {
        int full = count & -LANES;
        for (int lane = 0; lane < LANES; lane += 4 * LENGTH) {
            squares(a, mean, full, lanes, lane);
        }
        FloatVector means = FloatVector.broadcast(SPECIES, mean);
        for (int p = full; p < count; p += LENGTH) {
            VectorMask<Float> mask = SPECIES.indexInRange(p, count);
            FloatVector centred = load(a + (long) SIZE * p, mask).sub(means);
            square(centred, lanes(lanes, p - full)).intoArray(lanes, p - full, mask);
        }
    }

    private static void squares(long a, float mean, int full, float[] lanes, int lane) {
        FloatVector means = FloatVector.broadcast(SPECIES, mean);
        FloatVector s0 = lanes(lanes, lane);
        FloatVector s1 = lanes(lanes, lane + LENGTH);
        FloatVector s2 = lanes(lanes, lane + 2 * LENGTH);
        FloatVector s3 = lanes(lanes, lane + 3 * LENGTH);
        for (int p = lane; p < full; p += LANES) {
            long offset = (long) SIZE * p;
            s0 = square(load(a + offset).sub(means), s0);
            s1 = square(load(a + offset + BYTES).sub(means), s1);
            s2 = square(load(a + offset + 2 * BYTES).sub(means), s2);
            s3 = square(load(a + offset + 3 * BYTES).sub(means), s3);
        }
        NOTHING.add(s0).intoArray(lanes, lane);
        NOTHING.add(s1).intoArray(lanes, lane + LENGTH);
        NOTHING.add(s2).intoArray(lanes, lane + 2 * LENGTH);
        NOTHING.add(s3).intoArray(lanes, lane + 3 * LENGTH);
    }

    /** Adds {@code b[p] * (a[p] - mean)}, fused. */
    public static void products(long a, float mean, long b, int count, float[] lanes) {
        int full = count & -LANES;
        for (int lane = 0; lane < LANES; lane += 4 * LENGTH) {
            products(a, mean, b, full, lanes, lane);
        }
        FloatVector means = FloatVector.broadcast(SPECIES, mean);
        for (int p = full; p < count; p += LENGTH) {
            VectorMask<Float> mask = SPECIES.indexInRange(p, count);
            long offset = (long) SIZE * p;
            load(a + offset, mask)
                    .sub(means)
                    .fma(load(b + offset, mask), lanes(lanes, p - full))
                    .intoArray(lanes, p - full, mask);
        }
    }

    private static void products(long a, float mean, long b, int full, float[] lanes, int lane) {
        FloatVector means = FloatVector.broadcast(SPECIES, mean);
        FloatVector s0 = lanes(lanes, lane);
        FloatVector s1 = lanes(lanes, lane + LENGTH);
        FloatVector s2 = lanes(lanes, lane + 2 * LENGTH);
        FloatVector s3 = lanes(lanes, lane + 3 * LENGTH);
        for (int p = lane; p < full; p += LANES) {
            long offset = (long) SIZE * p;
            s0 = load(a + offset).sub(means).fma(load(b + offset), s0);
            s1 = load(a + offset + BYTES).sub(means).fma(load(b + offset + BYTES), s1);
            s2 = load(a + offset + 2 * BYTES).sub(means).fma(load(b + offset + 2 * BYTES), s2);
            s3 = load(a + offset + 3 * BYTES).sub(means).fma(load(b + offset + 3 * BYTES), s3);
        }
        NOTHING.add(s0).intoArray(lanes, lane);
        NOTHING.add(s1).intoArray(lanes, lane + LENGTH);
        NOTHING.add(s2).intoArray(lanes, lane + 2 * LENGTH);
        NOTHING.add(s3).intoArray(lanes, lane + 3 * LENGTH);
    }

    /**
     * The sum of {@code a[p]} as by {@link #sum} in lanes of zeros and {@link #fold}. Where four
     * vectors are the lanes and all are full, they stay in registers.
     *
     * @param lanes is overwritten
     */
    public static float total(long a, int count, float[] lanes) {
        if (4 * LENGTH != LANES || count % LANES != 0) {
            Arrays.fill(lanes, 0);
            sum(a, count, lanes);
            return fold(lanes);
        }
        return total(a, a + (long) SIZE * count, ROW, lanes);
    }

    private static float total(long from, long end, long step, float[] lanes) {
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        for (long at = from; at < end; at += step) {
            s0 = load(at).add(s0);
            s1 = load(at + BYTES).add(s1);
            s2 = load(at + 2 * BYTES).add(s2);
            s3 = load(at + 3 * BYTES).add(s3);
        }
        FloatVector even = Exact.FLOATS.cast(s0).add(s2);
        even.add(Exact.FLOATS.cast(s1).add(s3)).intoArray(lanes, 0);
        return sixteen(lanes, 0);
    }

    /** The sum of {@code a[p] * b[p]}, fused, likewise. */
    public static float total(long a, long b, int count, float[] lanes) {
        if (4 * LENGTH != LANES || count % LANES != 0) {
            Arrays.fill(lanes, 0);
            dot(a, b, count, lanes);
            return fold(lanes);
        }
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        for (int p = 0; p < count; p += LANES) {
            long at = (long) SIZE * p;
            s0 = load(a + at).fma(load(b + at), s0);
            s1 = load(a + at + BYTES).fma(load(b + at + BYTES), s1);
            s2 = load(a + at + 2 * BYTES).fma(load(b + at + 2 * BYTES), s2);
            s3 = load(a + at + 3 * BYTES).fma(load(b + at + 3 * BYTES), s3);
        }
        FloatVector even = Exact.FLOATS.cast(s0).add(s2);
        even.add(Exact.FLOATS.cast(s1).add(s3)).intoArray(lanes, 0);
        return sixteen(lanes, 0);
    }

    /** The sum of 16 numbers from a place on, by halves, as {@link #fold} adds lanes. */
    public static float sixteen(float[] lanes, int at) {
        float s0 = (lanes[at] + lanes[at + 8]) + (lanes[at + 4] + lanes[at + 12]);
        float s1 = (lanes[at + 1] + lanes[at + 9]) + (lanes[at + 5] + lanes[at + 13]);
        float s2 = (lanes[at + 2] + lanes[at + 10]) + (lanes[at + 6] + lanes[at + 14]);
        float s3 = (lanes[at + 3] + lanes[at + 11]) + (lanes[at + 7] + lanes[at + 15]);
        return (s0 + s2) + (s1 + s3);
    }

    /**
     * The sum of the lanes by a fixed tree; overwrites them. The last steps are in registers, as a
     * number that is written and read in the next step waits for memory; not of short vectors, a
     * second class of which would cost all kernels (ADR 0017).
     */
    public static float fold(float[] lanes) {
        int half = LANES / 2;
        for (; half >= LENGTH; half /= 2) {
            for (int i = 0; i < half; i += LENGTH) {
                Exact.FLOATS
                        .cast(FloatVector.fromArray(SPECIES, lanes, i))
                        .add(Exact.FLOATS.cast(FloatVector.fromArray(SPECIES, lanes, i + half)))
                        .intoArray(lanes, i);
            }
        }
        if (half == 8) {
            return sixteen(lanes, 0);
        }
        for (; half > 0; half /= 2) {
            for (int i = 0; i < half; i++) {
                lanes[i] += lanes[i + half];
            }
        }
        return lanes[0];
    }

    private static FloatVector number(FloatVector x) {
        return x.blend(ZERO, x.compare(VectorOperators.NE, x));
    }

    private static FloatVector square(FloatVector x, FloatVector sum) {
        return x.fma(x, sum);
    }

    private static FloatVector lanes(float[] lanes, int at) {
        return Exact.FLOATS.cast(FloatVector.fromArray(SPECIES, lanes, at));
    }

    /** Numbers of a row's end; zeros where the mask is not set. */
    private static FloatVector load(long address, VectorMask<Float> mask) {
        return Exact.FLOATS.cast(FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER, mask));
    }

    private static FloatVector load(long address) {
        return Exact.FLOATS.cast(FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }
}
