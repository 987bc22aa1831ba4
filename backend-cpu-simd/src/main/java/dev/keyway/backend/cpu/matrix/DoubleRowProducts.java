// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.matrix;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.lanes.DoubleLanes;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * f64 dot products of contiguous rows with one contiguous vector, in the lanes of {@link
 * DoubleLanes}. Four rows go together, a quarter of all apart: the processor fetches four streams
 * from memory faster than one. Addresses grow by a step that the compiler doesn't know: of a loop
 * that is counted in constants it makes three, with checks of their own, which for rows of some
 * hundred numbers took three times as long as the products.
 */
final class DoubleRowProducts {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int BYTES = SPECIES.vectorByteSize();
    private static final int SIZE = Double.BYTES;
    private static final int LANES = DoubleLanes.LANES;
    private static final boolean WIDE = 4 * LENGTH == LANES;

    /** Leaves what is added to it as it is; carried vectors are arguments, never receivers. */
    private static final DoubleVector NOTHING = DoubleVector.broadcast(SPECIES, -0d);

    private static final VectorShuffle<Double> LOW = VectorShuffle.makeZip(SPECIES, 0);
    private static final VectorShuffle<Double> HIGH = VectorShuffle.makeZip(SPECIES, 1);

    private DoubleRowProducts() {}

    /**
     * Products of rows of k numbers by x.
     *
     * @param step bytes from a number to the next, which is their size
     * @param sums begins with the results; of {@link DoubleLanes#LANES} numbers a row
     */
    static void run(long a, long rowBytes, long x, int k, long step, int rows, double[] sums) {
        int quarter = WIDE && k % LANES == 0 ? rows / 4 : 0;
        for (int r = 0; r < quarter; r++) {
            four(
                    a + r * rowBytes,
                    quarter * rowBytes,
                    x,
                    k / LANES,
                    LANES * step,
                    sums,
                    r * LENGTH,
                    quarter * LENGTH);
        }
        int done = 4 * quarter;
        for (; WIDE && done < rows - 1; done += 2) {
            pair(a + done * rowBytes, rowBytes, x, k, LANES * step, sums, done * LENGTH);
        }
        for (; done < rows; done++) {
            one(a + done * rowBytes, x, k, LANES * step, sums, done * LENGTH);
        }
        fold(rows, sums);
    }

    /**
     * Four rows whose numbers fill all lanes; one vector is left of each.
     *
     * @param steps numbers in a lane
     * @param at of the first row's vector
     * @param apart from there to the next row's
     */
    private static void four(
            long a, long rowBytes, long x, int steps, long step, double[] sums, int at, int apart) {
        DoubleVector s0 = DoubleVector.zero(SPECIES);
        DoubleVector s1 = s0;
        DoubleVector s2 = s0;
        DoubleVector s3 = s0;
        DoubleVector t0 = s0;
        DoubleVector t1 = s0;
        DoubleVector t2 = s0;
        DoubleVector t3 = s0;
        DoubleVector u0 = s0;
        DoubleVector u1 = s0;
        DoubleVector u2 = s0;
        DoubleVector u3 = s0;
        DoubleVector v0 = s0;
        DoubleVector v1 = s0;
        DoubleVector v2 = s0;
        DoubleVector v3 = s0;
        long b = a + rowBytes;
        long c = b + rowBytes;
        long d = c + rowBytes;
        for (int p = 0; p < steps; p++) {
            DoubleVector x0 = load(x);
            DoubleVector x1 = load(x + BYTES);
            DoubleVector x2 = load(x + 2 * BYTES);
            DoubleVector x3 = load(x + 3 * BYTES);
            s0 = load(a).fma(x0, s0);
            s1 = load(a + BYTES).fma(x1, s1);
            s2 = load(a + 2 * BYTES).fma(x2, s2);
            s3 = load(a + 3 * BYTES).fma(x3, s3);
            t0 = load(b).fma(x0, t0);
            t1 = load(b + BYTES).fma(x1, t1);
            t2 = load(b + 2 * BYTES).fma(x2, t2);
            t3 = load(b + 3 * BYTES).fma(x3, t3);
            u0 = load(c).fma(x0, u0);
            u1 = load(c + BYTES).fma(x1, u1);
            u2 = load(c + 2 * BYTES).fma(x2, u2);
            u3 = load(c + 3 * BYTES).fma(x3, u3);
            v0 = load(d).fma(x0, v0);
            v1 = load(d + BYTES).fma(x1, v1);
            v2 = load(d + 2 * BYTES).fma(x2, v2);
            v3 = load(d + 3 * BYTES).fma(x3, v3);
            x += step;
            a += step;
            b += step;
            c += step;
            d += step;
        }
        NOTHING.add(s0).add(s2).add(NOTHING.add(s1).add(s3)).intoArray(sums, at);
        NOTHING.add(t0).add(t2).add(NOTHING.add(t1).add(t3)).intoArray(sums, at + apart);
        NOTHING.add(u0).add(u2).add(NOTHING.add(u1).add(u3)).intoArray(sums, at + 2 * apart);
        NOTHING.add(v0).add(v2).add(NOTHING.add(v1).add(v3)).intoArray(sums, at + 3 * apart);
    }

