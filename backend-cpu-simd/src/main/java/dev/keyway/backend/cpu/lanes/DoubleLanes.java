// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.lanes;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Memory;

import jdk.incubator.vector.DoubleVector;
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
     * What leaves every number as it is when added to it. The sums that a loop carried have no
     * exact class for the compiler; a result of this vector's method has.
     */
    private static final DoubleVector NOTHING = DoubleVector.broadcast(SPECIES, -0d);

    private DoubleLanes() {}

    /** Adds {@code a[p]}. */
    public static void sum(long a, int count, double[] lanes) {
        int full = count & -LANES;
        for (int lane = 0; lane < LANES; lane += 4 * LENGTH) {
            DoubleVector s0 = DoubleVector.fromArray(SPECIES, lanes, lane);
            DoubleVector s1 = DoubleVector.fromArray(SPECIES, lanes, lane + LENGTH);
            DoubleVector s2 = DoubleVector.fromArray(SPECIES, lanes, lane + 2 * LENGTH);
            DoubleVector s3 = DoubleVector.fromArray(SPECIES, lanes, lane + 3 * LENGTH);
            for (int p = lane; p < full; p += LANES) {
                long offset = (long) SIZE * p;
                s0 = load(a + offset).add(s0);
                s1 = load(a + offset + BYTES).add(s1);
                s2 = load(a + offset + 2 * BYTES).add(s2);
                s3 = load(a + offset + 3 * BYTES).add(s3);
            }
            NOTHING.add(s0).intoArray(lanes, lane);
            NOTHING.add(s1).intoArray(lanes, lane + LENGTH);
            NOTHING.add(s2).intoArray(lanes, lane + 2 * LENGTH);
            NOTHING.add(s3).intoArray(lanes, lane + 3 * LENGTH);
        }
        for (int p = full; p < count; p++) {
            long offset = (long) SIZE * p;
            lanes[p - full] = lanes[p - full] + Memory.getDouble(a + offset);
        }
    }

    /** Adds {@code a[p] * b[p]}, fused. */
    public static void dot(long a, long b, int count, double[] lanes) {
        int full = count & -LANES;
        for (int lane = 0; lane < LANES; lane += 4 * LENGTH) {
            DoubleVector s0 = DoubleVector.fromArray(SPECIES, lanes, lane);
            DoubleVector s1 = DoubleVector.fromArray(SPECIES, lanes, lane + LENGTH);
            DoubleVector s2 = DoubleVector.fromArray(SPECIES, lanes, lane + 2 * LENGTH);
            DoubleVector s3 = DoubleVector.fromArray(SPECIES, lanes, lane + 3 * LENGTH);
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
        for (int p = full; p < count; p++) {
            long offset = (long) SIZE * p;
            lanes[p - full] =
                    Math.fma(
                            Memory.getDouble(a + offset),
                            Memory.getDouble(b + offset),
                            lanes[p - full]);
        }
    }

    /** Adds {@code (a[p] - mean)^2}, fused. */
    public static void squares(long a, double mean, int count, double[] lanes) {
        int full = count & -LANES;
        for (int lane = 0; lane < LANES; lane += 4 * LENGTH) {
            DoubleVector s0 = DoubleVector.fromArray(SPECIES, lanes, lane);
            DoubleVector s1 = DoubleVector.fromArray(SPECIES, lanes, lane + LENGTH);
            DoubleVector s2 = DoubleVector.fromArray(SPECIES, lanes, lane + 2 * LENGTH);
            DoubleVector s3 = DoubleVector.fromArray(SPECIES, lanes, lane + 3 * LENGTH);
            for (int p = lane; p < full; p += LANES) {
                long offset = (long) SIZE * p;
                s0 = square(load(a + offset).sub(mean), s0);
                s1 = square(load(a + offset + BYTES).sub(mean), s1);
                s2 = square(load(a + offset + 2 * BYTES).sub(mean), s2);
                s3 = square(load(a + offset + 3 * BYTES).sub(mean), s3);
            }
            NOTHING.add(s0).intoArray(lanes, lane);
            NOTHING.add(s1).intoArray(lanes, lane + LENGTH);
            NOTHING.add(s2).intoArray(lanes, lane + 2 * LENGTH);
            NOTHING.add(s3).intoArray(lanes, lane + 3 * LENGTH);
        }
        for (int p = full; p < count; p++) {
            long offset = (long) SIZE * p;
            lanes[p - full] = square(Memory.getDouble(a + offset) - mean, lanes[p - full]);
        }
    }

    /** Adds {@code b[p] * (a[p] - mean)}, fused. */
    public static void products(long a, double mean, long b, int count, double[] lanes) {
        int full = count & -LANES;
        for (int lane = 0; lane < LANES; lane += 4 * LENGTH) {
            DoubleVector s0 = DoubleVector.fromArray(SPECIES, lanes, lane);
            DoubleVector s1 = DoubleVector.fromArray(SPECIES, lanes, lane + LENGTH);
            DoubleVector s2 = DoubleVector.fromArray(SPECIES, lanes, lane + 2 * LENGTH);
            DoubleVector s3 = DoubleVector.fromArray(SPECIES, lanes, lane + 3 * LENGTH);
            for (int p = lane; p < full; p += LANES) {
                long offset = (long) SIZE * p;
                s0 = load(a + offset).sub(mean).fma(load(b + offset), s0);
                s1 = load(a + offset + BYTES).sub(mean).fma(load(b + offset + BYTES), s1);
                s2 = load(a + offset + 2 * BYTES).sub(mean).fma(load(b + offset + 2 * BYTES), s2);
                s3 = load(a + offset + 3 * BYTES).sub(mean).fma(load(b + offset + 3 * BYTES), s3);
            }
            NOTHING.add(s0).intoArray(lanes, lane);
            NOTHING.add(s1).intoArray(lanes, lane + LENGTH);
            NOTHING.add(s2).intoArray(lanes, lane + 2 * LENGTH);
            NOTHING.add(s3).intoArray(lanes, lane + 3 * LENGTH);
        }
        for (int p = full; p < count; p++) {
            long offset = (long) SIZE * p;
            lanes[p - full] =
                    Math.fma(
                            Memory.getDouble(a + offset) - mean,
                            Memory.getDouble(b + offset),
                            lanes[p - full]);
        }
    }

    /** The sum of the lanes by a fixed tree; overwrites them. */
    public static double fold(double[] lanes) {
        for (int half = LANES / 2; half > 0; half /= 2) {
            for (int i = 0; i < half; i++) {
                lanes[i] += lanes[i + half];
            }
        }
        return lanes[0];
    }

    private static DoubleVector square(DoubleVector x, DoubleVector sum) {
        return x.fma(x, sum);
    }

    private static double square(double x, double sum) {
        return Math.fma(x, x, sum);
    }

    private static DoubleVector load(long address) {
        return DoubleVector.fromMemorySegment(SPECIES, ALL, address, ORDER);
    }
}
