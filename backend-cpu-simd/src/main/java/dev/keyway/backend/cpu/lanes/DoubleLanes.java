// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.lanes;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;

import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * f64 sums over contiguous numbers in {@link #LANES} virtual lanes: number p goes to lane {@code p
 * % LANES}, in order of p. The methods continue from what the lanes hold; {@link #fold} adds them
 * up.
 */
public final class DoubleLanes {
    /** Virtual lanes, whatever the width of vectors: four of 512 bits in f64. */
    public static final int LANES = 64;

    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int BYTES = SPECIES.vectorByteSize();
    private static final int SIZE = Double.BYTES;

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
    private static final DoubleVector NOTHING = DoubleVector.broadcast(SPECIES, -0d);

    private static final DoubleVector ZERO = DoubleVector.zero(SPECIES);

    private static final ThreadLocal<double[]> OWN =
            ThreadLocal.withInitial(() -> new double[LANES]);

    private DoubleLanes() {}

    /** Lanes of the calling thread, for as long as it calls nothing else that takes them. */
    public static double[] own() {
        return OWN.get();
    }

    /** Adds {@code a[p]}. */
    public static void sum(long a, int count, double[] lanes) {
        int full = count & -LANES;
        for (int lane = 0; lane < LANES; lane += 4 * LENGTH) {
            sum(a + (long) SIZE * lane, a + (long) SIZE * full, ROW, lanes, lane);
        }
        for (int p = full; p < count; p += LENGTH) {
            VectorMask<Double> mask = SPECIES.indexInRange(p, count);
            DoubleVector sum = lanes(lanes, p - full);
            sum.add(load(a + (long) SIZE * p, mask), mask).intoArray(lanes, p - full);
        }
    }

    /** The step is an argument so that lines are read in order, see {@link #ROW}. */
    private static void sum(long from, long end, long step, double[] lanes, int lane) {
        DoubleVector s0 = lanes(lanes, lane);
        DoubleVector s1 = lanes(lanes, lane + LENGTH);
        DoubleVector s2 = lanes(lanes, lane + 2 * LENGTH);
        DoubleVector s3 = lanes(lanes, lane + 3 * LENGTH);
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
    public static void numbers(long a, int count, double[] lanes) {
        int full = count & -LANES;
        for (int lane = 0; lane < LANES; lane += 4 * LENGTH) {
            numbers(a, full, lanes, lane);
        }
        for (int p = full; p < count; p += LENGTH) {
            VectorMask<Double> mask = SPECIES.indexInRange(p, count);
            DoubleVector sum = lanes(lanes, p - full);
            sum.add(number(load(a + (long) SIZE * p, mask)), mask).intoArray(lanes, p - full);
        }
    }

    private static void numbers(long a, int full, double[] lanes, int lane) {
        DoubleVector s0 = lanes(lanes, lane);
        DoubleVector s1 = lanes(lanes, lane + LENGTH);
        DoubleVector s2 = lanes(lanes, lane + 2 * LENGTH);
        DoubleVector s3 = lanes(lanes, lane + 3 * LENGTH);
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
    public static void dot(long a, long b, int count, double[] lanes) {
        int full = count & -LANES;
        for (int lane = 0; lane < LANES; lane += 4 * LENGTH) {
            dot(a, b, full, lanes, lane);
        }
        for (int p = full; p < count; p += LENGTH) {
            VectorMask<Double> mask = SPECIES.indexInRange(p, count);
            long offset = (long) SIZE * p;
            load(a + offset, mask)
                    .fma(load(b + offset, mask), lanes(lanes, p - full))
                    .intoArray(lanes, p - full, mask);
        }
    }

    private static void dot(long a, long b, int full, double[] lanes, int lane) {
        DoubleVector s0 = lanes(lanes, lane);
        DoubleVector s1 = lanes(lanes, lane + LENGTH);
        DoubleVector s2 = lanes(lanes, lane + 2 * LENGTH);
        DoubleVector s3 = lanes(lanes, lane + 3 * LENGTH);
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
    public static void squares(long a, double mean, int count, double[] lanes) {
        int full = count & -LANES;
        for (int lane = 0; lane < LANES; lane += 4 * LENGTH) {
            squares(a, mean, full, lanes, lane);
        }
        DoubleVector means = DoubleVector.broadcast(SPECIES, mean);
        for (int p = full; p < count; p += LENGTH) {
            VectorMask<Double> mask = SPECIES.indexInRange(p, count);
            DoubleVector centred = load(a + (long) SIZE * p, mask).sub(means);
            square(centred, lanes(lanes, p - full)).intoArray(lanes, p - full, mask);
        }
    }

    private static void squares(long a, double mean, int full, double[] lanes, int lane) {
        DoubleVector means = DoubleVector.broadcast(SPECIES, mean);
        DoubleVector s0 = lanes(lanes, lane);
        DoubleVector s1 = lanes(lanes, lane + LENGTH);
        DoubleVector s2 = lanes(lanes, lane + 2 * LENGTH);
        DoubleVector s3 = lanes(lanes, lane + 3 * LENGTH);
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
    public static void products(long a, double mean, long b, int count, double[] lanes) {
        int full = count & -LANES;
        for (int lane = 0; lane < LANES; lane += 4 * LENGTH) {
            products(a, mean, b, full, lanes, lane);
        }
        DoubleVector means = DoubleVector.broadcast(SPECIES, mean);
        for (int p = full; p < count; p += LENGTH) {
            VectorMask<Double> mask = SPECIES.indexInRange(p, count);
            long offset = (long) SIZE * p;
            load(a + offset, mask)
                    .sub(means)
                    .fma(load(b + offset, mask), lanes(lanes, p - full))
                    .intoArray(lanes, p - full, mask);
        }
    }

    private static void products(long a, double mean, long b, int full, double[] lanes, int lane) {
        DoubleVector means = DoubleVector.broadcast(SPECIES, mean);
        DoubleVector s0 = lanes(lanes, lane);
        DoubleVector s1 = lanes(lanes, lane + LENGTH);
        DoubleVector s2 = lanes(lanes, lane + 2 * LENGTH);
        DoubleVector s3 = lanes(lanes, lane + 3 * LENGTH);
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
     * The sum of {@code a[p]} as by {@link #sum} in lanes of zeros and {@link #fold}. Where eight
     * vectors are the lanes and all are full, they stay in registers.
     *
     * @param lanes is overwritten
     */
    public static double total(long a, int count, double[] lanes) {
        if (8 * LENGTH != LANES || count % LANES != 0) {
            Arrays.fill(lanes, 0);
            sum(a, count, lanes);
            return fold(lanes);
        }
        return total(a, a + (long) SIZE * count, ROW, lanes);
    }

    private static double total(long from, long end, long step, double[] lanes) {
        DoubleVector s0 = DoubleVector.zero(SPECIES);
        DoubleVector s1 = s0;
        DoubleVector s2 = s0;
        DoubleVector s3 = s0;
        DoubleVector s4 = s0;
        DoubleVector s5 = s0;
        DoubleVector s6 = s0;
        DoubleVector s7 = s0;
        for (long at = from; at < end; at += step) {
            s0 = load(at).add(s0);
            s1 = load(at + BYTES).add(s1);
            s2 = load(at + 2 * BYTES).add(s2);
            s3 = load(at + 3 * BYTES).add(s3);
            s4 = load(at + 4 * BYTES).add(s4);
            s5 = load(at + 5 * BYTES).add(s5);
            s6 = load(at + 6 * BYTES).add(s6);
            s7 = load(at + 7 * BYTES).add(s7);
        }
        DoubleVector even = Exact.DOUBLES.cast(s0).add(s4).add(Exact.DOUBLES.cast(s2).add(s6));
        DoubleVector odd = Exact.DOUBLES.cast(s1).add(s5).add(Exact.DOUBLES.cast(s3).add(s7));
        even.add(odd).intoArray(lanes, 0);
        return folded(lanes);
    }

    /** Of 8 lanes. */
    private static double folded(double[] lanes) {
        double s0 = lanes[0] + lanes[4];
        double s1 = lanes[1] + lanes[5];
        double s2 = lanes[2] + lanes[6];
        double s3 = lanes[3] + lanes[7];
        return (s0 + s2) + (s1 + s3);
    }

    /**
     * The sum of the lanes by a fixed tree; overwrites them. The last steps are in registers, as a
     * number that is written and read in the next step waits for memory; not of short vectors, a
     * second class of which would cost all kernels (ADR 0017).
     */
    public static double fold(double[] lanes) {
        int half = LANES / 2;
        for (; half >= LENGTH; half /= 2) {
            for (int i = 0; i < half; i += LENGTH) {
                Exact.DOUBLES
                        .cast(DoubleVector.fromArray(SPECIES, lanes, i))
                        .add(Exact.DOUBLES.cast(DoubleVector.fromArray(SPECIES, lanes, i + half)))
                        .intoArray(lanes, i);
            }
        }
        if (half == 4) {
            return folded(lanes);
        }
        for (; half > 0; half /= 2) {
            for (int i = 0; i < half; i++) {
                lanes[i] += lanes[i + half];
            }
        }
        return lanes[0];
    }

    private static DoubleVector number(DoubleVector x) {
        return x.blend(ZERO, x.compare(VectorOperators.NE, x));
    }

    private static DoubleVector square(DoubleVector x, DoubleVector sum) {
        return x.fma(x, sum);
    }

    private static DoubleVector lanes(double[] lanes, int at) {
        return Exact.DOUBLES.cast(DoubleVector.fromArray(SPECIES, lanes, at));
    }

    /** Numbers of a row's end; zeros where the mask is not set. */
    private static DoubleVector load(long address, VectorMask<Double> mask) {
        return Exact.DOUBLES.cast(
                DoubleVector.fromMemorySegment(SPECIES, ALL, address, ORDER, mask));
    }

    private static DoubleVector load(long address) {
        return Exact.DOUBLES.cast(DoubleVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }
}