    /** Two rows at once, which read the vector once, where four vectors hold all lanes. */
    private static void pair(
            long a, long rowBytes, long x, int k, long step, double[] sums, int at) {
        DoubleVector s0 = DoubleVector.zero(SPECIES);
        DoubleVector s1 = s0;
        DoubleVector s2 = s0;
        DoubleVector s3 = s0;
        DoubleVector t0 = s0;
        DoubleVector t1 = s0;
        DoubleVector t2 = s0;
        DoubleVector t3 = s0;
        long b = a + rowBytes;
        for (int p = k / LANES; p > 0; p--) {
            DoubleVector x0 = load(x);
            DoubleVector x1 = load(x + BYTES);
            DoubleVector x2 = load(x + 2 * BYTES);
            DoubleVector x3 = load(x + 3 * BYTES);
            s0 = load(a).fma(x0, s0);
            s1 = load(a + BYTES).fma(x1, s1);
            s2 = load(a + 2 * BYTES).fma(x2, s2);
            s3 = load(a + 3 * BYTES).fma(x3, s3);
            t0 = load(b).fma(x0, t0);
            t1 = load(b + BYTES).fma(x1, t1);
            t2 = load(b + 2 * BYTES).fma(x2, t2);
            t3 = load(b + 3 * BYTES).fma(x3, t3);
            x += step;
            a += step;
            b += step;
        }
        int left = k % LANES;
        if (left == 0) {
            NOTHING.add(s0).add(s2).add(NOTHING.add(s1).add(s3)).intoArray(sums, at);
            NOTHING.add(t0).add(t2).add(NOTHING.add(t1).add(t3)).intoArray(sums, at + LENGTH);
        } else {
            NOTHING.add(s0).intoArray(sums, at);
            NOTHING.add(s1).intoArray(sums, at + LENGTH);
            NOTHING.add(s2).intoArray(sums, at + 2 * LENGTH);
            NOTHING.add(s3).intoArray(sums, at + 3 * LENGTH);
            rest(a, x, left, sums, at);
            total(sums, at);
            at += LENGTH;
            NOTHING.add(t0).intoArray(sums, at);
            NOTHING.add(t1).intoArray(sums, at + LENGTH);
            NOTHING.add(t2).intoArray(sums, at + 2 * LENGTH);
            NOTHING.add(t3).intoArray(sums, at + 3 * LENGTH);
            rest(b, x, left, sums, at);
            total(sums, at);
        }
    }

    /**
     * Adds what is left of a row to four vectors of lanes. They are in an array: a vector that a
     * loop carried is an object where a branch hands it over.
     */
    private static void rest(long a, long x, int left, double[] sums, int at) {
        for (int i = 0; i < 4 * LENGTH && i < left; i += LENGTH) {
            VectorMask<Double> mask = SPECIES.indexInRange(i, left);
            long offset = (long) SIZE * i;
            DoubleVector factor =
                    DoubleVector.fromMemorySegment(SPECIES, ALL, x + offset, ORDER, mask);
            DoubleVector sum = DoubleVector.fromArray(SPECIES, sums, at + i);
            Exact.DOUBLES
                    .cast(DoubleVector.fromMemorySegment(SPECIES, ALL, a + offset, ORDER, mask))
                    .fma(factor, sum)
                    .intoArray(sums, at + i, mask);
        }
    }

    /** The sum of four vectors of lanes, in place of the first. */
    private static void total(double[] sums, int at) {
        DoubleVector s0 = Exact.DOUBLES.cast(DoubleVector.fromArray(SPECIES, sums, at));
        DoubleVector s1 = Exact.DOUBLES.cast(DoubleVector.fromArray(SPECIES, sums, at + LENGTH));
        DoubleVector s2 = DoubleVector.fromArray(SPECIES, sums, at + 2 * LENGTH);
        DoubleVector s3 = DoubleVector.fromArray(SPECIES, sums, at + 3 * LENGTH);
        s0.add(s2).add(s1.add(s3)).intoArray(sums, at);
    }

    /**
     * Puts number p of the product into lane {@code p % LANES}, four vectors of lanes after the
     * others, then folds the lanes into a vector.
     */
    private static void one(long a, long x, int k, long step, double[] sums, int at) {
        for (int lane = 0; lane < LANES; lane += 4 * LENGTH) {
            DoubleVector s0 = DoubleVector.zero(SPECIES);
            DoubleVector s1 = s0;
            DoubleVector s2 = s0;
            DoubleVector s3 = s0;
            long b = a + (long) SIZE * lane;
            long y = x + (long) SIZE * lane;
            for (int p = k / LANES; p > 0; p--) {
                s0 = load(b).fma(load(y), s0);
                s1 = load(b + BYTES).fma(load(y + BYTES), s1);
                s2 = load(b + 2 * BYTES).fma(load(y + 2 * BYTES), s2);
                s3 = load(b + 3 * BYTES).fma(load(y + 3 * BYTES), s3);
                b += step;
                y += step;
            }
            int left = k % LANES - lane;
            NOTHING.add(s0).intoArray(sums, at + lane);
            NOTHING.add(s1).intoArray(sums, at + lane + LENGTH);
            NOTHING.add(s2).intoArray(sums, at + lane + 2 * LENGTH);
            NOTHING.add(s3).intoArray(sums, at + lane + 3 * LENGTH);
            rest(b, y, left, sums, at + lane);
        }
        if (WIDE) {
            total(sums, at);
        } else {
            halve(sums, at, LANES, LENGTH);
        }
    }

    /** Adds up the vector of each row, which are side by side; the sums come to the front. */
    static void fold(int rows, double[] sums) {
        for (int r = 0; r < rows; r += LENGTH) {
            square(sums, r * LENGTH);
            DoubleVector.fromArray(SPECIES, sums, r * LENGTH).intoArray(sums, r);
        }
    }

    /**
     * Folds as many vectors as one has lanes, the upper half of each onto the lower one, until one
     * vector has the sum of each.
     */
    private static void square(double[] numbers, int at) {
        int count = LENGTH / 4;
        for (; count > 1; count /= 4) {
            for (int i = 0; i < count; i++) {
                zip(numbers, at + i * LENGTH, count * LENGTH);
            }
        }
        if (count == 1) {
            zip(numbers, at, LENGTH);
        } else {
            DoubleVector one = DoubleVector.fromArray(SPECIES, numbers, at);
            DoubleVector other = DoubleVector.fromArray(SPECIES, numbers, at + LENGTH);
            one.rearrange(LOW, other).add(one.rearrange(HIGH, other)).intoArray(numbers, at);
        }
    }

    /**
     * Folds four vectors twice, into the place of the first. Zipping two puts the lower halves of
     * both into one and the upper halves into another, so that an addition folds both.
     */
    private static void zip(double[] numbers, int at, int apart) {
        DoubleVector first = DoubleVector.fromArray(SPECIES, numbers, at);
        DoubleVector second = DoubleVector.fromArray(SPECIES, numbers, at + apart);
        DoubleVector third = DoubleVector.fromArray(SPECIES, numbers, at + 2 * apart);
        DoubleVector fourth = DoubleVector.fromArray(SPECIES, numbers, at + 3 * apart);
        DoubleVector even = first.rearrange(LOW, third).add(first.rearrange(HIGH, third));
        DoubleVector odd = second.rearrange(LOW, fourth).add(second.rearrange(HIGH, fourth));
        even.rearrange(LOW, odd).add(even.rearrange(HIGH, odd)).intoArray(numbers, at);
    }

    /** Folds numbers in two, the first half onto the second, until {@code end} are left. */
    static void halve(double[] numbers, int start, int count, int end) {
        for (int half = count / 2; half >= end; half /= 2) {
            for (int i = start; i < start + half; i += LENGTH) {
                DoubleVector.fromArray(SPECIES, numbers, i)
                        .add(DoubleVector.fromArray(SPECIES, numbers, i + half))
                        .intoArray(numbers, i);
            }
        }
    }

    private static DoubleVector load(long address) {
        return DoubleVector.fromMemorySegment(SPECIES, ALL, address, ORDER);
    }
}
